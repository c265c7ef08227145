"""Explain, read as a visitor reads it; the models are real, the texts short."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.explain.attribution.attribution_facts import backend_sentence
from components.explain.attribution.word_attribution import COSINE
from engine.explain.pairwise import difference
from engine.types import BI_ENCODER, Attribution
from engine.types.registries.explanation_methods import methods_of
from engine.types.wording.numbers import decimal
from state.app_resources import workbench
from state.explain import attributions as explaining
from state.explain.attributions import AttributionRequest
from tests.pages.driver import PATIENCE, choose, components, finished, opened, protos, said, says
from tests.pages.driver import table as table_of

EXPLAIN = "pages/explain/explain.py"
QUERY = "python snake"
SNAKE, LANGUAGE = "Ball python care guide", "Python programming tutorial"


def explained(at: AppTest) -> AppTest:
    """The page when all that it wants is there."""
    finished(at)
    desk = at.session_state["_explaining"]
    assert desk.wait_all(PATIENCE)
    return finished(at)


def own_texts(first: str, second: str = "", query: str = QUERY) -> AppTest:
    """The page with two or three texts of one's own."""
    at = opened(EXPLAIN)
    choose(at, "attention_mode", "Any two texts")
    at.run()
    at.text_input(key="own_query").input(query)
    at.text_area(key="own_first").input(first)
    at.text_area(key="own_second").input(second)
    return explained(at)


@pytest.fixture(scope="module")
def alone() -> AppTest:
    """One short pair, explained; read only."""
    return own_texts(SNAKE)


@pytest.fixture(scope="module")
def both() -> AppTest:
    """Two short documents against each other; read only."""
    return own_texts(SNAKE, LANGUAGE)


def words(at: AppTest) -> list[dict[str, Any]]:
    return components(at, "crossexam.word_attribution")


def titles(at: AppTest) -> list[str]:
    specs = [json.loads(proto.spec) for proto in protos(at, "plotly_chart")]
    return [spec["layout"].get("title", {}).get("text", "") for spec in specs]


def metric(at: AppTest, label: str) -> str:
    (found,) = [m.value for m in at.metric if m.label.replace("\\", "") == label]
    return str(found)


def gradients(text: str, baseline: str = "pad") -> Attribution:
    return (
        workbench().explainers.pair_explainer().integrated_gradients(QUERY, text, baseline=baseline)
    )


def test_without_a_query_the_page_says_what_to_do() -> None:
    at = opened(EXPLAIN)
    assert says(at, "No query yet")
    assert not words(at)


def test_the_logit_is_explained_word_by_word_with_both_ends(alone: AppTest) -> None:
    expected = gradients(SNAKE, "empty document")
    logit, cosine, attention = words(alone)
    assert [group["words"] for group in logit["groups"]] == [QUERY.split(), SNAKE.split()]
    assert metric(alone, "Logit (fp32)") == decimal(expected.score)
    assert metric(alone, "Baseline's logit") == decimal(expected.baseline_score or 0.0)
    assert says(alone, f"{expected.steps} steps")
    assert says(alone, "The score −3.95 minus the baseline's")
    told = explaining.ranking_logit(QUERY, SNAKE)
    assert told is not None
    ranked, backend = told
    assert abs(ranked - expected.score) < 0.05
    assert says(alone, backend_sentence(expected.score, ranked, backend))
    assert says(alone, decimal(ranked, 4))
    assert says(alone, "The query stays whole in this baseline")
    assert cosine["up"] == "raises the cosine"
    reasons = bi_encoders()[methods_of(BI_ENCODER)[0]](QUERY, SNAKE)
    texts = [text for group in cosine["groups"] for text in group["texts"]]
    assert texts == [COSINE.text(value) for value in reasons.values]
    assert attention["up"] == "share of attention"


def bi_encoders() -> dict[str, Callable[[str, str], Attribution]]:
    explainer = workbench().explainers.text_explainer()
    return {
        "occlusion of the cosine": explainer.occlusion,
        "integrated jacobians of the cosine": explainer.integrated_jacobians,
    }


