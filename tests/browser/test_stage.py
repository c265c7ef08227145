"""Stage mode, large enough for a room; and the keys, never heard while somebody types."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import barriers
from tests.browser.conftest import Visit
from tests.browser.steps import (
    cards,
    wait_until_idle,
    wait_until_ranked,
)

pytestmark = pytest.mark.browser

FEW = "/?" + urlencode({"q": "python snake", "depth": 6})
SEARCH = urlencode({"q": "python snake", "depth": 10})
STAGE = f"/?{SEARCH}&stage=1"
LEAST = 24  # px of the smallest letter at 1280 × 720
# The smallest letters in view, in shadow roots too, of what a person can see.
LETTERS = """() => {
  const sizes = [];
  const walk = (root) => {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) walk(element.shadowRoot);
      const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
      const box = element.getBoundingClientRect();
      if (!own || box.width < 3 || box.height < 3 || !element.checkVisibility()) continue;
      if (element.closest('style, script, .spoken, caption') || box.top > innerHeight) continue;
      const size = parseFloat(getComputedStyle(element).fontSize);
      sizes.push([size, element.textContent.slice(0, 40)]);
    }
  };
  walk(document.querySelector('.stMain'));
  return sizes.sort((a, b) => a[0] - b[0]);
}"""
COMPLETE = """(all) => all.filter((card) => {
  const box = card.getBoundingClientRect();
  return box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
}).length"""


def ranked_on_stage(visit: Visit, width: int, height: int, *, dark: bool = False) -> Page:
    """Compare in stage mode, its search complete."""
    page = visit(STAGE, dark=dark)
    page.set_viewport_size({"width": width, "height": height})
    expect(page.get_by_role("heading", name=re.compile("^The cross-encoder "))).to_be_visible()
    expect(cards(page, "Cross-encoder")).to_have_count(10)
    wait_until_idle(page)
    return page


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1280, 720), (1920, 1080)])
def test_compare_shows_two_columns_of_three_complete_rows_to_a_room(
    visit: Visit, width: int, height: int
) -> None:
    page = ranked_on_stage(visit, width, height)
    assert page.locator(".rc .head .label").all_inner_texts() == ["Bi-encoder", "Cross-encoder"]
    for label in ("Bi-encoder", "Cross-encoder"):
        assert cards(page, label).evaluate_all(COMPLETE) >= 3
    smallest = page.evaluate(LETTERS)[0]
    assert smallest[0] >= LEAST, smallest
    expect(page.get_by_role("textbox", name="Query", exact=True)).to_be_visible()
    for hidden in ("Settings", "Where is …?", "Do the rankings agree?"):
        expect(page.get_by_text(hidden, exact=True).first).to_be_hidden()
    expect(page.get_by_test_id("stTopNav")).to_be_hidden()


def test_arrows_walk_the_results_and_enter_opens_one_that_stays_on_stage(visit: Visit) -> None:
    page = ranked_on_stage(visit, 1280, 720)
    page.keyboard.press("ArrowDown")
    expect(cards(page, "Bi-encoder").first).to_be_focused()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    focused = page.locator(".card:focus")
    expect(focused).to_have_count(1)
    expect(page.get_by_role("group", name="Cross-encoder ranking")).to_contain_text(
        focused.locator(".title").inner_text()
    )
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/attention\?.*stage=1"))


def test_b_makes_the_screen_black_and_light_again(visit: Visit) -> None:
    page = ranked_on_stage(visit, 1024, 768)
    curtain = page.locator(".crossexam-curtain")
    page.keyboard.press("b")
    expect(curtain).to_be_visible()
    expect(curtain).to_have_css("background-color", "rgb(0, 0, 0)")
    page.keyboard.press("b")
    expect(curtain).to_have_count(0)


def test_s_and_the_button_lead_onto_the_stage_and_off_it(visit: Visit) -> None:
    page = visit(f"/?{SEARCH}")
    wait_until_ranked(page)
    page.keyboard.press("b")
    expect(page.locator(".crossexam-curtain")).to_have_count(0)
    page.keyboard.press("s")
    expect(page).to_have_url(re.compile("stage=1"))
    expect(page.get_by_test_id("stTopNav")).to_be_hidden()
    wait_until_idle(page)
    page.get_by_role("button", name="✕").click()
    expect(page.get_by_test_id("stTopNav")).to_be_visible()
    expect(page).not_to_have_url(re.compile("stage"))
    wait_until_idle(page)
    page.get_by_role("button", name="Stage", exact=True).click()
    expect(page.get_by_test_id("stTopNav")).to_be_hidden()


@pytest.mark.parametrize("address", ["attention", "latency"])
def test_a_page_s_main_picture_stands_alone(visit: Visit, address: str) -> None:
    page = visit(f"/{address}?{SEARCH}&stage=1")
    page.set_viewport_size({"width": 1280, "height": 720})
    picture = page.locator('[class*="st-key-stage_picture"]').first
    expect(picture).to_be_visible()
    shown = ".tl" if address == "attention" else ".stage-bars"
    expect(page.locator(shown).first).to_be_visible()
    wait_until_idle(page)
    expect(page.locator(".js-plotly-plot:visible")).to_have_count(0)
    if address == "latency":
        expect(page.locator(".stage-bars tfoot tr")).to_be_in_viewport(ratio=1)
        box = page.locator(".stage-bars table").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] > 600, "it leaves a part of the screen empty"
    smallest = page.evaluate(LETTERS)[0]
    assert smallest[0] >= LEAST, smallest
    for combobox in page.get_by_role("combobox").all():
        expect(combobox).to_be_hidden()


def test_stage_mode_has_no_barrier_in_either_theme(visit: Visit) -> None:
    page = ranked_on_stage(visit, 1280, 720)
    assert barriers(page) == []


def test_an_embedded_page_shows_its_picture(visit: Visit) -> None:
    page = visit(f"/compare?{SEARCH}&stage=1&embed=true")
    expect(cards(page, "Cross-encoder").first).to_be_visible()
    wait_until_idle(page)
    expect(page).to_have_url(re.compile("embed=true"))
    expect(page.get_by_test_id("stTopNav")).to_be_hidden()


def test_a_slash_leads_to_the_query_and_is_a_letter_there(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    box = page.get_by_role("textbox", name="Query", exact=True)
    expect(box).not_to_be_focused()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("python snake")
    page.keyboard.press("End")
    page.keyboard.type("/?sb")
    expect(box).to_have_value("python snake/?sb")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("stage"))


def test_a_question_mark_lists_the_keys_of_the_page(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    page.wait_for_function("document.crossexamKeys !== undefined")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("row", name="/ to the query")).to_be_visible()
    expect(dialog.get_by_text("open the card in Attention")).to_be_visible()
    page.keyboard.press("s")
    wait_until_idle(page)
    expect(page).not_to_have_url(re.compile("stage"))
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_arrows_lead_into_the_results_and_through_them(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    page.keyboard.press("ArrowDown")
    expect(cards(page, "BM25").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cards(page, "BM25").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/attention\?.*doc="))


WITHIN = """all => all.map((group) => {
  const [pill, words] = ["rect", "text"].map((n) => group.querySelector(n).getBoundingClientRect());
  return pill.left <= words.left && pill.right >= words.right
    && pill.top <= words.top + 3 && pill.bottom >= words.bottom - 3;
})"""


@pytest.mark.parametrize("on_stage", ["0", "1"])
def test_shares_of_attention_stand_within_their_pills(visit: Visit, on_stage: str) -> None:
    page = visit(f"/attention?{SEARCH}&stage={on_stage}")
    word = page.locator(".tl").get_by_text("snake", exact=True).first
    expect(word).to_be_visible()
    wait_until_idle(page)
    word.hover()
    pills = page.locator(".tl-badge")
    expect(pills.first).to_be_visible()
    assert all(pills.evaluate_all(WITHIN))
