"""A report in a browser without a network: nothing is asked for, and what is shown is right."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from engine.share.report.report import report_html
from engine.types.share.snapshots import ReportSection, Snapshot
from tests.browser.hostile_texts import TEXTS
from tests.browser.watch import Watch
from tests.frozen import frozen_pair, frozen_quality, frozen_search, tiny_trace
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


def hostile_report() -> str:
    texts = {f"d{n:02}": (ATTACKS[n], f"{ATTACKS[n + 3]} snake") for n in range(20)}
    return report_html(
        hostile.SCRIPT,
        [
            ReportSection(hostile.CLOSING, frozen_search(texts), note=hostile.IMAGE),
            ReportSection("a pair", frozen_pair()),
            ReportSection("a run", frozen_quality({"q00": hostile.SCRIPT})),
        ],
    )


def test_a_report_is_whole_without_a_network(cut_off: Page, seen: Watch, tmp_path: Path) -> None:
    page, address = cut_off, written(tmp_path, hostile_report())
    page.goto(address)
    search, pair, run = (page.locator(f"#step-{number}") for number in range(3))

    trace = tiny_trace()
    for number, stage in enumerate(("bm25", "bi-encoder", "cross-encoder")):
        ranking = trace.ranking(stage)
        assert ranking is not None
        cards = search.locator(".column").nth(number).locator(".card")
        shown = [(int(card.get_attribute("data-rank") or 0), card) for card in cards.all()]
        assert [rank for rank, _ in shown] == [hit.rank for hit in ranking.hits[:10]]
        for (_, card), hit in zip(shown, ranking.hits, strict=False):
            assert float(card.get_attribute("data-score") or "nan") == hit.score
            said = f"{hit.score:.{2 if stage != 'bi-encoder' else 3}f}".replace("-", "−")
            expect(card.locator(".score")).to_contain_text(said)

    # one document wherever it stands, in the lists and in the picture; nothing else
    card = search.locator(".column").nth(2).locator(".card").nth(3)
    card.hover()
    document = card.get_attribute("data-doc")
    lit = search.locator(".lit")
    assert lit.count() == search.locator(f'[data-doc="{document}"]').count() > 3
    expect(search.locator("svg.ranking g.lit").first).to_be_visible()

    # parts are tabs, led by the arrow keys
    tabs = search.get_by_role("tab")
    assert tabs.all_inner_texts() == ["The lists", "All places", "Time", "How it was made"]
    tabs.first.press("ArrowRight")
    expect(search.locator(".panel:visible")).to_have_count(1)
    expect(tabs.nth(1)).to_be_focused()

    # a press on a header sorts, and another turns it round
    header = search.get_by_role("button", name="logit")
    values = "rows => rows.map(row => Number(row.cells[7].dataset.value))"
    for step in (1, -1):
        header.click()
        shown_scores = search.locator(".panel:visible tbody tr").evaluate_all(values)
        assert shown_scores == sorted(shown_scores, reverse=step < 0)

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
