"""What a person meets on the way: pasting, settings, coming back, and a page that holds still."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import (
    cards,
    choose,
    column,
    open_page,
    type_query,
    wait_until_explained,
    wait_until_idle,
    wait_until_ranked,
)

pytestmark = pytest.mark.browser

FEW = "/?" + urlencode({"q": "python snake", "depth": 6})
STEADY = 0.05  # the most that a search may shift the page
# The layout shifts of the browser's own measure, those right after a key press included: the
# rankings come long after the key.
SHIFTS = """window.shifts = []; new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    const moved = (entry.sources || []).map((source) => {
      const node = source.node && (source.node.className || source.node.nodeName);
      return `${String(node).slice(-40)} ${source.previousRect.y} to ${source.currentRect.y}`;
    });
    window.shifts.push([entry.value, moved, entry.startTime]);
  }
}).observe({type: "layout-shift", buffered: true});"""


def top(page: Page) -> float:
    """How far the page is scrolled."""
    return float(page.get_by_test_id("stMain").evaluate("e => e.scrollTop"))


def test_coming_back_to_compare_finds_the_place_and_the_card(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    page.get_by_test_id("stMain").evaluate("e => e.scrollTo(0, 420)")
    page.wait_for_timeout(500)
    card = cards(page, "Cross-encoder").nth(2)
    opened = card.get_attribute("data-doc")
    card.click()
    wait_until_explained(page)
    open_page(page, "Compare")
    wait_until_ranked(page)
    expect(column(page, "Cross-encoder").locator(".card.opened")).to_have_attribute(
        "data-doc", opened or ""
    )
    expect(page.locator(".card.opened")).to_have_count(1)
    page.wait_for_function("document.querySelector('[data-testid=stMain]').scrollTop > 400")
    assert abs(top(page) - 420) <= 2


def test_a_paste_that_is_too_long_is_cut_with_a_notice_and_replaces_the_query(
    visit: Visit,
) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    type_query(page, "snake " * 1000)
    expect(page.get_by_text("The query had 6,000 characters and was cut")).to_be_visible()
    wait_until_idle(page)
    box = page.get_by_role("textbox", name="Query", exact=True)
    assert box.input_value() == ("snake " * 1000)[:4000]
    type_query(page, "python snake")
    expect(page.get_by_text("was cut after")).to_have_count(0)


def test_settings_cover_nothing_and_show_what_the_fusion_needs(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    fusion = page.get_by_role("combobox", name=re.compile("Hybrid fusion"))
    expect(fusion).to_be_hidden()
    page.get_by_text("Settings", exact=True).click()
    expect(fusion).to_be_visible()
    panel = page.locator(".st-key-settings_panel").bounding_box()
    strip = page.locator(".st-key-strip").bounding_box()
    assert panel is not None
    assert strip is not None
    assert panel["y"] + panel["height"] <= strip["y"]
    weight = page.get_by_role("slider", name="Bi-encoder's weight in the weighted fusion")
    expect(page.get_by_role("spinbutton", name="RRF k")).to_be_visible()
    expect(weight).to_have_count(0)
    choose(page, "Hybrid fusion", "Weighted sum of min-max scores")
    expect(weight).to_be_visible()
    expect(page.get_by_role("spinbutton", name="RRF k")).to_have_count(0)


def test_a_search_does_not_shift_the_page(visit: Visit) -> None:
    page = visit("/?depth=6")
    expect(page.get_by_role("heading", name=re.compile("Type a query"))).to_be_visible()
    wait_until_idle(page)
    page.evaluate(SHIFTS)
    page.wait_for_timeout(300)
    for query in ("python snake", "mercury winged messenger"):
        begun = page.evaluate("performance.now()")  # a busy browser reports what was before late
        type_query(page, query)
        wait_until_ranked(page)
        page.wait_for_timeout(500)
        shifts = [each for each in page.evaluate("window.shifts") if each[2] >= begun]
        assert sum(value for value, _, _ in shifts) <= STEADY, (query, shifts)


def test_no_pill_is_cut_at_the_edge(visit: Visit) -> None:
    page = visit("/quality")
    choices = page.locator("details").filter(has_text="Run pipelines").first
    expect(choices).to_be_visible()
    wait_until_idle(page)
    if choices.get_attribute("open") is None:  # folded where an earlier run is kept
        choices.locator("summary").click()
    expect(page.get_by_role("button", name="Run", exact=True)).to_be_visible()
    groups = page.locator(".stButtonGroup > [role]")
    expect(groups.nth(3)).to_be_visible()
    wait_until_idle(page)
    assert groups.count() >= 4
    clipped = groups.evaluate_all(
        "all => all.filter(g => g.scrollWidth > g.clientWidth + 1).length"
    )
    assert clipped == 0


def test_the_focus_stays_in_the_query_box_after_a_search(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    box = page.get_by_role("textbox", name="Query", exact=True)
    type_query(page, "mercury winged messenger")
    wait_until_ranked(page)
    expect(box).to_be_focused()
    expect(box).to_have_value("mercury winged messenger")


def test_the_focus_stays_with_what_was_picked(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    choose(page, "Movement against", "Movement against BM25")
    wait_until_idle(page)
    expect(
        page.get_by_role("heading", name=re.compile("^Against Bi-encoder, the "))
    ).to_be_visible()
    expect(page.get_by_role("combobox", name="Movement against")).to_be_focused()


def test_settings_keep_the_focus_when_they_open_and_close(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    switch = page.get_by_role("switch", name="Settings").or_(
        page.get_by_role("checkbox", name="Settings")
    )
    for shown in (True, False):
        switch.focus()
        page.keyboard.press("Space")
        expect(page.locator(".st-key-settings_panel")).to_be_visible(visible=shown)
        wait_until_idle(page)
        expect(switch).to_be_focused()


@pytest.mark.parametrize("path", ["/", "/latency", "/maxsim", "/quality", "/corpora"])
def test_no_page_scrolls_sideways_at_1280(visit: Visit, path: str) -> None:
    page = visit(FEW.replace("/", path, 1))
    wait_until_idle(page)
    if path == "/":
        wait_until_ranked(page)
    page.wait_for_timeout(1000)
    wait_until_idle(page)
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")


BESIDE = """(column) => {
  const box = column.getBoundingClientRect();
  return box.left >= 0 && box.right <= innerWidth + 1;
}"""
OVER_THE_EDGE = """() => [...document.querySelectorAll('[data-testid="stMain"]')]
  .some((e) => e.scrollWidth > e.clientWidth)"""


@pytest.mark.parametrize("width", [390, 820])
def test_baseline_and_cross_encoder_stand_side_by_side_on_a_narrow_screen(
    visit: Visit, width: int
) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    labels = page.locator(".rc .head .label")
    wide = ["BM25", "Bi-encoder", "Hybrid", "Cross-encoder"]
    assert labels.all_inner_texts() == wide
    page.set_viewport_size({"width": width, "height": 1000})
    expect(labels.nth(1)).to_have_text("Cross-encoder")
    assert labels.all_inner_texts() == ["Bi-encoder", "Cross-encoder", "BM25", "Hybrid"]
    times = page.locator(".rc .head .time")
    assert times.evaluate_all(CUT) == []
    for label in ("Bi-encoder", "Cross-encoder"):
        assert column(page, label).evaluate(BESIDE)
        titles = cards(page, label).locator(".title")
        assert all(
            size >= 14
            for size in titles.evaluate_all(
                "all => all.map((e) => parseFloat(getComputedStyle(e).fontSize))"
            )
        )
    assert not page.evaluate(OVER_THE_EDGE)
    pairs = page.locator(".rc .lines path.slope").evaluate_all("all => all.map(p => p.dataset.of)")
    assert "cross-encoder" in pairs
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(labels.nth(1)).to_have_text("Bi-encoder")
    assert labels.all_inner_texts() == wide


def test_charts_turn_dark_with_the_page_while_it_is_open(visit: Visit) -> None:
    page = visit("/latency?" + urlencode({"q": "python snake", "depth": 6}))
    title = page.locator(".js-plotly-plot .xtitle").first
    expect(title).to_be_visible()
    wait_until_idle(page)
    light = title.evaluate("e => getComputedStyle(e).fill")
    page.emulate_media(color_scheme="dark")
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", "rgb(16, 21, 28)")
    expect(title).not_to_have_css("fill", light)
    page.emulate_media(color_scheme="light")
    expect(title).to_have_css("fill", light)


CUT = "all => all.filter((e) => e.scrollWidth > e.clientWidth).map((e) => e.textContent)"


def test_the_bar_s_buttons_and_boxes_are_of_one_height_and_end_with_the_page(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    assert page.locator(".st-key-bar p").evaluate_all(CUT) == []
    keep, on_stage = (page.get_by_role("button", name=n) for n in ("Add to walkthrough", "Stage"))
    query = page.locator(".st-key-q").get_by_test_id("stTextInputRootElement")
    boxes = [place.bounding_box() for place in (keep, on_stage, query)]
    keep_box, stage_box, query_box = (box for box in boxes if box is not None)
    assert keep_box["height"] == stage_box["height"] == pytest.approx(query_box["height"], abs=3)
    columns = column(page, "Cross-encoder").bounding_box()
    assert columns is not None
    assert stage_box["x"] + stage_box["width"] == pytest.approx(
        columns["x"] + columns["width"], abs=1
    )
    for width in (820, 390):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.locator(".st-key-bar p").evaluate_all(CUT) == []
        narrow_box = query.bounding_box()
        assert narrow_box is not None
        assert narrow_box["width"] >= 256, "a query can be read"


def test_figures_of_a_table_stand_below_one_another_by_their_places(visit: Visit) -> None:
    page = visit(FEW + "&token_budget=1")
    wait_until_ranked(page)
    table = page.get_by_role("table", name=re.compile("token|passage", re.IGNORECASE)).last
    figures = table.locator("tbody td:nth-child(2) .text")
    expect(figures.first).to_be_visible()
    sides = figures.evaluate_all("all => all.map((e) => e.getBoundingClientRect().right)")
    lengths = figures.evaluate_all("all => all.map((e) => e.textContent.length)")
    assert len(set(lengths)) > 1
    assert max(sides) - min(sides) < 1
    titles = table.locator("thead .title")
    tops = titles.evaluate_all("all => all.map((e) => e.getBoundingClientRect().top)")
    assert max(tops) - min(tops) < 1


def test_boxes_choices_and_buttons_of_one_row_are_of_one_height(visit: Visit) -> None:
    page = visit("/what-if?" + urlencode({"q": "python snake", "depth": 6}))
    reset = page.get_by_role("button", name="Reset", exact=True)
    expect(reset).to_be_visible()
    wait_until_idle(page)
    choice = page.get_by_role("radio", name="Click words")
    heights = [box["height"] for box in (reset.bounding_box(), choice.bounding_box()) if box]
    assert heights[0] == pytest.approx(heights[1], abs=1)
