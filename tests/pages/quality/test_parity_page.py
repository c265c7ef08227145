"""The page Parity: two rankers compared in the background, and what a link of it says."""

from __future__ import annotations

import csv
import io

from engine.types.share.figures import FiguresSnapshot
from jobs.visitor_jobs import Slot
from tests.models.loopback import Answer, Asked, loopback, says
from tests.pages.downloads import Downloads
from tests.pages.driver import PATIENCE, finished, job_of, opened, table, work_of
from tests.pages.driver import says as shown

PAGE = "pages/quality/parity/parity.py"
SIZE = {"parity_queries": "3", "parity_depth": "5", "parity_repeats": "1"}


def lengths(asked: Asked) -> Answer:
    """Scores each text by its length, and the second not at all."""
    rows = [{"index": i, "score": len(text)} for i, text in enumerate(asked.body["texts"])]
    return says(rows[:1] + rows[2:])


def test_two_modes_are_compared_and_a_link_says_which(downloads: Downloads) -> None:
    at = opened(PAGE, parity_a="exact", parity_b="backend", **SIZE)
    assert shown(at, "Nothing was compared yet")
    assert at.selectbox(key="parity_side_b").value == "backend"
    at.button(key="compare_rankers").click().run()
    job = job_of(at, Slot.PARITY)
    assert job.wait(PATIENCE)
    assert job.error is None
    finished(at)
    report = job.value
    assert report is not None
    assert report.complete
    assert not any(button.key == "cancel_parity" for button in at.button)
    (row,) = table(at, "Differences of the scores")
    assert row[1]["text"] == str(report.pairs)
    assert row[2]["text"] == f"{report.differences.largest:.4f}"
    assert len(table(at, "Repeated calls")) == 4
    rows = list(csv.DictReader(io.StringIO(downloads.text(at, "All pairs"))))
    assert len(rows) == report.pairs
    assert dict(at.query_params)["parity_b"] == "backend"
    at.button(key="keep_step").click()
    finished(at)
    at.button(key="step_add").click()
    finished(at)
    (step,) = work_of(at).draft.walkthrough.steps
    assert isinstance(step.snapshot, FiguresSnapshot)
    figures = {name: row.value for (_, name), row in step.snapshot.rows().items()}
    assert figures["Largest distance"] == report.differences.largest
    assert (figures["Pairs"], step.link["parity_b"]) == (report.pairs, "backend")


def test_a_server_is_sent_nothing_until_it_is_asked_and_what_it_leaves_out_is_named() -> None:
    with loopback(lengths) as server:
        name = f"tei:{server.address}"
        at = opened(PAGE, **SIZE)
        at.session_state["_rerankers"] = (name,)
        finished(at)
        assert at.selectbox(key="parity_side_a").value == "exact"
        assert at.selectbox(key="parity_side_b").value == "fast"
        at.selectbox(key="parity_side_b").set_value(name).run()
        assert shown(at, "are sent to 127.0.0.1")
        assert server.asked == []
        at.button(key="compare_rankers").click().run()
        assert job_of(at, Slot.PARITY).wait(PATIENCE)
        finished(at)
    assert shown(at, "B answered wrongly at 3 of 3 queries")
    faults = table(at, "Faulty answers")
    assert [row[2]["text"] for row in faults] == ["no score for a document"] * 3
