"""Eight visitors at once: each gets their own ranking, and nothing fails."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from engine.search.settings import Settings
from engine.types import CROSS_ENCODER
from tests.browser.conftest import Visit
from tests.browser.steps import expect_order, wait_until_ranked
from tests.pages.expected import engine_ids

pytestmark = pytest.mark.browser

DEPTH = 6
QUERIES = (
    "python snake",
    "mercury winged messenger",
    "java coffee island",
    "jaguar big cat",
    "bank of a river",
    "bat that flies at night",
    "crane lifting steel",
    "seal on the ice",
)


def test_eight_visitors_at_once_each_get_their_own_ranking(visit: Visit) -> None:
    expected = [engine_ids(query, Settings(depth=DEPTH), CROSS_ENCODER) for query in QUERIES]
    assert len({tuple(ids) for ids in expected}) == len(QUERIES)
    # all pages are opened before the first is waited for, so that their searches overlap
    pages = [visit("/?" + urlencode({"q": query, "depth": DEPTH})) for query in QUERIES]
    for page, query, ids in zip(pages, QUERIES, expected, strict=True):
        wait_until_ranked(page)
        expect(page.get_by_role("textbox", name="Query", exact=True)).to_have_value(query)
        expect_order(page, "Cross-encoder", ids)
