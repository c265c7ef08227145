"""The page Truncation: what is never read of a document, and its score by passages."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.common.wording import score_text
from engine.search.passages import score_passages
from engine.search.precision.rescoring import exact_of
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER
from state.app_resources import prepare, workbench
from tests.pages.driver import PATIENCE, choose, components, finished, opened, says, table
from tests.pages.expected import engine_ids, ranked_by_engine

TRUNCATION = "pages/explain/truncation.py"
QUERY, LONG = "do bees understand the concept of zero", "long-bee-cognition-summary"
FEW = Settings(depth=10)
WINDOWS = "The windows of the document and their logits"


def page(doc: str = LONG, query: str = QUERY) -> AppTest:
    at = opened(TRUNCATION, q=query, depth="10", doc=doc)
    return scored(at)


def scored(at: AppTest) -> AppTest:
    """The page when its passages are scored."""
    for task in at.session_state["_passages"].values():
        assert task.wait(PATIENCE)
    return finished(at)


def ruler(at: AppTest) -> dict[str, Any]:
    (drawn,) = components(at, "crossexam_token_ruler")
    return drawn


@pytest.fixture(scope="module")
def bees(session_cache: object) -> AppTest:
    """A long document whose answer is cut away; read only."""
    return page()


def test_without_a_query_the_page_says_what_to_do() -> None:
    at = opened(TRUNCATION)
    assert says(at, "No query yet")


def test_the_ruler_shows_what_each_model_reads_in_tokens_and_as_a_share(bees: AppTest) -> None:
    (document,) = prepare("senses").result().corpus.store.get([LONG])
    cross, bi = workbench().tokens.budgets(QUERY, document.content)
    drawn = ruler(bees)
    assert [(m["label"], m["read"], m["unread"]) for m in drawn["models"]] == [
        ("Cross-encoder", cross.read_tokens, cross.doc_tokens - cross.read_tokens),
        ("Bi-encoder", bi.read_tokens, bi.doc_tokens - bi.read_tokens),
    ]
    assert says(
        bees,
        f"{cross.unread_share:.0%} of this document's tokens are never read by the cross-encoder, "
        f"{bi.unread_share:.0%} by the bi-encoder.",
    )
    unread = "".join(p["text"] for p in drawn["pieces"] if not p["read"][0])
    assert document.content.endswith(unread)
    assert len(unread) == cross.characters - cross.read_until
    assert f"{cross.unread_tokens:,} tokens are never read" in drawn["models"][0]["sentence"]


def test_without_a_pick_the_page_opens_on_the_candidate_of_which_most_is_not_read() -> None:
    at = scored(opened(TRUNCATION, q=QUERY, depth="50"))
    truncated = ranked_by_engine(QUERY, Settings(depth=50)).truncated
    assert len(truncated) > 1
    picker = at.selectbox(key="doc")
    assert picker.value == max(truncated, key=lambda doc_id: truncated[doc_id])
    marked = [label for label in picker.options if "✂" in label]
    assert len(marked) == len(truncated)
    most = max(truncated.values())
    assert [label for label in marked if label.endswith(f"✂ {most:,} tokens not read")]


def test_windows_carry_their_scores_and_max_p_lifts_the_document(bees: AppTest) -> None:
    loaded = prepare("senses").result()
    (document,) = loaded.corpus.store.get([LONG])
    found = score_passages(
        exact_of(loaded.searcher.reranker),
        QUERY,
        document.content,
        workbench().tokens.windows(document.content, 200, 100),
        title=document.title,
    )
    drawn = ruler(bees)["windows"]
    rows = table(bees, WINDOWS)
    assert [w["score"] for w in drawn] == [row[1]["text"] for row in rows]
    for passage, window in zip(found.passages, drawn, strict=True):
        value = float(window["score"].replace("−", "-"))
        assert value == pytest.approx(passage.score, abs=0.006)
    assert [row[1]["tag"] for row in rows].count("best") == 1
    before = engine_ids(QUERY, FEW, CROSS_ENCODER).index(LONG) + 1
    (listed,) = components(bees, "crossexam_mini_ranking")
    (row,) = [row for row in listed["rows"] if row["chosen"]]
    assert row["rank"] < before
    assert says(bees, f"it rises from #{before} to #{row['rank']} of 10")


def test_the_mean_of_the_two_best_is_another_score() -> None:
    at = page()
    (job,) = at.session_state["_passages"].values()
    choose(at, "passage_rule", "Mean of the two best")
    finished(at)
    assert says(at, f"by passages {score_text(CROSS_ENCODER, job.value.top_two)}")


def test_a_longer_query_leaves_less_of_the_document() -> None:
    at = page()
    (slider,) = [s for s in at.slider if s.label.startswith("Suppose")]
    before = ruler(at)["models"]
    slider.set_value(200)
    finished(at)
    after = ruler(at)
    assert after["supposed"]
    assert after["models"][0]["read"] == 512 - 3 - 200 < before[0]["read"]
    assert after["models"][1] == before[1]
    assert says(at, "Supposed: ")


def test_windows_of_another_length_are_scored_anew() -> None:
    at = page()
    (slider,) = [s for s in at.slider if s.label.startswith("Window")]
    slider.set_value(400)
    at.run()
    scored(at)
    windows = ruler(at)["windows"]
    assert windows[0]["last"] <= 400
    assert len(windows) == len(table(at, WINDOWS)) < 8


def test_a_short_document_is_read_whole_by_all() -> None:
    ids = engine_ids(QUERY, FEW, CROSS_ENCODER)
    at = page(next(doc_id for doc_id in ids if not doc_id.startswith("long-")))
    assert says(at, "Every model reads all of this document.")
    assert all(not model["unread"] for model in ruler(at)["models"])


def test_a_document_that_is_read_whole_is_not_called_cut(bees: AppTest) -> None:
    assert says(bees, "Cut, it scores")
    short = engine_ids("python snake", FEW, CROSS_ENCODER)[0]
    whole = page(short, "python snake")
    assert says(whole, "Read whole, it scores")
    assert not says(whole, "Cut, it scores")
