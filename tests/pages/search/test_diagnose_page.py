"""The page Diagnose: an expected document, what keeps it down, and cases that must hold."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from engine.search.diagnosis.remedies.sentence import best, remedy_sentence
from jobs.visitor_jobs import Slot
from state.app_resources import prepare
from state.search.diagnoses import case_store
from tests.pages.downloads import Downloads
from tests.pages.driver import PATIENCE, choose, finished, job_of, opened, said, says, table

PAGE = "pages/search/diagnose.py"
QUERY = "python snake"
TUTORIAL = "python-programming-tutorial"


def diagnosed(at: AppTest) -> None:
    """Run the page until its diagnosis has ended and is drawn."""
    finished(at)
    jobs = at.session_state["_diagnoses"].items() if "_diagnoses" in at.session_state else []
    assert all(job.wait(PATIENCE) for _, job in jobs)
    finished(at)


def test_a_document_that_is_not_on_top_is_followed_and_kept_as_a_case(
    downloads: Downloads,
) -> None:
    at = finished(opened(PAGE, q=QUERY, depth="10"))
    assert says(at, "Name a document that you expected")
    at.text_input(key="expected").set_value(TUTORIAL)
    diagnosed(at)
    rows = table(at, "The document's rank and score in every stage")
    assert [row[0]["text"] for row in rows][:2] == ["BM25", "Bi-encoder"]
    assert any(row[0]["tag"] == "lost here" for row in rows)
    assert any("What keeps it there" in heading.value for heading in at.subheader)
    outscored = [box for box in at.button if box.key == "words_outscored"]
    assert [button.label for button in outscored] == ["Which words separate it from the one above?"]
    ((_, remedies),) = at.session_state["_remedies"].items()
    assert remedies.wait(PATIENCE)
    assert remedies.error is None
    finished(at)
    assert any(button.key.startswith("embed_bi-encoder:") for button in at.button if button.key)
    assert says(at, "to embed once")
    tried = [row[0]["text"] for row in table(at, "Remedies that were tried")]
    assert tried[:2] == ["BM25 candidates", "Hybrid candidates"]
    first = best(list(remedies.value.results), top=3)
    assert first is None or said(at).count(remedy_sentence(first)) == 1
    assert says(at, "pairs that several of them share") == bool(
        remedies.value.unmeasured(wanted=True)
    )

    choose(at, "wish", False)
    diagnosed(at)
    assert says(at, "as expected")
    at.button(key="keep_case").click().run()
    assert says(at, "This is kept as a case.")
    at.button(key="run_cases").click().run()
    assert job_of(at, Slot.CASES).wait(PATIENCE)
    at.run()
    assert says(at, "1 case run: all hold.")
    (case,) = [json.loads(line) for line in downloads.file(at).content.decode().splitlines()]
    assert case == {"query": QUERY, "doc": TUTORIAL, "top": 3, "wanted": False}
    kept = case_store(prepare("senses").result().corpus.info.fingerprint)
    kept.remove(kept.cases()[0])


@pytest.mark.parametrize("text", ["<script>alert(1)</script> a snake **bold** [x](y)", "two"])
def test_a_pasted_text_is_text_or_is_refused(text: str) -> None:
    at = finished(opened(PAGE, q=QUERY, depth="5"))
    at.text_area(key="pasted_document").set_value(text)
    diagnosed(at)
    if text == "two":
        assert says(at, "paste the whole text")
    else:
        assert says(at, "The corpus does not hold this text")
        assert not any("<script>" in words for words in said(at))
