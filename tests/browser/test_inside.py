"""Inside: a person steps through a forward pass, plays it, and opens a layer and a head."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import barriers
from tests.browser.conftest import Visit
from tests.browser.steps import type_query, wait_until_idle
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

LINK = "/inside?" + urlencode({"q": "python snake", "depth": 12})
STEPS = 17  # beforehand, tokens, embeddings, twelve layers, read out, score
SIDEWAYS = """() => [document.documentElement,
  ...document.querySelectorAll('[data-testid="stMain"], [data-testid="stAppViewContainer"]')]
  .filter(e => e.scrollWidth > e.clientWidth).map(e => e.tagName)"""
WIDTHS = (390, 820, 1024, 1280, 1920)


def opened(visit: Visit, **how: bool) -> Page:
    page = visit(LINK, **how)
    expect(layers(page, "cross")).to_have_count(12)
    expect(page.get_by_text("Look at other texts")).to_be_visible()
    wait_until_idle(page)
    return page


def layers(page: Page, tower: str) -> Locator:
    return page.locator(f'.inside .layer[data-tower="{tower}"]')


def where(page: Page) -> Locator:
    return page.locator(".inside .where")


def scrub(page: Page) -> Locator:
    return page.get_by_role("slider", name="Step of the forward pass")


def test_space_and_the_arrow_keys_step_without_asking_the_server(
    visit: Visit, watch: Watch
) -> None:
    page = opened(visit)
    expect(where(page)).to_have_text(f"Score · {STEPS} of {STEPS}")
    sent = watch.frames_sent
    page.get_by_test_id("stMain").evaluate("e => { document.activeElement.blur(); }")
    page.keyboard.press("Space")
    expect(where(page)).to_have_text(f"Beforehand · 1 of {STEPS}")
    expect(page.get_by_role("status").filter(has_text="Beforehand")).to_be_visible()
    expect(layers(page, "beforehand").locator(".strip").first).to_be_visible()
    expect(layers(page, "at-query").locator(".strip").first).to_be_hidden()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(where(page)).to_have_text(f"Layer 1 · 4 of {STEPS}")
    expect(layers(page, "cross").first.locator(".strip")).to_be_visible()
    expect(layers(page, "cross").nth(1).locator(".strip")).to_be_hidden()
    page.keyboard.press("ArrowLeft")
    expect(where(page)).to_have_text(f"Embeddings · 3 of {STEPS}")
    page.get_by_role("button", name="Next").click()
    expect(where(page)).to_have_text(f"Layer 1 · 4 of {STEPS}")
    assert watch.frames_sent == sent, "stepping asked the server"


def test_typing_a_query_does_not_step(visit: Visit) -> None:
    page = opened(visit)
    page.get_by_role("textbox", name="Query", exact=True).click()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    expect(where(page)).to_have_text(f"Score · {STEPS} of {STEPS}")


def test_it_plays_in_less_than_twenty_seconds_can_be_paused_and_scrubbed(visit: Visit) -> None:
    page = opened(visit, alone=True)  # with a clock of its own
    page.clock.install()
    page.get_by_role("button", name="Play").click()
    expect(where(page)).to_have_text(f"Beforehand · 1 of {STEPS}")
    page.clock.run_for(4_500)
    expect(where(page)).to_have_text(f"Layer 2 · 5 of {STEPS}")
    page.get_by_role("button", name="Pause").click()
    page.clock.run_for(4_000)
    expect(where(page)).to_have_text(f"Layer 2 · 5 of {STEPS}")
    scrub(page).fill("11")
    expect(where(page)).to_have_text(f"Layer 9 · 12 of {STEPS}")
    expect(scrub(page)).to_have_attribute("aria-valuetext", f"12 of {STEPS}: Layer 9")
    scrub(page).fill("0")
    page.get_by_role("button", name="Play").click()
    page.clock.run_for(20_000)
    expect(where(page)).to_have_text(f"Score · {STEPS} of {STEPS}")
    expect(page.get_by_role("button", name="Play")).to_be_visible()


def test_with_reduced_motion_nothing_moves_but_the_steps(visit: Visit) -> None:
    page = opened(visit)
    page.emulate_media(reduced_motion="reduce")
    row = layers(page, "cross").first
    assert row.evaluate("e => getComputedStyle(e).transitionDuration") == "0s"
    page.emulate_media(reduced_motion="no-preference")
    assert row.evaluate("e => getComputedStyle(e).transitionDuration") != "0s"


def test_a_layer_opens_into_heads_and_a_head_into_words_by_keys_and_by_its_link(
    visit: Visit, server: str
) -> None:
    page = opened(visit)
    first = layers(page, "cross").first
    first.focus()
    for _ in range(8):
        page.keyboard.press("ArrowDown")
    ninth = layers(page, "cross").nth(8)
    expect(ninth).to_be_focused()
    page.keyboard.press("Enter")
    expect(ninth).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("heading", name="Layer 9: its 12 heads")).to_be_focused()
    heads = page.get_by_role("group", name=re.compile("Heads of layer 9")).get_by_role("button")
    expect(heads).to_have_count(12)
    words = page.get_by_role("region", name=re.compile("Where it looks"))
    expect(words).to_contain_text("Ball python care guide")
    expect(page.get_by_role("heading", name="Layer 9: its 12 heads")).to_be_focused()
    heads.nth(2).focus()
    page.keyboard.press("Enter")
    expect(heads.nth(2)).to_have_attribute("aria-pressed", "true")
    scrub(page).fill("11")
    expect(page).to_have_url(re.compile("(?=.*opened_layer=cross-9-3)(?=.*pass_step=12)"))
    other = visit(page.url.removeprefix(server))
    expect(where(other)).to_have_text(where(page).inner_text())
    expect(other.get_by_role("heading", name="Head 3, in whole words")).to_be_visible()
    expect(layers(other, "cross").nth(8)).to_have_attribute("aria-expanded", "true")
    heads.nth(2).focus()
    expect(page.get_by_role("heading", name="Head 3, in whole words")).to_be_visible()
    snake = page.get_by_role("button", name="snake", exact=True)
    snake.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".inside .links li").first).to_contain_text("“snake” →")
    page.get_by_role("button", name="Document → query").click()
    expect(page.locator(".inside .links li").first).to_contain_text(
        re.compile("→ “(python|snake)”")
    )
    page.get_by_text("These links as a table").click()
    expect(page.get_by_role("columnheader", name="snake")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Layer 9: its 12 heads")).to_have_count(0)
    expect(ninth).to_be_focused()


def lit(page: Page) -> list[str]:
    """How the cross-encoder's document words are lit."""
    words = page.locator(".inside .joined .token:not(.asked, .special)")
    shares: list[str] = words.evaluate_all("all => all.map(e => e.style.getPropertyValue('--w'))")
    return shares


