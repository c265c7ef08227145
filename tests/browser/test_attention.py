"""Attention: a person sees where the heads look, without a server round trip."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import (
    CARE,
    caption,
    cards,
    choose,
    links_view,
    open_page,
    wait_until_explained,
    wait_until_idle,
    wait_until_ranked,
    words,
)
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

SEARCH = {"q": "python snake", "depth": "5"}
DEEP_LINK = "/attention?" + urlencode(SEARCH)


def test_clicking_a_card_opens_its_words_and_hovering_links_them(
    visit: Visit, watch: Watch
) -> None:
    page = visit("/?" + urlencode(SEARCH))
    wait_until_ranked(page)
    chosen = cards(page, "Cross-encoder").filter(has_text=CARE)
    doc_id = chosen.get_attribute("data-doc") or ""
    chosen.click()
    expect(page).to_have_url(re.compile(rf"/attention\?.*doc={re.escape(doc_id)}"))
    wait_until_explained(page)
    expect(page.get_by_role("heading", name=CARE)).to_be_visible()

    sent = watch.frames_sent
    curves = links_view(page).locator("path.tl-curve")
    expect(curves).to_have_count(0)
    words(page, "query").filter(has_text="snake").hover()
    expect(caption(page)).to_contain_text("Query → document“snake” looks at ")
    expect(curves.first).to_be_attached()
    words(page, "document").first.hover()
    expect(caption(page)).to_contain_text("Document → query“Ball” looks at ")
    expect(curves.first).to_be_attached()
    page.mouse.move(5, 5)
    expect(curves).to_have_count(0)
    assert watch.frames_sent == sent, "hovering asked the server"


def said_of_snake(page: Page) -> str:
    """What the view says of the query word "snake"."""
    words(page, "query").filter(has_text="snake").hover()
    expect(caption(page)).to_contain_text("looks at")
    text = caption(page).inner_text()
    page.mouse.move(5, 5)
    return text


def test_pickers_and_the_overview_choose_what_is_drawn(visit: Visit) -> None:
    page = visit(DEEP_LINK)
    wait_until_explained(page)
    shown = links_view(page)
    expect(shown).to_contain_text("shown: mean of all layers and heads")
    mean = said_of_snake(page)
    page.get_by_text("Expert settings: layer, head").click()
    wait_until_idle(page)  # a drawing that comes now would close the list of layers
    choose(page, "Layer", "4")
    expect(shown).to_contain_text("shown: layer 4, mean of its heads")
    choose(page, "Head", "7")
    expect(shown).to_contain_text("shown: layer 4, head 7")
    wait_until_idle(page)
    expect(page).to_have_url(re.compile("layer=4.*head=7"))
    expect(page.locator(".st-key-heatmap_0")).to_contain_text("layer 4, head 7")
    assert said_of_snake(page) != mean

    grid = page.locator(".st-key-heads-3-6 .js-plotly-plot")
    expect(grid.locator(".nsewdrag")).to_be_attached()
    grid.scroll_into_view_if_needed()
    place = grid.evaluate(
        "(plot, [layer, head]) => { const {xaxis, yaxis} = plot._fullLayout;"
        " return {x: xaxis._offset + xaxis.l2p(head), y: yaxis._offset + yaxis.l2p(layer)} }",
        [10, 2],
    )
    grid.click(position=place)
    expect(shown).to_contain_text("shown: layer 10, head 2")
    expect(page).to_have_url(re.compile("layer=10.*head=2"))
    expect(page.locator(".st-key-heads-9-1 .js-plotly-plot")).to_be_visible()


def test_bertviz_draws_in_its_frame_without_a_network(visit: Visit) -> None:
    page = visit(DEEP_LINK)
    wait_until_explained(page)
    page.get_by_text("Expert view: BertViz").click()
    page.get_by_text("Draw it").click()
    frame = page.frame_locator("iframe[srcdoc]")
    expect(frame.locator("svg #left text").first).to_be_visible()
    assert frame.locator("svg #attention line").count() > 0


def test_two_documents_stand_side_by_side(visit: Visit) -> None:
    page = visit(DEEP_LINK)
    wait_until_explained(page)
    page.get_by_role("radio", name="Any two texts").or_(
        page.get_by_role("button", name="Any two texts")
    ).first.click()
    expect(words(page, "document", 1).first).to_be_visible()
    expect(page.get_by_text("−3.95 ranks above −5.21")).to_be_visible()


@pytest.mark.parametrize("then", ["Explain", "MaxSim", "What if", "Truncation"])
def test_the_card_that_was_clicked_is_the_document_of_the_next_page_too(
    visit: Visit, then: str
) -> None:
    page = visit("/?" + urlencode(SEARCH))
    wait_until_ranked(page)
    third = cards(page, "Cross-encoder").nth(2)
    doc_id = third.get_attribute("data-doc") or ""
    third.click()
    wait_until_explained(page)
    shown = page.get_by_role("combobox", name=re.compile("^Document")).input_value()
    assert shown.startswith("3 · ")

    open_page(page, then)
    expect(page).to_have_url(re.compile(rf"/{then.lower().replace(' ', '-')}\?"))
    wait_until_idle(page)
    expect(page.get_by_role("combobox", name=re.compile("^Document"))).to_have_value(shown)
    expect(page).to_have_url(re.compile(rf"doc={re.escape(doc_id)}"))
