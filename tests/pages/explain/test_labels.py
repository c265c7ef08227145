"""Additional cross-encoders on Attention and Explain: their labels, their reasons, their limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from engine.types import LabelScore
from engine.types.wording.numbers import decimal
from state.app_resources import workbench
from state.search.additional_rankers import labelled
from tests.models.tiny_classifiers import LABELS, save
from tests.pages.driver import (
    ATTENTION,
    PATIENCE,
    as_read,
    choose,
    columns,
    components,
    finished,
    opened,
    says,
    table,
)
from tests.pages.driver import said as texts
from tests.pages.models.test_rankers import MODELS

EXPLAIN = "pages/explain/explain.py"
QUERY, SNAKE, BALL = "ball python", "a snake. pythons snake", "ball ball a python"


@pytest.fixture(scope="module")
def nli(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder of a tiny random classifier of three labels."""
    return save(tmp_path_factory.mktemp("nli") / "tiny-nli", "Bert", LABELS)


def added(at: AppTest, name: str) -> AppTest:
    """The Models page after this cross-encoder was added."""
    at.selectbox(key="ranker_kind").select("cross-encoder")
    at.run()
    at.text_input(key="ranker_model_cross-encoder").input(name)
    (submit,) = [button for button in at.button if button.label == "Add to Compare"]
    submit.click()
    return finished(at)


def own_texts(page: str, name: str, first: str = SNAKE, second: str = "") -> AppTest:
    """A page about two texts of one's own, the added cross-encoder explained."""
    at = added(opened(MODELS), name)
    finished(at.switch_page(page))
    choose(at, "attention_mode", "Any two texts")
    at.run()
    at.text_input(key="own_query").input(QUERY)
    at.text_area(key="own_first").input(first)
    at.text_area(key="own_second").input(second)
    at.selectbox(key="explained_model").set_value(labelled_name(name))
    return explained(at)


def labelled_name(name: str) -> str:
    return f"{name}#entailment" if "nli" in name and "#" not in name else name


def explained(at: AppTest) -> AppTest:
    """The page when all that it wants is there."""
    finished(at)
    if "_explaining" in at.session_state:
        assert at.session_state["_explaining"].wait_all(PATIENCE)
    return finished(at)


def label_rows(at: AppTest) -> list[list[dict[str, Any]]]:
    return table(at, "Every label's score")


def expected(name: str, text: str) -> tuple[LabelScore, ...]:
    found: Any = workbench().explainers.explained(name)
    scores: tuple[LabelScore, ...] = found.label_scores(QUERY, text)
    return scores


def test_a_model_of_several_labels_begins_with_the_one_that_says_yes(nli: str) -> None:
    assert labelled(nli) == f"{nli}#entailment"
    assert labelled(f"{nli}#neutral") == f"{nli}#neutral"
    assert labelled("cross-encoder/ms-marco-MiniLM-L-12-v2") == DEFAULT
    at = added(opened(MODELS), nli)
    assert at.session_state["_rerankers"] == (f"{nli}#entailment",)
    (picker,) = [box for box in at.selectbox if box.label == "Label that ranks"]
    assert (picker.value, picker.options) == ("entailment", list(LABELS))


DEFAULT = "cross-encoder/ms-marco-MiniLM-L-12-v2"


def test_attention_shows_every_labels_score_and_the_chosen_models_own_heads(nli: str) -> None:
    at = own_texts(ATTENTION, nli)
    name = f"{nli}#entailment"
    scores = expected(name, SNAKE)
    rows = label_rows(at)
    assert [row[0]["text"] for row in rows] == list(LABELS)
    assert [row[0]["tag"] for row in rows] == ["", "ranks", ""]
    assert [row[1]["text"] for row in rows] == [f"{one.probability:.1%}" for one in scores]
    assert [row[1]["note"] for row in rows] == [f"logit {decimal(one.logit)}" for one in scores]
    assert len(at.selectbox(key="layer").options) == 3  # the mean, and the tiny model's two
    attention = workbench().explainers.explained(name).attention(QUERY, SNAKE)
    (metric,) = [m.value for m in at.metric if m.label == r"Log\-odds of entailment"]
    assert metric == decimal(attention.score)
    assert says(at, "What is explained is its log-odds")


