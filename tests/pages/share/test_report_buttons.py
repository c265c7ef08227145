"""Compare and Explain offer what they show as a report, with the very same figures."""

from __future__ import annotations

import pytest

from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER, HYBRID
from state.app_resources import prepare
from tests.engine.share.report.reading import Element, read
from tests.pages.downloads import Downloads
from tests.pages.driver import PATIENCE, choose, finished, opened
from tests.pages.expected import ranked_by_engine

QUERY = "python snake"
EXPLAIN = "pages/explain/explain.py"


def facts(document: Element) -> dict[str, str]:
    """What the report says of how it was made."""
    rows = (row for row in document.all("div") if row.children)
    return {
        row.one("dt").text: row.one("dd").text
        for row in rows
        if isinstance(row.children[0], Element) and row.children[0].name == "dt"
    }


def test_compare_offers_its_columns_as_a_report(downloads: Downloads) -> None:
    at = opened(q=QUERY, depth="6")
    file = downloads.file(at, "Report")
    assert file.mimetype == "text/html"
    document = read(file.content.decode("utf-8"))
    trace = ranked_by_engine(QUERY, Settings(depth=6))
    columns = list(document.all("div", class_="column"))
    for column, stage in zip(columns, (BM25, BI_ENCODER, HYBRID, CROSS_ENCODER), strict=True):
        ranking = trace.ranking(stage)
        assert ranking is not None
        cards = list(column.all("article"))
        assert [int(card.attributes["data-rank"]) for card in cards] == [
            hit.rank for hit in ranking.hits[:10]
        ]
        scores = [float(card.attributes["data-score"]) for card in cards]
        assert scores == pytest.approx([hit.score for hit in ranking.hits[:10]], abs=1e-4)
    said = facts(document)
    info = prepare("senses").result().corpus.info
    assert said["Fingerprint of its documents"] == info.fingerprint
    assert said["Depth (candidates to rerank)"] == "6"
    assert said["Mode"] == "fast"


def test_explain_offers_its_pair_as_a_report(downloads: Downloads) -> None:
    """The pair of the tests of Explain: what they explained before is remembered."""
    at = opened(EXPLAIN)
    choose(at, "attention_mode", "Any two texts")
    at.run()
    at.text_input(key="own_query").input(QUERY)
    at.text_area(key="own_first").input("Ball python care guide")
    at.text_area(key="own_second").input("")
    finished(at)
    queue = at.session_state["_explaining"]
    assert queue.wait_all(PATIENCE)
    finished(at)
    document = read(downloads.text(at, "Report"))
    words = [chip.text for chip in document.one("figure").all("span", class_="chip")]
    assert words == ["python", "snake", "Ball", "python", "care", "guide"]
    assert "Corpus" not in facts(document)
    assert "torch" in facts(document)["What ran the cross-encoder"]
    panels = [panel.one("h3").text for panel in document.all("section", class_="panel")]
    assert panels == ["The words", "By value", "Attention", "How it was made"]

    at.text_area(key="own_second").input("Python programming tutorial")
    finished(at)
    assert at.session_state["_explaining"].wait_all(PATIENCE)
    finished(at)
    both = read(downloads.text(at, "Report"))
    headings = [step.one("h2").text for step in both.all("section", class_="step")]
    assert [heading.strip() for heading in headings] == [
        "1. A: Ball python care guide", "2. B: Python programming tutorial",
    ]  # fmt: skip
    assert len(list(both.all("p", class_="opening"))) == 2
