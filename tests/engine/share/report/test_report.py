"""A report holds the figures of its snapshots, no markup of anybody's, and asks for nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from components.common import palette
from engine.share.pair_snapshot import attention_snapshot
from engine.share.report.report import STYLE, report_html, report_of
from engine.types import AttentionView, CrossExamError
from engine.types.share.snapshots import ReportSection, Snapshot, SnapshotWord
from tests.browser.hostile_texts import TEXTS
from tests.engine.share.report.reading import Element, read
from tests.engine.share.snapshots import tabled
from tests.engine.share.votes.ballots import outcome
from tests.frozen import NOW, frozen_pair, frozen_quality, frozen_search, tiny_trace
from tests.pages import hostile

HOSTILE = (
    *TEXTS,
    hostile.SCRIPT,
    hostile.IMAGE,
    hostile.CLOSING,
    hostile.FORMULA,
    "\u202egnirts a\u2066",
    "<svg onload=alert(1)>",
    "javascript:alert(1)",
)


def texts(number: int) -> str:
    return HOSTILE[number % len(HOSTILE)]


def hostile_sections() -> list[ReportSection]:
    names = {f"d{n:02}": (texts(n), texts(n + 7) + " snake") for n in range(20)}
    search = replace(frozen_search(names), query=texts(3), notices=(hostile.SCRIPT,))
    search = replace(
        search,
        provenance=replace(search.provenance, corpus=texts(5), settings={texts(6): texts(8)}),
    )
    pair = frozen_pair(HOSTILE, HOSTILE, title=hostile.CLOSING)
    quality = frozen_quality({f"q{n:02}": texts(n) for n in range(30)})
    vote = tabled(*((text, 1.0) for text in HOSTILE), headline=hostile.SCRIPT)
    vote = replace(vote, opening=hostile.CLOSING, detail=hostile.IMAGE)
    return [
        ReportSection(hostile.SCRIPT, search, note=hostile.IMAGE, state=hostile.CLOSING),
        ReportSection(hostile.CLOSING, pair),
        ReportSection("run", quality),
        ReportSection("vote", vote),
    ]


QUALITY = frozen_quality()
SNAPSHOTS: dict[str, Snapshot] = {
    "search": replace(frozen_search(), notices=("cut",)),
    "pair": frozen_pair(),
    "quality": QUALITY,
    "figures": outcome(),
}
ALL = [ReportSection(name, snapshot) for name, snapshot in SNAPSHOTS.items()]


def attributes(document: Element) -> Iterator[tuple[str, str, str]]:
    for element in document.all():
        for name, value in element.attributes.items():
            yield element.name, name, value


def test_hostile_texts_are_text() -> None:
    document = read(report_html(hostile.SCRIPT, hostile_sections()))
    plain = read(report_html("plain", ALL))
    assert {e.name for e in document.all()} - {"mark"} == {e.name for e in plain.all()} - {"mark"}
    assert len(list(document.all("script"))) == len(list(document.all("style"))) == 1
    body = document.one("body").text
    for text in HOSTILE:
        assert text in body
    names = {name for _, name, _ in attributes(document)}
    assert not [name for name in names if name.startswith("on") or name in ("style", "src")]


def test_no_address_leaves_the_file() -> None:
    for html in (report_html("x", hostile_sections()), report_html("x", ALL)):
        document = read(html)
        addresses = [v for _, name, v in attributes(document) if name in ("href", "src", "action")]
        assert addresses
        assert all(address.startswith("#step-") for address in addresses)
    assert "url(" not in STYLE
    assert "@import" not in STYLE


def test_the_policy_lets_nothing_run_but_its_own_script_and_style() -> None:
    document = read(report_of(SNAPSHOTS["search"]))
    policy = next(
        element.attributes["content"]
        for element in document.all("meta")
        if element.attributes.get("http-equiv") == "Content-Security-Policy"
    )
    for kind in ("script", "style"):
        digest = hashlib.sha256(document.one(kind).text.encode()).digest()
        assert f"{kind}-src 'sha256-{base64.b64encode(digest).decode()}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_ranks_and_scores_are_those_of_the_trace() -> None:
    document, trace = read(report_of(frozen_search())), tiny_trace()
    columns = list(document.all("div", class_="column"))
    assert len(columns) == 3
    for column, stage in zip(columns, ("bm25", "bi-encoder", "cross-encoder"), strict=True):
        ranking = trace.ranking(stage)
        assert ranking is not None
        cards = list(column.all("article"))
        shown = [(int(c.attributes["data-rank"]), float(c.attributes["data-score"])) for c in cards]
        assert shown == [(hit.rank, hit.score) for hit in ranking.hits[:10]]
        assert [c.one("span", class_="title").text for c in cards] == ranking.ids(10)


@pytest.mark.parametrize("snapshot", SNAPSHOTS.values(), ids=SNAPSHOTS.keys())
def test_a_report_says_where_its_figures_are_from(snapshot: Snapshot) -> None:
    document = read(report_of(snapshot, now=NOW))
    facts = {
        row.one("dt").text: row.one("dd").text
        for row in document.all("div")
        if any(child.name == "dt" for child in row.children if isinstance(child, Element))
    }
    made = snapshot.provenance
    assert facts["Corpus"] == made.corpus
    assert facts["Fingerprint of its documents"] == made.fingerprint
    assert facts["Figures made"] == made.made_at
    assert made.settings.items() <= facts.items()
    assert made.versions.items() <= facts.items()
    assert "29 November 2026, 12:00 UTC" in document.one("header").text


@pytest.mark.parametrize("snapshot", SNAPSHOTS.values(), ids=SNAPSHOTS.keys())
def test_every_figure_says_what_it_means(snapshot: Snapshot) -> None:
    figures = list(read(report_of(snapshot)).all("figure"))
    assert figures
    assert all(len(figure.one("figcaption").text) > 30 for figure in figures)
    pictures = [svg for figure in figures for svg in figure.all("svg")]
    assert all(svg.attributes["aria-label"] for svg in pictures)


TERMS = re.compile(
    r"encoder|BM25|rerank|retriev|nDCG|MRR|recall|precision|logit|cosine|baseline|token|attention"
    r"|embedding|vector|bootstrap|significan|p-value|hybrid|pipeline|corpus|query|queries|rank",
    re.IGNORECASE,
)


@pytest.mark.parametrize("snapshot", SNAPSHOTS.values(), ids=SNAPSHOTS.keys())
def test_the_opening_needs_no_dictionary(snapshot: Snapshot) -> None:
    opening = read(report_of(snapshot)).one("p", class_="opening").text
    assert 100 < len(opening) < 900
    assert TERMS.findall(opening) == []


def test_the_opening_of_a_search_says_what_changed() -> None:
    opening = read(report_of(frozen_search())).one("p", class_="opening").text
    # By hand: the logits of d00, d01 … are i * 7 % 20 - 9, the angles rise with i.
    assert "We searched for “snake” in a collection of 20 texts" in opening
    assert "It replaced 7 of the first 10 results." in opening
    assert "First is now “d17”; the quick step had it at place 18." in opening
    assert "2 are marked as relevant by people: 1 moved up, 1 moved down." in opening


def test_the_opening_of_a_run_says_how_often_the_first_result_changes() -> None:
    snapshot = QUALITY
    opening = read(report_of(snapshot)).one("p", class_="opening").text
    rows = [query for query in snapshot.queries if query.first_before != query.first_after]
    better = [q for q in rows if (q.grade_after or 0) > (q.grade_before or 0)]
    worse = [q for q in rows if (q.grade_after or 0) < (q.grade_before or 0)]
    said = f"changes the first result of {len(rows) / 30:.0%} of searches"
    assert f"{said}, better for {len(better) / 30:.0%}, worse for {len(worse) / 30:.0%}" in opening


def test_an_opening_without_judgments_says_that_nobody_judged() -> None:
    search = frozen_search()
    columns = [
        replace(column, rows=tuple(replace(row, grade=None) for row in column.rows))
        for column in search.columns
    ]
    opening = read(report_of(replace(search, columns=tuple(columns)))).one("p", class_="opening")
    assert "Nobody has marked which texts are good answers" in opening.text


def test_words_are_shaded_by_their_sign_and_strength() -> None:
    document = read(report_of(frozen_pair()))
    chips = list(document.one("section", class_="step").all("span", class_="chip"))[:5]
    assert [chip.classes[-1] for chip in chips] == ["up-5", "down-4", "up-4", "down-4", "up-3"]
    assert [chip.attributes["title"] for chip in chips][:2] == ["+0.500", "−0.450"]
    texts_in_order = [line.text for line in document.all("p", class_="chips")]
    assert texts_in_order[:2] == ["python snake ", "Ball python care "]  # lines break between words
    twice = frozen_pair(("python", "x"), ("python", "y", "python", "z"))
    opening = read(report_of(twice)).one("p", class_="opening").text
    assert "What spoke for it most: “python”. What spoke against" in opening


def test_the_queries_of_a_run_are_all_there_with_their_figures() -> None:
    snapshot = QUALITY
    document = read(report_of(snapshot))
    table = next(t for t in document.all("table") if t.attributes["aria-label"] == "Queries")
    rows = list(table.one("tbody").all("tr"))
    assert len(rows) == snapshot.query_count == 30
    for row, query in zip(rows, snapshot.queries, strict=True):
        values = [float(td.attributes["data-value"]) for td in row.all("td", class_="figure")]
        assert values == [query.before, query.after, query.difference]


def test_colours_are_those_of_the_app() -> None:
    light, dark = (
        dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    )
    for colours, is_dark in ((light, False), (dark, True)):
        stages = palette.stage_colours(is_dark).items()
        assert {s: colours[s] for s, _ in stages} == {s: c.lower() for s, c in stages}
        assert colours["up"] == palette.up(is_dark).lower()
        assert colours["down"] == palette.down(is_dark).lower()
        assert colours["muted"] == colours["same"] == palette.muted(is_dark).lower()
        assert colours["other"] == palette.stage_colour("reranker:x", is_dark).lower()


def test_attention_alone_makes_a_report() -> None:
    pair = frozen_pair()
    assert pair.attention is not None
    alone = replace(pair, method="", query_words=(), document_words=())
    document = read(report_of(alone))
    titles = [panel.one("h3").text for panel in document.all("section", class_="panel")]
    assert titles == ["Attention", "How it was made"]
    words = list(document.all("button", class_="chip"))
    assert [word.text for word in words] == list(pair.attention.query_units)
    weights = [
        chip.attributes["data-weights"].split(" ")
        for chip in document.all("span", class_="chip")
        if "data-weights" in chip.attributes
    ]
    # weights are (q + 1) * (d + 1) / 100 of at most 0.06
    assert weights == [["0.17", "0.33"], ["0.33", "0.67"], ["0.50", "1.00"]]


def test_ten_steps_stay_below_three_megabytes() -> None:
    """As large as they come: ten rows of five lists, words of 512 tokens, 400 queries."""
    words = tuple(SnapshotWord(f"word{n}", n / 500 - 0.5) for n in range(500))
    quality = QUALITY
    queries = tuple(
        replace(quality.queries[0], query_id=f"q{n}", text="w " * 40) for n in range(400)
    )
    snippets = {f"d{n:02}": ("title " * 12, "snake " * 60) for n in range(20)}
    search = frozen_search(snippets)
    search = replace(search, columns=(*search.columns, *search.columns[:2]))
    pair = replace(frozen_pair(), document_words=words)
    large: list[Snapshot] = [search, pair, replace(quality, queries=queries), search, pair] * 2
    html = report_html("ten", [ReportSection("step", snapshot) for snapshot in large])
    assert len(html.encode()) < 3_000_000


def test_a_report_of_nothing_is_refused() -> None:
    with pytest.raises(CrossExamError, match="no section"):
        report_html("nothing", [])


def test_views_of_no_words_are_drawn() -> None:
    """A query without a token, an empty list: nothing divides by zero."""
    search = frozen_search()
    empty = replace(search, columns=tuple(replace(c, rows=()) for c in search.columns), timings=())
    assert "This list holds no document." in report_of(empty)
    block = np.zeros((0, 0), dtype=np.float32)
    nothing = AttentionView((), (), block, block, 0.0, 0.0, 0.0, 0.0, None, None, True)
    pair = attention_snapshot("", "", "", search.provenance, 0.0, nothing)
    assert "Attention" in report_of(pair)
