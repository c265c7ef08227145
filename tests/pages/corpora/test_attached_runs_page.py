"""Attached runs as a visitor meets them: attached under Corpora, in Compare, Quality, Diagnose."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from corpora.attached.attached_run_store import AttachedRunStore
from corpora.stores.run_store import RunStore
from engine.quality.runs.attaching import attached_run
from engine.quality.runs.trec_files import READING
from engine.types.registries.search_parameters import FIRST_STAGE
from engine.types.runs import AttachedRun
from jobs.visitor_jobs import Slot
from state.app_resources import prepare
from state.quality import runs as quality
from state.search import attached_runs as runs
from tests.pages.driver import (
    PATIENCE,
    choose,
    columns,
    components,
    finished,
    job_of,
    opened,
    says,
    shown_ids,
    table,
    work_of,
)
from tests.pages.quality.test_quality_page import QUALITY, WordReranker

CORPUS, DIAGNOSE = "pages/corpora/corpora.py", "pages/search/diagnose.py"
FILE = (
    "query;doc;rank;score\n"
    "python snake;python-language-name;1;3,5\npython snake;<b>gone</b>;2;3\n"
    "python snake;python-ball-care;3;2,5\nmy own words;python-brooding;1;9\n"
)
NAME = "our *engine*"
RUN = f"run:{NAME}"


def view() -> AppTest:
    at = opened(CORPUS)
    choose(at, "corpus_view", "Attached runs")
    return finished(at)


def attach(at: AppTest, name: str, content: str = FILE) -> AppTest:
    at.file_uploader(key="run_file").set_value(("prod.csv", content.encode(), "text/csv"))
    at.text_input(key="run_name").set_value(name)
    at.run()
    at.button(key="attach_run").click()
    return finished(at)


def test_the_upload_says_the_limit_that_a_run_has() -> None:
    assert view().file_uploader(key="run_file").proto.max_upload_size_mb == 100


def store() -> AttachedRunStore:
    return AttachedRunStore(prepare("senses").result().corpus.info.fingerprint)


@pytest.fixture
def attached(session_cache: Path) -> Iterator[AppTest]:
    yield attach(view(), NAME)
    for head in store().heads():
        store().detach(head.name)


def test_a_file_becomes_a_run_and_what_it_holds_is_said(attached: AppTest) -> None:
    at = attached
    assert says(
        at, f"{NAME}: 2 lists of 4 documents; 1 is for queries of this corpus, 1 for others"
    )
    assert says(at, "1 document not in this corpus: <b>gone</b>.")
    assert says(at, "the comma in scores was read as a decimal point")
    (row,) = table(at, "Runs attached to this corpus")
    assert [cell["text"] for cell in row] == [NAME, "2", "1", "4", "1"]
    attach(at, NAME)
    assert "already" in at.error[0].value
    attach(at, "other", "query,doc,score\nq,d,much\n")
    assert says(at, "prod.csv:2: score is 'much': give a number")


def test_why_a_run_was_refused_is_said_once_and_until_the_visitor_turns_elsewhere(
    session_cache: Path,
) -> None:
    refused = "prod.csv:2: score is 'much': give a number"
    bad_file = "query,doc,score\nq,d,much\n"
    at = attach(view(), "other", bad_file)
    assert says(at, refused)
    assert says(finished(at), refused)
    at.file_uploader(key=runs.FILE).set_value(("next.csv", FILE.encode(), "text/csv"))
    assert not says(finished(at), refused)
    assert says(attach(at, "other", bad_file), refused)
    choose(at, "corpus_view", "Library")
    finished(at)
    choose(at, "corpus_view", "Attached runs")
    assert not says(finished(at), refused)


def test_a_long_run_is_attached_in_the_background_and_can_be_cancelled(
    session_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def slow(*args: Any, **options: Any) -> AttachedRun:
        options["on_progress"](READING, 1_000, 200_000)
        assert go_on.wait(PATIENCE)
        return attached_run(*args, **options)

    monkeypatch.setattr("workbench.search.attached_runs.attached_run", slow)
    at = attach(view(), NAME)
    job = job_of(at, Slot.ATTACHING)
    assert job.running
    assert at.button(key="attach_run").disabled
    assert job.progress.fraction == 0.005
    at.button(key="cancel_attach").click()
    at.run()
    go_on.set()
    assert job.wait(PATIENCE)
    finished(at)
    assert says(at, "Cancelled: no run was attached.")
    assert store().heads() == ()
    attach(at, NAME)
    assert work_of(at).jobs(Slot.ATTACHING) == []
    assert [head.name for head in store().heads()] == [NAME]
    assert at.session_state["_rerankers"] == (RUN,)
    store().detach(NAME)


def test_the_way_to_compare_leads_to_a_query_that_the_run_has(attached: AppTest) -> None:
    loaded = prepare("senses").result()
    assert runs.query_to_show(loaded, NAME, "My own words ") == "My own words "
    assert runs.query_to_show(loaded, NAME, "jaguar car") == "python snake"
    assert attached.button(key="run_in_compare").label == "See it in Compare"


def test_a_run_is_renamed_detached_and_attached_again(attached: AppTest) -> None:
    at = attached
    at.session_state[FIRST_STAGE.key] = RUN
    at.text_input(key="run_new_name").set_value("next")
    at.run()
    at.button(key="rename_run").click()
    finished(at)
    assert at.session_state["_rerankers"] == ("run:next",)
    assert at.session_state[FIRST_STAGE.key] == "run:next"
    at.button(key="detach_run").click()
    finished(at)
    assert store().heads() == ()
    assert says(at, "No run of another system is attached to senses yet")
    assert at.session_state["_rerankers"] == ()
    assert at.session_state[FIRST_STAGE.key] == FIRST_STAGE.default
    at.button(key="restore_run").click()
    finished(at)
    assert [head.name for head in store().heads()] == ["next"]
    assert not at.error


def test_compare_has_the_files_order_and_what_the_cross_encoder_makes_of_it(
    attached: AppTest,
) -> None:
    at = opened(q="Python snake", first=RUN)
    assert shown_ids(at, RUN) == ["python-language-name", "<b>gone</b>", "python-ball-care"]
    column = columns(at)[RUN]
    assert (column["label"], column["kind"], column["time"]) == (NAME, "its own score", "")
    assert [card["score"] for card in column["cards"]] == ["3.5", "3", "2.5"]
    assert column["cards"][1]["title"] == "<b>gone</b> (not in this corpus)"
    assert "no text to show" in column["cards"][1]["snippet"][0][0]
    assert set(shown_ids(at, "cross-encoder")) == {"python-language-name", "python-ball-care"}
    assert says(at, "1 of the 3 candidates is not in this corpus")
    assert at.query_params["first"] in (RUN, [RUN])


def test_a_query_that_the_run_lacks_is_said_and_a_run_is_picked_as_a_column(
    attached: AppTest,
) -> None:
    at = opened(q="how to cook rice")
    assert RUN not in columns(at)
    groups: list[Any] = [*at.get("button_group")]
    (pills,) = [group for group in groups if group.key == "columns"]
    pills.set_value([*pills.value, RUN])
    finished(at)
    assert at.session_state["_rerankers"] == (RUN,)
    column = columns(at)[RUN]
    assert column["cards"] == []
    assert column["empty"][0] == "Not in this run"


def test_a_link_to_a_run_that_is_not_there_is_said_and_the_others_rank(
    session_cache: Path,
) -> None:
    at = opened(q="python snake", rankers="run:nobody")
    column = columns(at)["run:nobody"]
    assert "no run 'nobody' is attached to this corpus" in column["empty"][1]
    assert len(shown_ids(at, "cross-encoder")) == 10


def test_quality_measures_it_alone_and_reranked(
    attached: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quality, "reranker_names", lambda: [WordReranker.name])
    monkeypatch.setattr(quality, "loader", lambda: lambda _: WordReranker())
    kept = RunStore(prepare("senses").result().corpus.info.fingerprint)
    before = {run.run_id for run in kept.runs()}
    at = opened(QUALITY, run_firsts=f"bm25,{RUN}")
    at.button(key="run_quality").click()
    finished(at)
    task = job_of(at, Slot.QUALITY_RUN)
    assert task.wait(PATIENCE)
    finished(at)
    assert task.error is None
    rows = {
        row[0]["text"].split(" · ")[1]: row for row in table(at, "Quality and latency by pipeline")
    }
    assert list(rows) == ["BM25", "BM25 20 → words", NAME, f"{NAME} 20 → words"]
    assert rows[NAME][-1]["text"] == "not known"
    assert "reranking alone" in rows[f"{NAME} 20 → words"][-1]["note"]
    assert says(at, f"{NAME} has no result for 84 of 85 judged queries")
    assert says(at, f"Over the 1 query that {NAME} has results for")
    assert says(at, f"Not in the picture: {NAME}, {NAME} 20 → words")
    for run in kept.runs():
        if run.run_id not in before:
            kept.delete(run.run_id)


def test_diagnose_has_its_rank_and_score_in_the_chain(attached: AppTest) -> None:
    at = opened(DIAGNOSE, q="python snake", expected="python-ball-care", rankers=RUN)
    job = next(iter(at.session_state["_diagnoses"].items()))[1]
    assert job.wait(PATIENCE)
    finished(at)
    (chain,) = [
        t["rows"]
        for t in components(at, "crossexam_plain_table")
        if t["caption"] == "The document's rank and score in every stage"
    ]
    (row,) = [row for row in chain if row[0]["text"] == NAME]
    assert (row[1]["text"], row[2]["text"]) == ("3 of 3", "2.5 (score)")
