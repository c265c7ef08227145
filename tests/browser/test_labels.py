"""A cross-encoder of several labels, chosen, explained, and ranked by another label."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.steps import choose, open_page, wait_until_idle
from tests.models.tiny_classifiers import LABELS, save

pytestmark = pytest.mark.browser


def test_a_model_of_three_labels_is_added_explained_and_ranks_by_another_label(
    visit: Visit, tmp_path: Path
) -> None:
    folder = save(tmp_path / "tiny-nli", "Bert", LABELS)
    page = visit("/models?" + urlencode({"q": "python snake", "depth": 5}))
    page.get_by_role("textbox", name="Model", exact=True).fill(folder)
    page.get_by_role("button", name="Add to Compare").click()
    expect(page.get_by_text("tiny-nli#entailment").first).to_be_visible()

    open_page(page, "Explain")
    choose(page, "Cross-encoder to explain", "tiny-nli")
    labels = page.get_by_role("table", name="Every label's score")
    expect(labels.get_by_role("row")).to_have_count(1 + len(LABELS))
    expect(labels.get_by_role("row", name="entailment").get_by_text("ranks")).to_be_visible()
    heading = page.get_by_role("heading", name="tiny-nli: the log-odds of entailment")
    expect(heading).to_be_visible()

    choose(page, "Label that ranks", "neutral")
    expect(labels.get_by_role("row", name="neutral").get_by_text("ranks")).to_be_visible()
    expect(page.get_by_role("heading", name="tiny-nli: the log-odds of neutral")).to_be_visible()
    wait_until_idle(page)

    open_page(page, "Compare")
    column = page.get_by_role("group", name="tiny-nli#neutral ranking", exact=True)
    expect(column.get_by_role("button")).to_have_count(5)
    wait_until_idle(page)