def test_explain_shows_the_chosen_labels_reasons_with_both_ends(nli: str) -> None:
    at = own_texts(EXPLAIN, nli)
    found = workbench().explainers.pair_explainer(reranker=f"{nli}#entailment")
    gradients = found.integrated_gradients(QUERY, SNAKE, baseline="empty document")
    (metric,) = [m.value for m in at.metric if m.label == r"Log\-odds of entailment"]
    assert metric == decimal(gradients.score)
    assert says(at, "tiny-nli: the log-odds of entailment")
    assert says(at, f"Residual {gradients.residual:.1%}")
    assert len(label_rows(at)) == 3
    drawn = components(at, "crossexam.word_attribution")
    assert drawn[0]["groups"][1]["words"] == ["a", "snake", ".", "pythons", "snake"]
    assert says(at, "Integrated gradients and occlusion (delete):")


def test_another_label_that_is_picked_is_explained_and_ranks(nli: str) -> None:
    at = own_texts(EXPLAIN, nli, SNAKE, BALL)
    (picker,) = [box for box in at.selectbox if box.label == "Label that ranks"]
    picker.select("contradiction")
    explained(at)
    assert at.session_state["_rerankers"] == (f"{nli}#contradiction",)
    assert at.selectbox(key="explained_model").value == f"{nli}#contradiction"
    rows = label_rows(at)
    assert [row[0]["tag"] for row in rows] == ["ranks", "", ""]
    for column, text in ((1, SNAKE), (2, BALL)):
        shown = [row[column]["text"] for row in rows]
        assert shown == [f"{s.probability:.1%}" for s in expected(f"{nli}#contradiction", text)]


def test_a_label_that_is_picked_orders_compare(nli: str) -> None:
    at = added(opened(MODELS, q="python snake", depth="5"), f"{nli}#neutral")
    finished(at.switch_page("pages/search/compare.py"))
    column = columns(at)[f"reranker:{nli}#neutral"]
    assert column["kind"] == "probability of neutral"
    assert len(column["cards"]) == 5
    at = finished(at.switch_page(ATTENTION))
    at.selectbox(key="explained_model").set_value(f"{nli}#neutral")
    finished(at)
    picker = at.selectbox(key="doc")
    assert as_read(picker.label) == "Document (rank · title · probability of neutral)"
    assert picker.options[0].startswith("1 · ")


def test_another_family_is_explained_with_its_own_special_tokens(tmp_path: Path) -> None:
    folder = save(tmp_path / "tiny-roberta", "Roberta")
    at = own_texts(EXPLAIN, folder)
    assert says(at, "tiny-roberta: the logit")
    assert says(at, "<s> and </s> 0.00")
    assert not [t for t in components(at, "crossexam_plain_table") if "label" in t["caption"]]
    assert "[UNK] for every word" in at.selectbox(key="ig_baseline").options


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("tei:http://127.0.0.1:9", "a server gives scores alone"),
        ("cohere:rerank-v3.5", "paid requests"),
        ("llm-listwise:http://127.0.0.1:9/v1#qwen3", "a chat model writes an answer"),
        ("maxsim:/models/colbert", "all of which the MaxSim page shows"),
        ("bi-encoder:BAAI/bge-small-en-v1.5", "a bi-encoder reads both texts apart"),
    ],
)
def test_of_other_rerankers_the_page_says_why_not(name: str, why: str) -> None:
    at = opened(EXPLAIN)
    at.session_state["_rerankers"] = (name,)
    at.run()
    assert says(at, "Not explained here: ")
    assert says(at, why), texts(at)
    assert not [box for box in at.selectbox if box.key == "explained_model"]


def test_a_model_that_cannot_be_loaded_is_told_in_a_sentence(tmp_path: Path) -> None:
    at = opened(EXPLAIN)
    at.session_state["_rerankers"] = (str(tmp_path),)
    at.run()
    at.selectbox(key="explained_model").set_value(str(tmp_path))
    at.run()
    (problem,) = at.error
    assert "has no config.json" in problem.value.replace("\\", "")


def test_what_if_and_truncation_say_of_whom_they_speak(tmp_path: Path) -> None:
    at = opened(ATTENTION, q="python snake", depth="5")
    at.session_state["_rerankers"] = (save(tmp_path / "tiny-roberta", "Roberta"),)
    for page in ("what_if", "truncation"):
        finished(at.switch_page(f"pages/explain/{page}.py"))
        assert says(at, "speaks of the cross-encoder of every search alone")
