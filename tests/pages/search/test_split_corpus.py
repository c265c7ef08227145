"""A corpus split into passages: its documents' judgments reach every page and command."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

import cli
from engine.latency.depth import JUDGED, depth_curve
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER
from state.app_resources import prepare
from state.latency import measurements as latency_work
from state.latency.measurements import MeasurementRequest
from tests.pages.downloads import Downloads
from tests.pages.driver import columns, finished, opened, says, table

NAME = "split-for-tests"
DOCUMENTS = {
    "ferry": "Timetables are printed in March.\n\nThe ferry to the island leaves at nine.",
    "bread": "Flour and water.\n\nBake the bread for forty minutes.",
    "violin": "Rosin for the bow.\n\nThe violin is tuned in fifths.",
    "tax": "Forms arrive in spring.\n\nDeclare the income before May.",
}
QUERY = "when does the ferry leave"


@pytest.fixture(scope="module")
def split(session_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a corpus of four documents in eight passages, imported by the command."""
    folder = tmp_path_factory.mktemp("split")
    rows = [{"_id": doc_id, "title": "", "text": text} for doc_id, text in DOCUMENTS.items()]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "queries.jsonl").write_text(json.dumps({"_id": "q1", "text": QUERY}) + "\n")
    (folder / "qrels").mkdir()
    lines = ["query-id\tcorpus-id\tscore", "q1\tferry\t3", "q1\ttax\t0"]
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n")
    assert cli.main(["import", str(folder), "--name", NAME, "--split", "paragraph"]) == 0
    yield NAME
    assert cli.main(["delete", NAME, "--yes"]) == 0


def test_examples_are_of_the_corpus_that_is_chosen(split: str) -> None:
    pages = ("search/diagnose", "search/compare", "explain/truncation")
    for page in pages:
        at = opened(f"pages/{page}.py", corpus=split)
        assert at.text_input(key="q").placeholder == "Type a query and press Enter"
        assert not says(at, "bees")
    at.selectbox(key="corpus").set_value("senses")
    finished(at)
    assert at.text_input(key="q").placeholder.endswith("for example: python snake")
    assert says(at, "do bees understand")
    asked = opened("pages/search/diagnose.py", q=QUERY, corpus=split)
    assert says(asked, "Judged relevant for it: “ferry”.")
    assert not says(asked, "bees")
    assert asked.text_input(key="expected").placeholder == "ferry"
    ranked = opened("pages/search/compare.py", q=QUERY, corpus=split)
    assert ranked.text_input(key="where").placeholder == "ferry"


def test_cards_and_the_download_carry_the_grade_of_the_passages_document(
    split: str, downloads: Downloads
) -> None:
    at = opened(q=QUERY, corpus=split)
    cards = {card["id"]: card for card in columns(at)[CROSS_ENCODER]["cards"]}
    graded = {doc_id: card["grade"] for doc_id, card in cards.items() if card.get("grade")}
    assert set(graded) == {"ferry#1", "ferry#2", "tax#1", "tax#2"}
    file = downloads.text(at, "comparison")
    relevance = {row["doc_id"]: row["judgment"] for row in csv.DictReader(io.StringIO(file))}
    assert (relevance["ferry#2"], relevance["tax#1"], relevance["bread#1"]) == ("3", "0", "")


def test_each_columns_card_shows_the_passage_that_its_score_is_of(split: str) -> None:
    by_passage = columns(at := opened(q=QUERY, corpus=split))
    at.toggle(key="by_document").set_value(True)
    by_document = columns(finished(at))
    texts = {
        stage: {card["score"]: card["snippet"] for card in column["cards"]}
        for stage, column in by_passage.items()
    }
    for stage, column in by_document.items():
        assert column["cards"], stage
        for card in column["cards"]:
            assert card["snippet"] == texts[stage][card["score"]], (stage, card["id"])


def test_where_is_takes_the_best_passage_of_the_document_and_says_its_grade(split: str) -> None:
    at = opened(q=QUERY, corpus=split)
    at.toggle(key="by_document").set_value(True)
    at.text_input(key="where").input("ferry")
    finished(at)
    rows = table(at, "Rank and score of the document in every stage")
    cross = next(row for row in rows if row[0]["text"] == "Cross-encoder")
    assert cross[1]["text"].startswith("1 of ")  # its first passage alone stands lower
    assert says(at, "(ferry#2)")
    assert says(at, "Judged 3 for this query, as a passage of ferry")


def test_evaluate_says_that_its_lists_hold_documents_in_passages(
    split: str, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["evaluate", "--corpus", split, "--depth", "8", "--pipelines", "bi-encoder", "--json"]
    assert cli.main(given) == 0
    result = json.loads(capsys.readouterr().out)
    (note,) = result["notices"]
    assert "lists of 8 passages hold 4.0 documents on average" in note
    assert result["pipelines"][0]["Recall@8"] == 1.0


def test_depth_energy_and_ann_know_the_judgments_of_the_documents(split: str) -> None:
    def on_progress(*_: object) -> None:
        return None

    def never() -> bool:
        return False

    now = MeasurementRequest(prepare(split).result(), QUERY, Settings(depth=8))
    deep = latency_work.deep(now, on_progress, never)
    assert deep is not None
    curve = depth_curve(deep, now.loaded.corpus.judgments("q1"))
    assert (curve.measure, curve.points[-1].quality) == (JUDGED, 1.0)
    energy = latency_work.energy(now, 1, on_progress, never)
    assert energy is not None
    assert energy.quality[CROSS_ENCODER] == 1.0
    assert energy.judged_at_10 == pytest.approx(2 / 4)
    ann = latency_work.ann(now, 4, on_progress, never)
    assert ann is not None
    assert ann.report.relevant == 2  # both passages of the one relevant document
    assert math.isclose(ann.report.points[-1].mean, 1.0)