def test_words_are_lit_where_the_query_looks_in_the_layer_of_the_step(visit: Visit) -> None:
    page = opened(visit)
    assert set(lit(page)) == {"0%"}
    scrub(page).fill("11")
    ninth = lit(page)
    assert set(ninth) != {"0%"}
    scrub(page).fill("12")
    assert lit(page) not in ([], ninth)


def test_a_layer_of_the_bi_encoder_says_why_nothing_crosses(visit: Visit) -> None:
    page = opened(visit)
    layers(page, "beforehand").nth(2).click()
    expect(page.get_by_role("heading", name="Layer 3 of the document tower")).to_be_visible()
    expect(page.get_by_text("No head of this layer can look across")).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_text("No head of this layer can look across")).to_have_count(0)


def test_the_documents_are_switched_in_the_browser_and_compared_in_chart_and_table(
    visit: Visit,
) -> None:
    page = opened(visit)
    group = page.get_by_role("group", name="Document in the picture").get_by_role("button")
    assert group.count() >= 3
    before = page.locator(".inside .panel.cross .score .value").inner_text()
    group.nth(1).click()
    expect(group.nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".inside .panel.cross .score .value")).not_to_have_text(before)
    chart = page.get_by_role("img", name=re.compile("Line chart of the logit after each of 12"))
    expect(chart).to_be_visible()
    expect(page.get_by_text(re.compile("^The ranking is made in layer"))).to_be_visible()
    page.get_by_text("The values as a table").click()
    last = page.get_by_role("rowheader", name="layer 12")
    expect(last).to_be_visible()
    shown = last.locator("xpath=..").locator("td").all_inner_texts()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile("Save the table .* as CSV")).click()
    rows = list(csv.reader(Path(download.value.path()).read_text("utf-8").splitlines()))
    assert rows[-1] == ["layer 12", *(cell.replace("−", "-") for cell in shown)]


def test_another_query_draws_another_pass(visit: Visit) -> None:
    page = opened(visit)
    type_query(page, "mercury winged messenger")
    expect(page.get_by_role("heading", name="One forward pass: “mercury")).to_be_visible()


def test_opened_it_has_no_barrier_in_either_theme(visit: Visit) -> None:
    page = opened(visit)
    layers(page, "cross").nth(8).click()
    expect(page.get_by_role("region", name=re.compile("Where it looks"))).to_be_visible()
    for summary in page.locator(".inside summary").all():
        summary.click()
    scrub(page).fill("6")
    wait_until_idle(page)
    assert barriers(page) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_it_can_be_read_at_every_width(visit: Visit, width: int) -> None:
    page = visit(LINK)
    page.set_viewport_size({"width": width, "height": 900})
    expect(layers(page, "cross")).to_have_count(12)
    wait_until_idle(page)
    assert page.evaluate(SIDEWAYS) == []
    cut = page.locator(".inside").evaluate(
        "root => [...root.querySelectorAll('.row, .document, .panel, .clocks dd')]"
        ".filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className + e.textContent)"
    )
    assert cut == []
    low = page.locator(".inside").evaluate(
        "root => [...root.querySelectorAll('button')].filter(e => e.offsetHeight < 24).length"
    )
    assert low == 0


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1920, 1080)])
def test_a_room_reads_both_panels_side_by_side(visit: Visit, width: int, height: int) -> None:
    page = visit(f"{LINK}&stage=1")
    page.set_viewport_size({"width": width, "height": height})
    expect(layers(page, "cross")).to_have_count(12)
    expect(page.get_by_text("Look at other texts")).to_be_hidden()
    wait_until_idle(page)
    small = page.locator(".inside").evaluate(
        "root => [...root.querySelectorAll('.stage *, .controls *, .caption, .document *')]"
        ".filter(e => e.checkVisibility() && e.textContent.trim() && !e.childElementCount)"
        ".filter(e => parseFloat(getComputedStyle(e).fontSize) < 24).map(e => e.outerHTML)"
    )
    assert small == []
    left, right = (
        page.locator(f".inside .panel.{name}").bounding_box() for name in ("bi", "cross")
    )
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["y"] < height / 3
    assert max(box["y"] + box["height"] for box in (left, right)) <= height, "it scrolls"
    rows = page.locator(".inside .panel").evaluate_all(
        "panels => panels.flatMap(panel => [...panel.querySelectorAll('.row:not(.in), .clocks')]"
        ".filter(row => row.getBoundingClientRect().bottom > panel.getBoundingClientRect().bottom"
        " || row.scrollHeight > row.clientHeight + 8).map(row => row.textContent))"
    )
    assert rows == []
    assert page.evaluate(SIDEWAYS) == []
