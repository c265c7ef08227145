from __future__ import annotations

import pytest

from engine.search.settings import Settings
from engine.types import BLEND, BM25, CROSS_ENCODER, HYBRID
from tests.pages.driver import choose, columns, finished, opened, said, says, shown_ids
from tests.pages.expected import engine_ids

QUERY = "mercury winged messenger"
LINK = {
    "q": QUERY,
    "depth": "7",
    "first": "bm25",
    "fusion": "weighted",
    "rrf_k": "20",
    "hybrid_weight": "0.3",
    "blend_weight": "0.6",
    "wordless": "score",
}
SETTINGS = Settings(7, BM25, "weighted", 20, 0.3, 0.6, wordless="score")


def test_a_link_restores_query_settings_and_ranking() -> None:
    at = opened(**LINK)
    assert at.text_input(key="q").value == QUERY
    assert at.selectbox(key="first").value == BM25
    assert at.selectbox(key="fusion").value == "weighted"
    assert at.slider(key="depth").value == 7
    assert at.session_state["rrf_k"] == 20, "kept, though the weighted fusion has no k"
    assert not [box for box in at.number_input if box.key == "rrf_k"]
    assert at.slider(key="hybrid_weight").value == 0.3
    assert at.slider(key="blend_weight").value == 0.6
    assert at.selectbox(key="wordless").value == "score"
    for stage in (BM25, HYBRID, CROSS_ENCODER):
        assert shown_ids(at, stage) == engine_ids(QUERY, SETTINGS, stage, 10)


def test_what_is_chosen_on_the_page_goes_into_the_link_and_back() -> None:
    at = opened()
    at.text_input(key="q").input(QUERY)
    at.selectbox(key="first").set_value("bm25")
    at.slider(key="depth").set_value(7)
    assert not [slider for slider in at.slider if slider.key == "hybrid_weight"]
    at.number_input(key="rrf_k").set_value(20)
    at.selectbox(key="fusion").set_value("weighted")
    finished(at)
    at.slider(key="hybrid_weight").set_value(0.3)
    at.slider(key="blend_weight").set_value(0.6)
    at.selectbox(key="wordless").set_value("score")
    finished(at)
    assert at.query_params == LINK
    again = opened(**at.query_params)
    for stage in columns(at):
        assert shown_ids(at, stage) == shown_ids(again, stage)
    assert again.query_params == LINK


def test_what_is_at_its_default_is_left_out_of_the_link() -> None:
    at = opened(q=QUERY, depth="50", first="bi-encoder", fusion="rrf", corpus="senses")
    assert at.query_params == {"q": QUERY}


def test_another_corpus_stands_in_the_link(hostile_corpus: str) -> None:
    at = opened(corpus=hostile_corpus, q="snake", depth="5")
    assert at.selectbox(key="corpus").value == hostile_corpus
    assert at.query_params["corpus"] == hostile_corpus
    assert len(shown_ids(at, CROSS_ENCODER)) == 5


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("depth", "9999", "5 to 500"),
        ("depth", "many", "5 to 500"),
        ("first", "cross-encoder", "bm25 or bi-encoder or hybrid or run:NAME"),
        ("fusion", "<b>sum</b>", "rrf or weighted"),
        ("rrf_k", "0", "1 to 1000"),
        ("hybrid_weight", "nan", "0 to 1"),
        ("blend_weight", "2", "0 to 1"),
        ("corpus", "no-such-corpus", "the name of a corpus in the picker"),
    ],
)
def test_a_value_that_cannot_be_is_said_and_the_default_used(
    name: str, value: str, allowed: str
) -> None:
    at = opened(**{name: value})
    complaint = f"The link has {name}={value!r}, which cannot be: give {allowed}. "
    assert says(at, complaint), said(at)
    default = {"depth": 50, "first": "bi-encoder", "fusion": "rrf", "rrf_k": 60}
    default |= {"hybrid_weight": 0.5, "blend_weight": 0.8, "corpus": "senses"}
    assert at.session_state[name] == default[name]
    assert name not in at.query_params
    at.slider(key="depth").set_value(6)
    assert not says(at.run(), "The link has"), "it stands until a choice changes"


def test_unknown_parameters_are_ignored() -> None:
    at = opened(q="", colour="red", _jobs="1", column="x", _columns="y")
    assert not at.error
    assert not says(at, "The link has")
    assert at.query_params == {}


def test_a_shared_blend_column_has_the_weight_of_the_link() -> None:
    at = opened(q=QUERY, depth="7", blend_weight="0.1")
    choose(at, "columns", [CROSS_ENCODER, BLEND])
    finished(at)
    assert shown_ids(at, BLEND) == engine_ids(QUERY, Settings(depth=7, blend_weight=0.1), BLEND)
