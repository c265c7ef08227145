"""A report in a browser without a network: nothing is asked for, and what is shown is right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.share.report.report import report_html
from engine.share.walkthrough_json import report_sections
from engine.types.share.snapshots import (
    ReportSection,
    SearchSnapshot,
    Snapshot,
    SnapshotColumn,
    SnapshotRow,
)
from engine.types.share.walkthroughs import Walkthrough, WalkthroughStep
from tests.browser.hostile_texts import TEXTS
from tests.browser.watch import Watch
from tests.frozen import frozen_pair, frozen_quality, frozen_search
from tests.pages import hostile
from tests.pdf_text import pages_of

pytestmark = pytest.mark.browser

ATTACKS = (hostile.SCRIPT, hostile.IMAGE, hostile.CLOSING, *TEXTS)
LONG = "a title of many words that no column holds on one line, and that goes on"
EXTRACT = "A snake is a reptile without legs, and there are many of them in this text. " * 3
ROWS = ".card, tbody tr, dl > div"


@pytest.fixture
def seen() -> Watch:
    """What a report asked for and complained about; its own file is a request too."""
    return Watch()


@pytest.fixture
def cut_off(chromium: Browser, seen: Watch) -> Iterator[Page]:
    """A page that has no network; every request that it makes is seen, and let no further."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    seen.attach(context)
    page = context.new_page()
    page.route(
        "**/*",
        lambda route: route.continue_() if route.request.url.startswith("file:") else route.abort(),
    )
    yield page
    context.close()


def written(folder: Path, html: str) -> str:
    path = folder / "report.html"
    path.write_text(html, encoding="utf-8")
    return path.as_uri()


def search_of(number: int) -> SearchSnapshot:
    """A search of hostile texts, in whose lists other documents stand first in each step."""
    texts = {f"d{n:02}": (ATTACKS[n], f"{ATTACKS[n + 3]} snake") for n in range(20)}
    snapshot = frozen_search(texts)

    def turned(column: SnapshotColumn) -> SnapshotColumn:
        rows = (*column.rows[number:], *column.rows[:number])
        placed = (
            replace(row, rank=rank, score=row.score + number) for rank, row in enumerate(rows, 1)
        )
        return replace(column, rows=tuple(placed))

    return replace(snapshot, columns=tuple(turned(column) for column in snapshot.columns))


def ten_steps() -> tuple[Walkthrough, list[Snapshot]]:
    """A walkthrough of ten steps, whose words are attacks, and the figures of each."""
    pair, run = frozen_pair(), frozen_quality({"q00": hostile.SCRIPT})
    figures: list[Snapshot] = [search_of(0), pair, run]
    figures += [search_of(1), search_of(2), pair, run, search_of(3), search_of(4), search_of(5)]
    steps = (
        WalkthroughStep("compare", {}, hostile.CLOSING, hostile.IMAGE, each) for each in figures
    )
    return Walkthrough(hostile.SCRIPT, tuple(steps)), figures


CARDS = """step => [...step.querySelectorAll(".column")].map(column =>
  [...column.querySelectorAll(".card")].map(card => [
    card.querySelector(".rank").textContent, card.querySelector(".title").textContent,
    Number(card.dataset.score), card.querySelector(".score").textContent]))"""


