"""Quality: pipelines are run, measured as pytrec_eval measures them, and looked into."""

from __future__ import annotations

import csv
import io
import json
import re
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import pytrec_eval
from streamlit.testing.v1 import AppTest

from corpora.stores.database import Database
from corpora.stores.database_schema import changed
from corpora.stores.run_store import RunStore
from engine.quality.judging.auto_judge import calibrates
from engine.types import Cancel, Reranker, ScoredBatch
from engine.types.share.figures import FiguresSnapshot
from engine.types.share.snapshots import QualitySnapshot
from engine.types.share.walkthroughs import Draft, Walkthrough
from jobs.concurrent_work import others
from jobs.visitor_jobs import Slot
from pages.quality import failures, fusion_chart
from pages.quality.runs import two_runs
from state import permissions
from state.app_resources import prepare
from state.quality import runs as quality
from state.quality import weights
from state.quality.auto_judge import apply_to_proposals
from state.quality.judging import auto_judgment_store, judgment_log, judgments_csv
from system.acts import Act, Actor
from tests.engine.share.report.reading import read
from tests.gaps import with_gaps
from tests.pages.downloads import Downloads
from tests.pages.driver import (
    PATIENCE,
    START,
    choose,
    components,
    finished,
    job_of,
    opened,
    protos,
    says,
    table,
    work_of,
)

QUALITY = "pages/quality/quality.py"
QUERIES, DEPTH = 6, 10
CROSS, BARE = "BM25 10 → words", "BM25"


class WordReranker(Reranker):
    """Scores a document by the query's words in it: deterministic, and done at once."""

    name = "test/words"

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        wanted = set(query.lower().split())
        scores = tuple(
            len(wanted & set(text.lower().split())) - 1.5 - i / 100
            for i, text in enumerate(documents)
        )
        if documents:
            cut = tuple(int(len(text) > 900) for text in documents)
            yield ScoredBatch(tuple(range(len(documents))), scores, cut, len(documents) / 1000)

    def query_notice(self, query: str) -> str | None:
        return None


def fingerprint() -> str:
    return prepare("senses").result().corpus.info.fingerprint


def idle() -> None:
    """Return once nothing is at work in the background."""
    began = time.monotonic()
    while others() and time.monotonic() - began < PATIENCE:
        time.sleep(0.05)


@pytest.fixture(scope="module")
def saved(session_cache: Path) -> Iterator[str]:
    """A run of six queries through four pipelines, after a press of the button."""
    store = RunStore(fingerprint())
    assert store.runs() == ()
    patch = pytest.MonkeyPatch()
    patch.setattr(quality, "reranker_names", lambda: [WordReranker.name])
    patch.setattr(quality, "loader", lambda: lambda _: WordReranker())
    at = opened(QUALITY)
    assert says(at, "Nothing was measured yet")
    choose(at, "quality_firsts", ["bm25", "bi-encoder"])
    choose(at, "quality_depths", [DEPTH])
    (number,) = [n for n in at.number_input if n.label.startswith("Queries (of 85)")]
    number.set_value(QUERIES)
    finished(at)
    assert says(at, "4 pipelines over 6 queries: at most 120 pairs to read")
    idle()  # what the page that was opened first began would be named beside the times
    at.button(key="run_quality").click()
    finished(at)
    task = job_of(at, Slot.QUALITY_RUN)
    assert task.wait(PATIENCE)
    finished(at)
    assert task.error is None
    (run,) = store.runs()
    assert run.head["queries"] == QUERIES
    assert says(at, "Is it worth its time?") or at.subheader[0].value == "Is it worth its time?"
    yield run.run_id
    patch.undo()
    for left in store.runs():
        store.delete(left.run_id)


