"""The page What if: edits move the pair and the list, and are kept and taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.explain.counterfactual import MASK, Change, EditedText
from engine.search.ranking import rank
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER
from state.app_resources import prepare, workbench
from state.explain.what_if import WhatIf
from tests.pages.driver import ATTENTION, PATIENCE, choose, components, finished, opened, says
from tests.pages.expected import engine_ids, ranked_by_engine

WHAT_IF = "pages/explain/what_if.py"
QUERY = "python snake"
FEW = Settings(depth=5)


def page(**url: str) -> AppTest:
    return opened(WHAT_IF, q=QUERY, depth="5", **url)


def lab_of(at: AppTest) -> WhatIf:
    found: WhatIf = next(reversed(at.session_state["_what_if"].values()))
    return found


def editor(at: AppTest) -> dict[str, Any]:
    (drawn,) = components(at, "crossexam_word_editor")
    return drawn


def listed(at: AppTest) -> list[dict[str, Any]]:
    (drawn,) = components(at, "crossexam_mini_ranking")
    return list(drawn["rows"])


def first_text() -> str:
    ids = engine_ids(QUERY, FEW, CROSS_ENCODER)
    return prepare("senses").result().corpus.store.get(ids[:1])[0].content


def dropped(at: AppTest, *words: str, side: str = "document", by: str = "") -> AppTest:
    """The page after the first occurrence of each word was changed by a click."""
    lab = lab_of(at)
    text = getattr(lab.edit, side)
    changes = tuple(
        Change((text.base.index(word), text.base.index(word) + len(word)), by) for word in words
    )
    lab.take(replace(lab.edit, **{side: EditedText(text.base, (*text.changes, *changes))}))
    return finished(at)


def test_without_a_query_the_page_says_what_to_do() -> None:
    at = opened(WHAT_IF)
    assert says(at, "No query yet")
    assert not components(at, "crossexam_word_editor")


def test_it_opens_with_the_best_document_and_the_list_as_it_was() -> None:
    at = page()
    assert at.selectbox(key="doc").value == engine_ids(QUERY, FEW, CROSS_ENCODER)[0]
    drawn = editor(at)
    assert [word[1] for word in drawn["query"]["words"]] == ["python", "snake"]
    assert drawn["query"]["by"] == drawn["document"]["by"] == {}
    assert [row["mark"] for row in listed(at)] == ["="] * 5
    assert at.button(key="undo").disabled
    assert at.button(key="reset").disabled


def test_a_dropped_word_rescores_this_pair_alone_and_the_list_moves() -> None:
    at = page()
    words = ("ball", "python", "snake")
    assert all(word in first_text() for word in words)
    at = dropped(at, *words)

    lab = lab_of(at)
    text = lab.edit.document.text
    (logit,) = workbench().models.cross_encoder().score_all(QUERY, [text])
    ranking = ranked_by_engine(QUERY, FEW).ranking(CROSS_ENCODER)
    assert ranking is not None
    scores = {hit.doc_id: hit.score for hit in ranking.hits}
    doc_id = lab.document.doc_id
    expected = rank((scores | {doc_id: logit}).items())
    edited = lab.edited_list()
    assert edited is not None
    assert edited.ranking.ids() == [hit.doc_id for hit in expected]
    after = lab.pair(lab.edit)
    assert after.logit == pytest.approx(logit, abs=0.02)
    vectors = workbench().models.bi_encoder().encode([QUERY, text])
    assert after.cosine == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-3)
    assert says(at, "3 words dropped: the logit")
    assert says(at, "Only this pair was scored again")
    assert len(editor(at)["document"]["by"]) == 3
    assert [row["rank"] for row in listed(at)] == [1, 2, 3, 4, 5]


def test_undo_takes_one_step_back_and_reset_can_be_undone() -> None:
    at = dropped(dropped(page(), "ball"), "snake", by=MASK)
    assert says(at, "1 word dropped, 1 masked")
    at.button(key="undo").click()
    assert says(finished(at), "1 word dropped: the logit")
    at.button(key="reset").click()
    assert says(finished(at), "Change a word, and see")
    at.button(key="undo").click()
    assert says(finished(at), "1 word dropped: the logit")


def test_the_edit_survives_leaving_the_page() -> None:
    at = dropped(page(), "ball")
    at = finished(finished(at.switch_page(ATTENTION)).switch_page(WHAT_IF))
    assert editor(at)["document"]["by"] != {}


def test_an_edited_query_scores_every_candidate_anew() -> None:
    at = dropped(page(), "python", side="query")
    lab = lab_of(at)
    assert lab.rescoring().wait(PATIENCE)
    finished(at)

    ids = engine_ids(QUERY, FEW, CROSS_ENCODER)
    documents = prepare("senses").result().corpus.store.get(ids)
    texts = [document.content for document in documents]
    scores = workbench().models.cross_encoder().exact().score_all("snake", texts)
    edited = lab.edited_list()
    assert edited is not None
    found = {hit.doc_id: hit.score for hit in edited.ranking.hits}
    assert found == pytest.approx(dict(zip(ids, scores, strict=True)), abs=0.02)
    assert says(at, "All 5 pairs were scored for the edited query")


def test_a_text_may_be_written_anew() -> None:
    at = page()
    choose(at, "what_if_mode", "Edit the text")
    finished(at)
    field = next(area for area in at.text_area if area.label == "Document")
    assert field.value == first_text()
    field.input("Nothing but knitting patterns.")
    finished(at)
    assert lab_of(at).edit.document == EditedText("Nothing but knitting patterns.")
    assert says(at, "Document rewritten: the logit falls")
    assert listed(at)[-1]["chosen"]
    at.button(key="undo").click()
    finished(at)
    assert next(a for a in at.text_area if a.label == "Document").value == first_text()


def test_nothing_left_of_either_text_is_no_error() -> None:
    at = page()
    lab = lab_of(at)
    edit = lab.edit
    lab.take(replace(edit, document=EditedText(""), query=EditedText("")))
    finished(at)
    assert lab.rescoring().wait(PATIENCE)
    finished(at)
    assert not at.error


def test_a_late_change_of_the_browser_is_ignored() -> None:
    lab = lab_of(page())
    other = replace(lab.edit, query=EditedText("late"))
    lab.revision = 7
    assert not lab.take(other, 7)
    assert lab.take(other, 8)
    assert lab.revision == 8
    assert not lab.take(other)
    assert lab.revision == 8


def test_the_smallest_edit_swaps_the_first_two_and_its_score_can_be_recomputed() -> None:
    at = page()
    at.button(key="find_swap").click().run()
    search = next(reversed(at.session_state["_swaps"].values()))
    assert search.job is not None
    assert search.job.wait(PATIENCE)
    finished(at)
    found = search.job.value
    assert found is not None
    assert found.passes <= found.budget == 400
    if not found.dropped:
        assert says(at, "Not found") or says(at, "No set of up to 3 words")
        return
    at.button(key="show_swap").click()
    finished(finished(at))
    lab = lab_of(at)
    assert len(lab.edit.document.changes) == len(found.dropped)
    assert lab.pair(lab.edit).logit == pytest.approx(found.score, abs=0.02)
    edited = lab.edited_list()
    assert edited is not None
    first, second = engine_ids(QUERY, FEW, CROSS_ENCODER, 2)
    order = edited.ranking.ids()
    assert order.index(second) < order.index(first)


def test_a_search_that_is_cancelled_says_so() -> None:
    at = page()
    at.button(key="find_swap").click().run()
    search = next(reversed(at.session_state["_swaps"].values()))
    assert search.job is not None
    search.cancel()
    assert search.job.wait(PATIENCE)
    finished(at)
    assert search.job.value is None or search.job.value.dropped or says(at, "Cancelled")