def test_the_other_explanation_of_the_cosine_can_be_chosen_and_checked() -> None:
    text = f"{SNAKE} for beginners"  # checks are shared by all visitors
    at = own_texts(text)
    for lens in reversed(methods_of(BI_ENCODER)):
        choose(at, "explain_cosine", lens)
        explained(at)
        found = bi_encoders()[lens](QUERY, text)
        texts = [value for group in words(at)[1]["groups"] for value in group["texts"]]
        assert texts == [COSINE.text(value) for value in found.values]
    at.button(key="check_cosine").click()
    explained(at)
    assert says(at, "the cosine by 0.")
    assert says(at, "passes of the bi-encoder")
    assert says(at, "of cosine lies")


def test_the_chosen_explanation_is_drawn_while_all_else_is_still_to_come(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compute, released = explaining._made, threading.Event()
    text, order = (
        f"{SNAKE} and more of it",
        list[str](),
    )  # results are shared, so this one is its own

    def held(ask: AttributionRequest, *rest: Any) -> Any:
        if ask.method != "integrated gradients":
            assert released.wait(PATIENCE)
        if ask.text == text:
            order.append(ask.method)
        return compute(ask, *rest)

    monkeypatch.setattr(explaining, "_made", held)
    at = opened(EXPLAIN)
    choose(at, "attention_mode", "Any two texts")
    at.run()
    at.text_input(key="own_query").input(QUERY)
    at.text_area(key="own_first").input(text)
    at.text_area(key="own_second").input("")
    finished(at)
    deadline = time.monotonic() + PATIENCE
    while not words(at) and time.monotonic() < deadline:
        time.sleep(0.2)
        at.run()
    (drawn,) = words(at)
    assert order == ["integrated gradients"], "nothing else was begun before"
    assert drawn["groups"][0]["words"] == QUERY.split()
    released.set()
    explained(at)
    assert len(words(at)) == 3


def test_a_baseline_above_the_pair_is_said_not_to_be_neutral() -> None:
    at = own_texts(SNAKE)
    at.selectbox(key="ig_baseline").set_value("mask")
    explained(at)
    assert says(at, "This baseline is not neutral: the model scores it")
    assert not any("says nothing" in text for text in said(at))
    assert not any("says nothing" in box.label for box in at.selectbox)


def test_leave_one_out_is_said_to_be_checked_by_its_own_definition() -> None:
    at = own_texts(SNAKE)
    choose(at, "explain_method", "occlusion (delete)")
    explained(at)
    at.button(key="check_moves").click()
    explained(at)
    assert says(at, "Taking words away is what defines leave-one-out")
    assert says(at, "means over the first 1 and 2 of 4 words")


def test_a_gap_of_less_than_half_a_logit_is_warned_of() -> None:
    at = own_texts(SNAKE)
    at.selectbox(key="ig_baseline").set_value("pad")
    explained(at)
    assert says(at, "there is hardly a gap to explain")
    assert says(at, "over the 6 words of query and document")


def test_the_three_lenses_stand_apart_in_their_order(alone: AppTest) -> None:
    assert [s.value for s in alone.header] == [
        "What moves the score",
        "Where heads look",
        "Do they agree?",
    ]
    assert says(alone, "not the cause of the score")
    assert says(alone, "Integrated gradients and occlusion (delete):")
    assert says(alone, "over the 4 words of the document")


def test_special_tokens_are_accounted_for(alone: AppTest) -> None:
    assert says(alone, "[CLS] and [SEP] 0.00")
    assert says(alone, "to [CLS] and [SEP]; of what document words give")


def test_another_baseline_shows_its_own_score() -> None:
    at = own_texts(SNAKE)
    at.selectbox(key="ig_baseline").set_value("mask")
    explained(at)
    assert metric(at, "Baseline's logit") == decimal(gradients(SNAKE, "mask").baseline_score or 0.0)


def test_words_left_out_are_explained_without_a_baseline_to_choose() -> None:
    at = own_texts(SNAKE)
    choose(at, "explain_method", "occlusion (mask)")
    explained(at)
    assert not [box for box in at.selectbox if box.key == "ig_baseline"]
    assert says(at, "The baseline here has [MASK] for every word, which the model scores")
    assert says(at, "Words left out one at a time need not sum to the gap")
    assert says(at, "is interaction: words that do each other's work")
    assert says(at, "occlusion (mask)")


def test_an_explanation_is_checked_on_request() -> None:
    at = own_texts(SNAKE)
    assert not says(at, "random words")
    at.button(key="check_moves").click()
    explained(at)
    assert says(at, "Removing the 3 words it names first")
    assert says(at, "Comprehensiveness")
    drawn = titles(at)
    assert any(title.startswith("Deletion") for title in drawn)
    assert any(title.startswith("Insertion") for title in drawn)


def test_attention_is_checked_in_the_same_way() -> None:
    at = own_texts(SNAKE)
    choose(at, "explain_look", "attention rollout")
    explained(at)
    assert says(at, "which are no words, hold")
    at.button(key="check_looks").click()
    explained(at)
    assert says(at, "Removing the 3 words it names first")


def test_two_documents_are_set_against_each_other(both: AppTest) -> None:
    found = difference(gradients(SNAKE), gradients(LANGUAGE))
    assert says(both, "Why A stands above B: −3.95 against −5.21")
    assert says(both, f"residual {found.residual:.1%}")
    rows = table_of(both, "Query words beside both documents")
    assert [row[0]["text"] for row in rows] == QUERY.split()
    assert [view["groups"][0]["words"] for view in words(both)] == [
        SNAKE.split(),
        LANGUAGE.split(),
    ]
    assert says(both, "Words that only A has: “Ball”, “care”, “guide”.")
    assert says(both, "Words that only B has: “programming”, “tutorial”.")


def test_one_of_two_documents_can_be_looked_at_alone() -> None:
    at = own_texts(SNAKE, LANGUAGE)
    choose(at, "explain_view", "B")
    explained(at)
    assert words(at)[0]["groups"][1]["words"] == LANGUAGE.split()


def test_work_can_be_stopped_and_taken_up_again() -> None:
    at = own_texts(SNAKE)
    desk = at.session_state["_explaining"]
    at.text_area(key="own_first").input(f"{SNAKE} " * 12)
    at.run()
    desk.stop()
    at.run()
    assert says(at, "Stopped.")
    assert desk.wait_all(PATIENCE)
    at.button(key="resume_moves").click()
    explained(at)
    assert not says(at, "Stopped.")
    assert words(at)


def test_what_was_cut_is_said_before_it_is_explained() -> None:
    at = opened(EXPLAIN)
    choose(at, "attention_mode", "Any two texts")
    at.run()
    at.text_area(key="own_first").input("python " * 600)
    at.text_area(key="own_second").input("")
    at.run()
    at.session_state["_explaining"].stop()
    assert says(at, "tokens of the document lie beyond the cross-encoder's limit")


def test_a_text_without_a_token_is_declined_in_one_sentence() -> None:
    at = own_texts("\u200b\u200b")
    assert len(at.error) == 1
    assert not words(at)


def test_hostile_texts_stay_text() -> None:
    at = own_texts("<b>python</b> <img src=x> $x^2$ **snake**", SNAKE)
    assert "".join(words(at)[0]["groups"][0]["words"]) == "<b>python</b><imgsrc=x>$x^2$**snake**"
    drawn = [element.value for element in (*at.markdown, *at.caption)]
    assert not any("**snake**" in text for text in drawn)
    assert not any("<img" in text.replace("\\<", "") for text in drawn)


def test_the_document_of_a_link_is_explained() -> None:
    at = opened(EXPLAIN, q=QUERY, depth="5")
    at.session_state["_explaining"].stop()
    assert at.selectbox(key="doc").value
    assert says(at, "Cross-encoder: the logit")
