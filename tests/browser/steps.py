"""What a visitor does and sees, in terms of labels and roles."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

CARE, LANGUAGE = "Ball python care guide", "Python programming tutorial"
COLUMNS = ("BM25", "Bi-encoder", "Hybrid", "Cross-encoder")
SENTENCE = re.compile(r"[Tt]he cross-encoder (changed|kept|left) .* and cost .* more\b")


SECTIONS = {  # of the navigation, with their pages
    "": ("Start",),
    "Search": ("Compare", "Diagnose"),
    "Explain": ("Inside", "Attention", "Explain", "What if", "Truncation", "MaxSim"),
    "Measure": ("Quality", "Latency", "Parity"),
    "Pass it on": ("Walkthroughs", "Blind vote"),
    "Set up": ("Corpora", "Models", "Training"),
    "Learn": ("Lessons", "About"),
}


def in_navigation(page: Page, name: str) -> Locator:
    """A page's name in the navigation, its section unfolded."""
    (section,) = [section for section, names in SECTIONS.items() if name in names]
    if not section:
        return page.get_by_role("navigation").get_by_role("link", name=name, exact=True)
    unfold = page.get_by_role("navigation").get_by_role("button", name=section, exact=True)
    expect(unfold).to_be_visible()
    if unfold.get_attribute("aria-expanded") != "true":
        unfold.click()
    return page.get_by_role("menuitem", name=name, exact=True)


def open_page(page: Page, name: str) -> None:
    """Open a page from the navigation, as a person does."""
    in_navigation(page, name).click()


def type_query(page: Page, text: str) -> None:
    """Type into the query box and press Enter."""
    box = page.get_by_role("textbox", name="Query", exact=True)
    box.fill(text)
    box.press("Enter")


def column(page: Page, label: str) -> Locator:
    """A ranking column of Compare."""
    return page.get_by_role("group", name=f"{label} ranking", exact=True)


def cards(page: Page, label: str) -> Locator:
    """The cards of a column, best first."""
    return column(page, label).get_by_role("button")


def card(page: Page, label: str, doc_id: str) -> Locator:
    """The card of a document in a column."""
    return column(page, label).locator(f'.card[data-doc="{doc_id}"]')


def order(page: Page, label: str) -> list[str]:
    """The documents in a column, best first."""
    found: list[str] = cards(page, label).evaluate_all("all => all.map(c => c.dataset.doc)")
    return found


def expect_order(page: Page, label: str, doc_ids: list[str]) -> None:
    """Wait until a column stands in this order."""
    shown = cards(page, label)
    for place, doc_id in enumerate(doc_ids):
        expect(shown.nth(place)).to_have_attribute("data-doc", doc_id)
    expect(shown).to_have_count(len(doc_ids))


def wait_until_ranked(page: Page) -> None:
    """Wait until the search is complete and the whole page is drawn."""
    expect(page.get_by_role("heading", name=SENTENCE)).to_be_visible()
    expect(column(page, "Cross-encoder")).not_to_have_attribute("aria-busy", "true")
    expect(page.get_by_text("Do the rankings agree?")).to_be_visible()
    wait_until_idle(page)


def wait_until_idle(page: Page) -> None:
    """Wait until the script has ended, all is drawn, and nothing is about to be redrawn."""
    expect(
        page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')
    ).to_be_visible()
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)  # stands for what is still loaded


def links_view(page: Page, number: int = 0) -> Locator:
    """The linked words of Attention."""
    return page.locator(".tl").nth(number)


def words(page: Page, side: str, number: int = 0) -> Locator:
    """The words of the query or of the document."""
    name = re.compile(f"^{side.capitalize()} words")
    return links_view(page, number).get_by_role("toolbar", name=name).get_by_role("button")


def caption(page: Page, number: int = 0) -> Locator:
    """The sentence that says where a word looks."""
    return links_view(page, number).get_by_role("status")


def wait_until_explained(page: Page) -> None:
    """Wait until Attention has drawn its words and its heads."""
    expect(words(page, "query").first).to_be_visible()
    expect(page.get_by_text("Which heads look across?")).to_be_visible()
    wait_until_idle(page)


def choose(page: Page, label: str, option: str) -> None:
    """Choose an option of a select box."""
    page.get_by_role("combobox", name=re.compile(label)).click()
    page.get_by_role("option", name=option, exact=True).click()
