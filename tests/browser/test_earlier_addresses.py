"""Addresses that the pages had before: each opens the page that it became, with all it says."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.steps import in_navigation, wait_until_idle

pytestmark = pytest.mark.browser

LONG = {
    "q": "where to leave the dog while visiting Marrowby museum",
    "depth": "12",
    "first": "bm25",
    "doc": "long-marrowby-museum-guide",
}


@pytest.mark.parametrize(
    ("before", "now", "title", "link"),
    [
        ("unread", "truncation", "Truncation", LONG),
        ("teach", "training", "Training", {"depth": "12", "blend_weight": "0.3"}),
        ("corpus", "corpora", "Corpora", {"q": "python snake", "depth": "12"}),
    ],
)
def test_an_earlier_address_opens_the_page_with_its_parameters(
    visit: Visit, before: str, now: str, title: str, link: dict[str, str]
) -> None:
    page = visit(f"/{before}?{urlencode(link)}")
    expect(page).to_have_url(re.compile(rf"/{now}\?"))
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_attached()
    wait_until_idle(page)
    address = urlparse(page.url)
    assert {name: values[0] for name, values in parse_qs(address.query).items()} == link
    item = in_navigation(page, title)
    expect(item).to_have_attribute("aria-current", "page")
    expect(item).to_have_count(1)
    if "doc" in link:
        expect(page.get_by_role("combobox", name=re.compile("^Document"))).to_have_value(
            re.compile("Marrowby")
        )