def test_the_report_of_ten_steps_is_whole_without_a_network(
    cut_off: Page, seen: Watch, tmp_path: Path
) -> None:
    walkthrough, figures = ten_steps()
    html = report_html(walkthrough.title, report_sections(walkthrough))
    page, address = cut_off, written(tmp_path, html)
    page.goto(address)
    steps = page.locator(".step")
    expect(steps).to_have_count(10)

    searches = [(n, each) for n, each in enumerate(figures) if isinstance(each, SearchSnapshot)]
    for number, snapshot in searches:
        step = page.locator(f"#step-{number}")
        assert step.evaluate(CARDS) == [
            [
                [str(row.rank), ATTACKS[int(row.doc_id[1:])], row.score, said_of(column, row)]
                for row in column.rows
            ]
            for column in snapshot.columns
        ]
        # one document wherever it stands, in the lists and in the picture; nothing else
        card = step.locator(".column").nth(2).locator(".card").nth(3)
        card.hover()
        same = step.locator(f'[data-doc="{card.get_attribute("data-doc")}"]').count()
        assert page.locator(".lit").count() == step.locator(".lit").count() == same > 3
        expect(step.locator("svg.ranking g.lit").first).to_be_visible()
    firsts = {tuple(column.rows[0].doc_id for column in each.columns) for _, each in searches}
    assert len(firsts) == len(searches)
    search, pair, run = (page.locator(f"#step-{number}") for number in range(3))

    # parts are tabs, led by the arrow keys
    tabs = search.get_by_role("tab")
    assert tabs.all_inner_texts() == ["The lists", "All places", "Time", "How it was made"]
    tabs.first.press("ArrowRight")
    expect(search.locator(".panel:visible")).to_have_count(1)
    expect(tabs.nth(1)).to_be_focused()

    # a press on a header sorts, and another turns it round
    header = search.get_by_role("button", name="logit")
    values = "rows => rows.map(row => Number(row.cells[7].dataset.value))"
    for way in (1, -1):
        header.click()
        shown_scores = search.locator(".panel:visible tbody tr").evaluate_all(values)
        assert shown_scores == sorted(shown_scores, reverse=way < 0)

    # a word of the query shows where it alone looks
    pair.get_by_role("tab", name="Attention").click()
    pair.locator("[data-query]").nth(1).hover()
    chips = pair.locator("[data-weights]")
    assert chips.evaluate_all("c => c.map(e => e.style.getPropertyValue('--w'))") == [
        "0.33", "0.67", "1.00",
    ]  # fmt: skip
    expect(run.get_by_text(hostile.SCRIPT).first).to_be_attached()

    # on a phone nothing but figures in their own frame is wider than the page
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate("document.documentElement.scrollWidth") <= width

    assert page.evaluate("window.hacked") is None
    assert (seen.requests, seen.errors) == ([address], [])


def said_of(column: SnapshotColumn, row: SnapshotRow) -> str:
    """The score as a card says it."""
    decimals = 3 if column.kind == "cosine" else 2
    return f"{column.kind} {row.score:.{decimals}f}".replace("-", "−")


def without_space(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def cut_rows(page: Page, folder: Path, paper: str) -> tuple[int, list[str]]:
    """How many rows were printed, and those that stand on no single page of the paper."""
    page.emulate_media(media="print")
    rows = [without_space(row) for row in page.locator(ROWS).all_inner_texts()]
    path = folder / f"{paper}.pdf"
    page.pdf(path=path, format=paper, print_background=True)
    pages = [without_space(text) for text in pages_of(path)]
    return len(rows), [row for row in rows if row and not any(row in each for each in pages)]


def report_of_steps(steps: int) -> str:
    texts = {f"d{n:02}": (f"{n} {LONG}", EXTRACT) for n in range(20)}
    search, pair = frozen_search(texts), frozen_pair()
    run = frozen_quality({f"q{n:02}": f"query {n} {LONG} {LONG}" for n in range(30)})
    snapshots: list[Snapshot] = [search, pair, run, search, pair] * 2
    return report_html("Steps", [ReportSection(LONG, e, note=LONG) for e in snapshots[:steps]])


def test_no_row_of_the_print_is_cut(
    cut_off: Page, chromium: Browser, seen: Watch, tmp_path: Path
) -> None:
    html = report_of_steps(10)
    assert len(html.encode()) < 3_000_000
    address = written(tmp_path, html)
    cut_off.goto(address)
    for paper in ("A4", "Letter"):
        printed, cut = cut_rows(cut_off, tmp_path, paper)
        assert printed > 300
        assert cut == []
    assert (seen.requests, seen.errors) == ([address], [])

    # the check sees rows that are cut, where nothing keeps them whole
    context = chromium.new_context(offline=True, bypass_csp=True)
    page = context.new_page()
    loose = report_of_steps(3).replace("break-inside: avoid", "break-inside: auto")
    page.goto(written(tmp_path, loose))
    _, cut = cut_rows(page, tmp_path, "A4")
    context.close()
    assert cut
