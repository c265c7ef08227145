"""Quality's calibration, and what Compare says by its floor."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from corpora.calibration.calibration_store import CalibrationStore
from engine.quality.calibration.gathering import RANKERS
from engine.quality.calibration.sentences import floor_sentence
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER
from engine.types.calibration.scores import CalibrationKey, CalibrationScores
from engine.types.wording.numbers import decimal
from jobs.visitor_jobs import Slot
from state.app_resources import LoadedCorpus, prepare
from state.quality import calibration as calibrations
from state.quality.calibration import Looked, task_of
from tests.library_rows import in_library
from tests.pages.driver import PATIENCE, finished, job_of, opened, protos, says, table
from tests.pets import QRELS, write_pets

QUALITY = "pages/quality/quality.py"
UNANSWERED = "how do I tie a bow tie"
ABOVE, BELOW = 30.0, -30.0  # no real logit is as high or as low


@pytest.fixture(scope="module")
def senses() -> LoadedCorpus:
    return prepare("senses").result()


@pytest.fixture(scope="module")
def measured(senses: LoadedCorpus) -> Iterator[CalibrationKey]:
    """Scores as if measured for all that senses judges: the higher the grade, the higher.

    Those of queries with an answer are as if far above every logit that the model gives.
    """
    task, store, draw = task_of(senses), CalibrationStore(), random.Random(1)
    text_of = {query.query_id: query.text for query in senses.corpus.queries}
    logits: dict[str, dict[str, float]] = {}
    for (query_id, doc_id), grade in sorted(task.grades.items()):
        score = ABOVE + 3 * min(grade, 2) + draw.gauss(0, 2)
        logits.setdefault(text_of[query_id], {})[doc_id] = score
    best = {text: max(scores.values()) for text, scores in logits.items()}
    best |= {query.text: ABOVE + draw.gauss(0, 1) for query in senses.corpus.unanswerable}
    by_stage = dict.fromkeys(RANKERS, best)
    store.keep_scores(CalibrationScores(task.key, logits, by_stage, {}, "bi-encoder 50", 1.0))
    yield task.key
    store.remove(task.key.fingerprint)


def looked(senses: LoadedCorpus, precision: float) -> Looked:
    found = calibrations.looked(senses, precision, 1)
    assert found is not None
    return found


def test_what_is_to_be_read_counts_candidates_and_leaves_out_what_is_kept(
    senses: LoadedCorpus, measured: CalibrationKey
) -> None:
    task, kept = task_of(senses), CalibrationStore().scores(measured)
    assert kept is not None
    listed = [question.text for question in task.questions if question.listed]
    depth = Settings().depth
    assert task.most_pairs(None) == len(task.grades) + depth * len(listed)
    assert task.most_pairs(kept) == 0
    best = dict(kept.best[CROSS_ENCODER])
    del best[listed[0]]
    part = replace(kept, best={**kept.best, CROSS_ENCODER: best})
    assert task.most_pairs(part) == depth


def test_the_calibration_needs_no_run_and_its_link_says_what_is_wanted(
    senses: LoadedCorpus, measured: CalibrationKey
) -> None:
    at = opened(QUALITY)
    at.button(key="calibrate_without_run").click()
    finished(at)
    report = looked(senses, 0.8).report
    assert report.complete
    assert report.calibration is not None
    assert says(at, "A logit is not a probability here")
    assert says(at, floor_sentence(report.floor))
    assert says(at, "so Compare never says that an answer is missing")
    errors = table(at, "How far probabilities are off")
    assert [row[1]["text"] for row in errors] == [
        f"{error.ece:.3f}" for error in report.calibration.errors
    ]
    bins = table(at, "Judged pairs by logit")
    assert sum(int(row[1]["text"].replace(",", "")) for row in bins) == len(senses.corpus.qrels)
    caption = "Queries with an answer and without, told apart by the best score"
    rows = table(at, caption)
    assert [row[1]["text"] for row in rows] == [f"{s.auroc:.3f}" for s in report.separations]
    assert len(rows[0]) == 3 + 4  # and each of the four kinds of query
    assert len(protos(at, "plotly_chart")) == 3
    strict = opened(
        QUALITY, part="calibration", floor_precision="0.95", relevant_from="2", best_of="bm25"
    )
    assert says(strict, "95%")
    assert strict.session_state["quality_relevant_from"] == 2
    assert strict.session_state["quality_best_of"] == "bm25"


def test_compare_says_that_there_is_probably_no_answer_once_a_floor_is_kept(
    senses: LoadedCorpus, measured: CalibrationKey
) -> None:
    words = "no answer here: the best document scores"
    assert not says(opened(q=UNANSWERED, depth="5"), words)
    at = opened(QUALITY, part="calibration")
    at.button(key="use_floor").click()
    finished(at)
    floor = looked(senses, 0.8).report.floor.floor
    assert floor is not None
    kept = CalibrationStore().floor(measured)
    assert kept is not None
    assert kept.floor == floor
    assert says(at, f"Compare says “Probably no answer here” below {decimal(floor.score)}")
    searched = opened(q=UNANSWERED, depth="5")
    assert says(searched, f"Probably {words}")
    assert says(searched, f"below this corpus' floor of {decimal(floor.score)}")
    answered = opened(q="python snake", depth="5")  # people judged that it has an answer
    assert not says(answered, words)
    searched.button(key="open_calibration").click()
    finished(searched)
    assert says(searched, "A logit is not a probability here")


def test_measuring_scores_the_judged_pairs_in_fp32_and_says_what_a_small_corpus_cannot_tell(
    session_cache: Path, tmp_path: Path
) -> None:
    pets = write_pets(tmp_path)
    with in_library(session_cache, pets) as name:
        at = opened(QUALITY, corpus=name, part="calibration")
        assert says(at, "Nothing was measured yet")
        assert says(at, f"At most {len(QRELS)} pairs to read")
        at.button(key="measure_calibration").click()
        finished(at)
        job = job_of(at, Slot.CALIBRATION)
        assert job.wait(PATIENCE)
        assert job.error is None
        finished(at)
        loaded = prepare(name).result()
        reranker = loaded.searcher.reranker.exact()
        assert says(at, "All of it was scored.")
        scored = job.result().logits["python snake"]
        assert set(scored) == {doc_id for query, doc_id in QRELS if query == "q1"}
        (document,) = loaded.corpus.store.get(["ball"])
        (batch,) = reranker.score("python snake", [document.content])
        assert scored["ball"] == pytest.approx(batch.scores[0], abs=1e-4)
        assert says(at, "7 judged pairs of 3 queries are too few")
        assert says(at, "This corpus gives no floor for 80%")
        assert says(at, "This corpus brings no queries that it cannot answer")


def test_a_measuring_that_ends_while_the_page_is_drawn_is_shown_at_once(
    session_cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = calibrations.looked

    def looked_in_vain(loaded: LoadedCorpus, precision: float, from_grade: int) -> Looked | None:
        found = look(loaded, precision, from_grade)
        job = calibrations.job_of(task_of(loaded).key.fingerprint)
        if job is not None:
            assert job.wait(PATIENCE)
        return found

    with in_library(session_cache, write_pets(tmp_path)) as name:
        fingerprint = prepare(name).result().corpus.info.fingerprint
        CalibrationStore().remove(fingerprint)
        at = opened(QUALITY, corpus=name, part="calibration")
        monkeypatch.setattr(calibrations, "looked", looked_in_vain)
        at.button(key="measure_calibration").click().run()
        assert says(at, "7 judged pairs of 3 queries are too few")
        CalibrationStore().remove(fingerprint)