@pytest.fixture(scope="module")
def gaps(
    saved: str, session_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The same documents and run, under a name whose judgments have gaps."""
    with with_gaps(session_cache, tmp_path_factory.mktemp("gaps")) as name:
        assert prepare(name).result().corpus.info.fingerprint == fingerprint()
        yield name


def test_the_start_page_s_last_door_leads_to_two_runs_once_there_is_one(saved: str) -> None:
    at = opened(START)
    at.button(key="door_2_0").click()
    finished(at)
    assert not at.error
    assert at.session_state["quality_part"] == "Two runs"
    assert says(at, "B against A")


def part(name: str, **url: str) -> AppTest:
    """The page at one of its parts."""
    at = opened(QUALITY, **url)
    choose(at, "quality_part", name)
    return finished(at)


def test_the_run_can_be_taken_along_as_a_report(saved: str, downloads: Downloads) -> None:
    at = part("Results")
    rows = table(at, "Quality and latency by pipeline")
    document = read(downloads.text(at, "Report"))
    measures = next(t for t in document.all("table") if t.attributes["aria-label"] == "Measures")
    for shown, row in zip(rows, measures.one("tbody").all("tr"), strict=True):
        cells = [cell.text for cell in row.all() if cell.name in ("th", "td")]
        assert cells[0] == shown[0]["text"].partition(" · ")[2]
        assert cells[1] in [cell["text"] for cell in shown]
    assert fingerprint() in document.text
    assert f"{QUERIES} test searches" in document.one("p", class_="opening").text


def test_a_run_is_a_step_that_is_counted_again_and_not_run_again(saved: str) -> None:
    at = part("Results")
    at.button(key="keep_step").click()
    finished(at)
    at.button(key="step_add").click()
    finished(at)
    (step,) = work_of(at).draft.walkthrough.steps
    assert (step.live, step.link["run"]) == (True, saved)
    assert isinstance(step.snapshot, QualitySnapshot)
    first, *others = step.snapshot.pipelines
    means = {**first.means, "nDCG@10": first.means["nDCG@10"] - 0.25}
    earlier = replace(step.snapshot, pipelines=(replace(first, means=means), *others))
    elsewhere = replace(step, link={**step.link, "run": "20200101-000000"})
    steps = (step, replace(step, snapshot=earlier), elsewhere)
    work_of(at).draft = Draft(Walkthrough("", steps))
    at = finished(at.switch_page("pages/share/walkthroughs.py"))
    at.button(key="play_draft").click()
    finished(at)
    assert job_of(at, Slot.WALKTHROUGH).wait(PATIENCE)
    (player,) = components(finished(at), "crossexam_walkthrough")
    same, moved, gone = player["steps"]
    assert same["moved"]["sentence"].startswith("Nothing moved")
    assert [row[0] for row in moved["moved"]["rows"]] == [f"{first.name}: nDCG@10"]
    assert moved["moved"]["rows"][0][4] == "+0.250"
    assert "is not saved with this corpus" in gone["kept_words"]
    assert gone["kept"]["tables"] == same["kept"]["tables"]
    at = part("Failures")
    at.button(key="keep_step").click()
    finished(at)
    at.button(key="step_add").click()
    finished(at)
    kept = work_of(at).draft.walkthrough.steps[-1]
    assert isinstance(kept.snapshot, FiguresSnapshot)
    assert (kept.live, kept.link["part"]) == (False, "failures")
    assert "Failures by kind" in [each.caption for each in kept.snapshot.tables]


def test_the_table_is_what_pytrec_eval_finds_in_the_downloaded_runs(
    saved: str, downloads: Downloads
) -> None:
    at = part("Results")
    rows = table(at, "Quality and latency by pipeline")
    assert [row[0]["text"] for row in rows] == [
        "1 · BM25", f"2 · {CROSS}", "3 · Bi-encoder", "4 · Bi-encoder 10 → words",
    ]  # fmt: skip
    archive = zipfile.ZipFile(io.BytesIO(downloads.file(at, "Download all runs").content))
    qrels: dict[str, dict[str, int]] = {}
    for line in archive.read("judgments.qrels").decode().splitlines():
        query_id, _, doc_id, grade = line.split()
        qrels.setdefault(query_id, {})[doc_id] = int(grade)
    assert len(qrels) == QUERIES
    files = [n for n in archive.namelist() if n.endswith(".run")]
    assert len(files) == len(rows)
    for row, name in zip(rows, files, strict=True):
        run: dict[str, dict[str, float]] = {}
        for line in archive.read(name).decode().splitlines():
            query_id, _, doc_id, _, score, _ = line.split()
            run.setdefault(query_id, {})[doc_id] = float(score)
        measures = {"ndcg_cut.10", "map", "recip_rank", "recall.10"}
        found = pytrec_eval.RelevanceEvaluator(qrels, measures).evaluate(run).values()
        for place, measure in enumerate(("ndcg_cut_10", "recip_rank", "map", "recall_10"), 1):
            mean = sum(values[measure] for values in found) / QUERIES
            assert row[place]["text"] == f"{mean:.4f}", (name, measure)
        judged = [
            sum(d in qrels[q] for d in sorted(docs, key=lambda d: -docs[d])[:10]) / len(docs)
            for q, docs in run.items()
        ]
        assert row[6]["text"] == f"{sum(judged) / QUERIES:.1%}"


def test_every_mean_stands_there_by_searches_too_where_queries_say_how_often_they_are_searched(
    saved: str, downloads: Downloads, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain_results = part("Results")
    assert not says(plain_results, "as often as it is searched")
    assert says(plain_results, "It changes the first result of")
    assert says(plain_results, "6 judged queries, each counted once")
    queries = quality.opened(fingerprint(), saved).texts
    searches = {query: 3.0**place for place, query in enumerate(sorted(queries))}
    monkeypatch.setattr(weights, "weights", lambda loaded: searches)
    at = part("Results")
    rows = table(at, "Means weighted by searches")
    archive = zipfile.ZipFile(io.BytesIO(downloads.file(at, "Download all runs").content))
    qrels: dict[str, dict[str, int]] = {}
    for line in archive.read("judgments.qrels").decode().splitlines():
        query_id, _, doc_id, grade = line.split()
        qrels.setdefault(query_id, {})[doc_id] = int(grade)
    files = [name for name in archive.namelist() if name.endswith(".run")]
    for row, name in zip(rows, files, strict=True):
        run: dict[str, dict[str, float]] = {}
        for line in archive.read(name).decode().splitlines():
            query_id, _, doc_id, _, score, _ = line.split()
            run.setdefault(query_id, {})[doc_id] = float(score)
        found = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10"}).evaluate(run)
        total = sum(found[query]["ndcg_cut_10"] * times for query, times in searches.items())
        assert row[1]["text"] == f"{total / sum(searches.values()):.4f}"
        low, high = (float(end) for end in row[1]["note"].split(" to "))
        assert low <= total / sum(searches.values()) <= high
    assert len(rows[0]) == 1 + 4 + 3  # measures; judged@10, ceiling, time
    assert says(at, "6 judged queries, each as often as it is searched")
    assert says(at, "By searches: ")
    assert says(at, "By searches (open diamonds): ")
    traces = [t for p in protos(at, "plotly_chart") for t in json.loads(p.spec)["data"]]
    (drawn,) = [trace for trace in traces if trace.get("name") == "by searches"]
    assert [f"{value:.4f}" for value in drawn["y"]] == [row[1]["text"] for row in rows]
    for module in (failures, fusion_chart):
        monkeypatch.setattr(module, "weights", lambda loaded: searches)
    assert all(len(row) == 4 for row in table(part("Failures"), "Failures by kind"))
    assert says(part("Fusion"), "By searches: ")
    monkeypatch.setattr(two_runs, "weights", lambda loaded: searches)
    assert len(table(part("Two runs"), "Means weighted by searches")) == 2


def test_a_room_sees_the_measure_and_the_time_of_the_table(saved: str) -> None:
    rows = table(part("Results"), "Quality and latency by pipeline")
    (drawn,) = components(part("Results", stage="1"), "crossexam_stage_bars")
    for row, bar in zip(rows, drawn["rows"], strict=True):
        measure = float(row[1]["text"])
        assert row[0]["text"].endswith(bar["name"])
        assert bar["length"] == pytest.approx(100 * measure, abs=0.01)
        assert bar["words"] == f"{measure:.3f}, {row[-1]['text']}"
    assert drawn["ends"] == ["0", "nDCG@10 1"]


def test_chance_is_told_in_a_sentence_for_each_other_pipeline(saved: str) -> None:
    at = part("Results")
    told = [m.value for m in at.markdown if m.value.startswith("**") and "interval" in m.value]
    assert len(told) == 3
    pattern = r"[+−]?0\.\d{3} nDCG@10, 95% interval .*, p [=<] .* \(Holm, 3 comparisons\); \d+ quer"
    assert all(re.search(pattern, text.replace("\\", "").replace(":small[]", "")) for text in told)
    assert says(at, "Filled marks: corrected p at most 0.05")


def test_what_no_reranker_can_mend_is_said_and_shown(saved: str) -> None:
    at = part("Results")
    assert says(at, "which no reranker can mend")
    rows = table(at, "Quality and latency by pipeline")
    assert rows[0][5] == {**rows[1][5], "note": rows[0][5]["note"]}


def test_the_queries_that_changed_lead_to_compare(
    saved: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = part("Queries")
    at.selectbox(key=f"quality_from_{saved}").set_value(BARE)
    at.selectbox(key=f"quality_to_{saved}").set_value(CROSS)
    choose(at, "quality_order", "All queries")
    finished(at)
    (view,) = components(at, "crossexam_quality_queries")
    assert (view["before"], view["after"], len(view["rows"])) == (BARE, CROSS, QUERIES)
    changes = [row["after"] - row["before"] for row in view["rows"]]
    assert changes == sorted(changes)
    rows = table(part("Results"), "Quality and latency by pipeline")
    mean = sum(row["after"] for row in view["rows"]) / QUERIES
    assert rows[1][1]["text"] == f"{mean:.4f}"


def test_queries_can_be_filtered_by_tag(saved: str) -> None:
    at = part("Queries")
    choose(at, "quality_order", "All queries")
    tags = at.multiselect(key=f"quality_tags_{saved}")
    tags.set_value(["ambiguous"])
    finished(at)
    (view,) = components(at, "crossexam_quality_queries")
    assert 0 < len(view["rows"]) < QUERIES
    assert all("ambiguous" in row["tags"] for row in view["rows"])


def test_judging_lists_what_has_no_judgment_and_asks_for_a_name(gaps: str) -> None:
    at = part("Judge", corpus=gaps)
    (view,) = components(at, "crossexam_quality_judge")
    assert view["items"]
    assert not view["enabled"]
    assert says(at, "Type your name first")
    at.text_input(key="quality_judge_name").input("Ada")
    finished(at)
    (view,) = components(at, "crossexam_quality_judge")
    assert view["enabled"]
    assert not judgment_log(fingerprint()).latest()


def test_fusion_shows_the_whole_range_and_warns(saved: str) -> None:
    at = part("Fusion")
    assert says(at, "A setting chosen on the very queries that it is measured on")
    (chart,) = [json.loads(p.spec) for p in protos(at, "plotly_chart")]
    assert len(chart["data"][0]["x"]) == 21
    choose(at, "quality_fusion_True", "rrf")
    finished(at)
    assert says(at, "Best on these 6 queries: k = ")


def test_when_to_rerank_ends_at_the_figures_of_the_results_and_a_link_sets_it(
    saved: str, downloads: Downloads
) -> None:
    results = {
        row[0]["text"][4:]: row for row in table(part("Results"), "Quality and latency by pipeline")
    }
    at = opened(QUALITY, part="when", gated=CROSS, signal="short", reranked="0.2", share_of="pairs")
    assert not at.exception
    assert says(at, "the 20% least sure queries (shortest query first)")
    assert says(at, f"of {QUERIES} queries")  # in how many the reranker changed nothing
    assert says(at, "6 judged queries are too few to choose a threshold in 5 folds")
    rows = table(at, "What each share of the queries comes to")
    assert [rows[0][1]["text"], rows[-1][1]["text"]] == [
        results[name][1]["text"] for name in (BARE, CROSS)
    ]
    for row in rows:
        assert float(row[4]["text"]) >= max(float(row[1]["text"]), float(row[3]["text"]))
    assert rows[0][8]["tag"] == "estimated"
    assert len(table(at, "Signals against the random gate")) == 4
    lines = list(csv.DictReader(io.StringIO(downloads.text(at, "Queries (CSV)"))))
    assert len(lines) == QUERIES
    gains = [float(line["gain"]) for line in lines]
    low, high = (float(results[name][1]["text"]) for name in (BARE, CROSS))
    assert sum(gains) / QUERIES == pytest.approx(high - low, abs=1e-4)


def test_a_token_budget_says_what_reaches_the_language_model(saved: str) -> None:
    at = opened(QUALITY, part="tokens", tokens="300", tokenizer="characters", budget_against=BARE)
    assert not at.exception
    assert says(at, f"Within 300 tokens {BARE} gives the language model")
    rows = table(at, "Pipelines within 300 tokens")
    assert [row[0]["text"] for row in rows] == [
        BARE, CROSS, "Bi-encoder", "Bi-encoder 10 → words",
    ]  # fmt: skip
    assert rows[0][2]["note"] == "the baseline"
    assert all(0 < float(row[5]["text"].replace(",", "")) <= 300 for row in rows)
    assert says(at, "is an estimate")
    (chart,) = [json.loads(p.spec) for p in protos(at, "plotly_chart")]
    assert 300 in chart["data"][0]["x"]


def test_failures_are_counted_with_their_definitions(saved: str) -> None:
    at = part("Failures")
    rows = table(at, "Failures by kind")
    assert [row[0]["text"] for row in rows][:2] == [
        "Lost beyond the candidate depth", "Truncated",
    ]  # fmt: skip
    assert len(rows) == 6
    for row in rows:
        assert f"{row[0]['text']} ({row[1]['text']})" in [e.label for e in at.expander]
    assert says(at, "No reranker can mend it")


def test_two_runs_are_compared_and_a_wrong_file_is_named(saved: str) -> None:
    at = part("Two runs")
    assert [m.label for m in at.metric][:3] == [
        "Kendall's tau", "Rank-biased overlap", "Overlap of the top 10",
    ]  # fmt: skip
    assert len(table(at, "Measures of the two runs")) == 2
    assert table(at, "Rank movement")
    at.selectbox(key="quality_side_B").set_value("A TREC run file …")
    finished(at)
    assert says(at, "Choose or upload a run on each side")
    (uploader,) = at.get("file_uploader")
    uploader_any: Any = uploader
    uploader_any.upload("b.run", b"q1 Q0 a\n", "text/plain")
    finished(at)
    assert says(at, "b.run:1: 3 columns, not 6")


def uploaded(at: AppTest, side: str, name: str, data: bytes) -> AppTest:
    """The page with a run file on one side of "Two runs"."""
    at.selectbox(key=f"quality_side_{side}").set_value("A TREC run file …")
    finished(at)
    (uploader,) = at.get("file_uploader")
    uploader_any: Any = uploader
    uploader_any.upload(name, data, "text/plain")
    return finished(at)


def test_the_headline_carries_the_p_value_of_the_list_below(saved: str) -> None:
    """The best of several is no lucky single: its p is corrected like all the others'."""
    at = part("Results")
    (headline,) = [
        m.value.replace("\\", "").replace(":small[]", "")
        for m in at.markdown
        if "the best without a reranker" in m.value
    ]
    name = headline.partition(" against ")[0].rpartition("). ")[2]  # after the first results
    listed = [
        m.value.replace("\\", "").replace(":small[]", "")
        for m in at.markdown
        if m.value.startswith("**")
    ]
    (row,) = [text for text in listed if text.startswith(f"**{name}**")]
    sentence = row.partition(": ")[2].removesuffix(".")
    assert "(Holm, 3 comparisons)" in sentence
    assert sentence in headline
    queries = part("Queries")  # opens on the same pair
    assert says(queries, sentence)


def test_the_table_names_each_lists_length(saved: str) -> None:
    rows = table(part("Results"), "Quality and latency by pipeline")
    assert [row[0]["note"] for row in rows][1::2] == [f"lists {DEPTH} documents"] * 2


def headings(at: AppTest, caption: str) -> list[str]:
    """What stands above the columns of the one table with this caption."""
    tables = components(at, "crossexam_plain_table")
    (drawn,) = [t for t in tables if t["caption"] == caption]
    return [column["title"] for column in drawn["columns"]]


def test_what_reads_whole_lists_says_where_they_end_and_keeps_its_name_in_links(saved: str) -> None:
    at = opened(QUALITY, quality_measure="MAP")
    assert headings(at, "Quality and latency by pipeline")[3] == f"MAP@{DEPTH}"
    assert says(at, f"MAP@{DEPTH} and Recall read the whole list")
    chosen = at.selectbox(key="quality_measure")
    assert (chosen.value, chosen.options[2]) == ("MAP", f"MAP@{DEPTH}")
    assert says(at, f" MAP@{DEPTH}, 95% interval")
    assert at.query_params["quality_measure"] in ("MAP", ["MAP"])


def test_a_run_file_without_results_for_a_query_counts_zero_and_is_named(saved: str) -> None:
    opened_run = quality.opened(fingerprint(), saved)
    first, *others = opened_run.gathered
    best = first.lists["bm25"].ids(3)
    lines = [f"{first.query_id} Q0 {d} {i} {10 - i} theirs" for i, d in enumerate(best, 1)]
    at = uploaded(part("Two runs"), "B", "b.run", "\n".join(lines).encode())
    assert says(at, f"B has no result for {len(others)} of {QUERIES} judged queries")
    mine, theirs = table(at, "Measures of the two runs")
    assert theirs[0]["text"] == "B · theirs"
    assert float(theirs[1]["text"]) <= 1 / QUERIES
    assert len(mine) == len(theirs) == 6
    assert headings(at, "Measures of the two runs")[3] == "MAP"
    assert (mine[3]["note"], theirs[3]["note"]) == (f"MAP@{DEPTH}", "MAP@3")


def test_two_runs_measure_recall_where_it_is_asked_for(saved: str) -> None:
    at = part("Two runs")
    at.selectbox(key="quality_recall").set_value(5)
    finished(at)
    titles = headings(at, "Measures of the two runs")
    assert titles[3:5] == [f"MAP@{DEPTH}", "Recall@5"]


def test_a_run_file_of_another_corpus_is_named_before_its_figures(saved: str) -> None:
    first = quality.opened(fingerprint(), saved).gathered[0]
    line = f"{first.query_id} Q0 nobody-knows-me 1 1.0 theirs\n"
    at = uploaded(part("Two runs"), "B", "b.run", line.encode())
    notices = [info.value.replace("\\", "").replace(":small[]", "") for info in at.info]
    assert notices[0].startswith("B: not one of its 1 document (nobody-knows-me) is in this corpus")


def test_a_run_that_was_measured_beside_other_work_says_so(saved: str) -> None:
    store = RunStore(fingerprint())
    (run,) = store.runs()
    assert not says(part("Results"), "other work went on")
    copy = store.save({**run.head, "meanwhile": ["embed bi-encoder:x"]}, store.body(saved))
    try:
        at = part("Results")
        at.selectbox(key=f"quality_run_{fingerprint()}").set_value(copy.run_id)
        finished(at)
        assert says(at, "other work went on on this server (embed bi-encoder:x)")
    finally:
        store.delete(copy.run_id)


def test_a_run_is_deleted_only_when_asked_twice(saved: str) -> None:
    store = RunStore(fingerprint())
    (run,) = store.runs()
    copy = store.save(run.head, store.body(saved))
    at = part("Results")
    assert len(store.runs()) == 2
    at.selectbox(key=f"quality_run_{fingerprint()}").set_value(copy.run_id)
    finished(at)
    at.button(key="delete_run").click()
    finished(at)
    assert [left.run_id for left in store.runs()] == [saved]


def test_a_corpus_without_queries_says_what_to_do(hostile_corpus: str) -> None:
    at = opened(QUALITY, corpus=hostile_corpus)
    assert says(at, "This corpus has no queries")


def by_machine(corpus: str) -> AppTest:
    """Judge, at what the machine proposes."""
    at = part("Judge", corpus=corpus)
    choose(at, "quality_judge_by", "Proposed by a cross-encoder")
    return finished(at)


@pytest.fixture
def proposed(gaps: str) -> Iterator[AppTest]:
    """The machine has judged the top 3 of the run, by pressing the button; gone afterwards."""
    store = auto_judgment_store(fingerprint())
    assert store.judgments() == ()
    at = by_machine(gaps)
    at.number_input(key="quality_machine_top").set_value(3)
    finished(at)
    at.button(key="propose_grades").click()
    finished(at)
    task = job_of(at, Slot.AUTO_JUDGE)
    assert task.wait(PATIENCE)
    assert task.error is None
    yield finished(at)
    with Database().writing() as connection:
        for kind in ("judgments", "machine_judgments"):
            connection.execute(f"DELETE FROM {kind} WHERE fingerprint = ?", (fingerprint(),))
            changed(connection, kind, fingerprint())


def test_the_machine_proposes_for_what_nobody_judged_and_is_measured(
    proposed: AppTest, gaps: str
) -> None:
    (view,) = components(proposed, "crossexam_quality_judge")
    assert view["items"]
    judgment_of_pair = {
        (o.query_id, o.doc_id): o for o in auto_judgment_store(fingerprint()).judgments()
    }
    assert all(item["proposed"] in range(4) for item in view["items"])
    assert all("by a machine" in item["proposal"] for item in view["items"])
    own = {(q.query_id, q.doc_id): q.relevance for q in prepare(gaps).result().corpus.qrels}
    assert len(view["items"]) == len(judgment_of_pair.keys() - own.keys())
    assert judgment_log(fingerprint()).entries() == ()
    measured = [pair for pair in judgment_of_pair if pair in own and not calibrates(pair[0])]
    (cell,) = [m.value for m in proposed.metric if m.label == "Pairs both judged"]
    assert cell == str(len(measured))
    rows = table(proposed, "Pipelines by people and by the machine")
    assert [row[0]["tag"] for row in rows] == ["", "judged by itself", "", "judged by itself"]
    assert says(proposed, "The judge is itself under test")


def test_an_accepted_proposal_is_the_persons_and_a_rejected_one_counts_no_more(
    proposed: AppTest, gaps: str
) -> None:
    loaded, log = prepare(gaps).result(), judgment_log(fingerprint())
    now = proposed.session_state["_quality_sittingmachine"]
    judge_model, first = WordReranker.name, now.items[0]
    grade_of_pair = {
        (o.query_id, o.doc_id): o.grade for o in auto_judgment_store(fingerprint()).judgments()
    }
    grade = grade_of_pair[first.query_id, first.doc_id]
    said: list[tuple[int, int, int | None]] = [(1, 0, grade), (2, 1, -1), (3, 2, 3)]
    assert apply_to_proposals(loaded, now, "Ada", judge_model, said)
    assert not apply_to_proposals(loaded, now, "Ada", judge_model, said)  # each key once
    mine, other = log.latest()
    assert (mine.relevance, mine.via) == (grade, f"accepted from machine ({judge_model})")
    assert other.relevance == 3
    assert other.via.endswith(f"({judge_model})")
    assert judgments_csv(log).splitlines()[1].endswith(f",accepted from machine ({judge_model})")
    (turned,) = [o for o in auto_judgment_store(fingerprint()).judgments() if o.rejected_by]
    assert (turned.query_id, turned.doc_id) == (now.items[1].query_id, now.items[1].doc_id)
    apply_to_proposals(loaded, now, "Ada", judge_model, [(4, 1, None), (5, 0, None), (6, 2, -1)])
    assert log.latest() == ()
    turned_down = [
        o.doc_id for o in auto_judgment_store(fingerprint()).judgments() if o.rejected_by
    ]
    assert turned_down == [now.items[2].doc_id]


def test_machine_made_grades_count_only_when_asked_and_every_title_says_so(
    proposed: AppTest, gaps: str, downloads: Downloads
) -> None:
    bare = part("Results", corpus=gaps)
    assert bare.toggle(key="quality_machine_counts").value is False
    rows = table(bare, "Quality and latency by pipeline")
    people = zipfile.ZipFile(io.BytesIO(downloads.file(bare, "Download all runs").content))
    assert not [name for name in people.namelist() if "machine" in name]
    at = part("Results", corpus=gaps)
    at.toggle(key="quality_machine_counts").set_value(True)
    finished(at)
    own = {(q.query_id, q.doc_id) for q in prepare(gaps).result().corpus.qrels}
    machine_made = [
        o
        for o in auto_judgment_store(fingerprint()).judgments()
        if (o.query_id, o.doc_id) not in own
    ]
    mark = f"incl. {len(machine_made)} machine-made grades"
    counted = table(at, f"Quality and latency by pipeline, {mark}")
    assert says(at, f"counts {len(machine_made)} machine-made grades by words")
    assert all(
        mark in heading.value.replace("\\", "").replace(":small[]", "") for heading in at.subheader
    )
    for before, after in zip(rows, counted, strict=True):
        assert after[6]["note"] == f"{before[6]['text']} by people alone"
        assert float(after[6]["text"].rstrip("%")) >= float(before[6]["text"].rstrip("%"))
    archive = zipfile.ZipFile(io.BytesIO(downloads.file(at, mark).content))
    assert archive.read("judgments.qrels") == people.read("judgments.qrels")
    lines = archive.read("judgments.machine.qrels").decode().splitlines()
    assert len(lines) == len(machine_made)
    assert not {tuple(line.split()[::2]) for line in lines} & own
    failures = part("Failures", corpus=gaps)  # the other parts know people alone
    assert not says(failures, "machine-made")


def test_all_machine_made_grades_go_in_one_and_come_back(proposed: AppTest) -> None:
    store = auto_judgment_store(fingerprint())
    count = len(store.judgments())
    proposed.button(key="remove_machine").click()
    finished(proposed)
    assert store.judgments() == ()
    assert says(proposed, "All machine-made grades of this corpus were removed")
    proposed.button(key="restore_machine").click()
    finished(proposed)
    assert len(store.judgments()) == count


def test_what_is_refused_says_why_and_has_no_button(
    proposed: AppTest, gaps: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that others reach, and that opens no act to its visitors."""
    with monkeypatch.context() as patch:
        patch.setattr(permissions, "is_local", lambda: False)
        patch.setattr(permissions, "Actor", partial(Actor, open=frozenset()))
        reasons = {act: permissions.refusal(act) for act in Act}
        assert all(reasons.values())
        by_hand = part("Judge", corpus=gaps)
        assert says(by_hand, reasons[Act.JUDGE])
        assert says(by_hand, reasons[Act.QUALITY_RUN])
        assert says(by_hand, reasons[Act.DELETE])
        assert not components(by_hand, "crossexam_quality_judge")
        at = by_machine(gaps)
        assert says(at, reasons[Act.AUTO_JUDGE])
        assert says(at, reasons[Act.JUDGE])
        keys = {button.key for button in (*by_hand.button, *at.button)}
        assert not {"propose_grades", "run_quality", "delete_run", "remove_machine"} & keys
        assert not by_hand.exception
        assert not at.exception
    at = by_machine(gaps)
    assert {"propose_grades", "run_quality", "delete_run", "remove_machine"} <= {
        button.key for button in at.button
    }
    assert not says(at, "turned off on this server")
