"""Inside: the picture of one forward pass, of the documents on screen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.explain.inside.inside_view import OpenedLayer
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER
from models.catalogue import BGE_SMALL
from models.cross_encoders import pair_trace
from state.app_resources import prepare, workbench
from state.explain import inside
from state.explain.inside import OPENED, forward_pass
from tests.models.tiny_classifiers import save
from tests.pages.driver import choose, components, finished, opened, says
from tests.pages.expected import engine_ids
from tests.pages.explain.test_labels import added
from tests.pages.models.test_rankers import MODELS

INSIDE = "pages/explain/inside.py"
QUERY = "python snake"
SNAKE, LANGUAGE = "Ball python care guide", "Python programming tutorial"
MOST_BYTES = 300_000


def picture(at: AppTest) -> dict[str, Any]:
    (drawn,) = components(at, "crossexam_inside")
    return drawn


def own_texts(first: str, second: str = "", query: str = QUERY) -> AppTest:
    """The page with texts of one's own."""
    at = opened(INSIDE)
    choose(at, "attention_mode", "Any two texts")
    finished(at)
    at.text_input(key="own_query").input(query)
    at.text_area(key="own_first").input(first)
    at.text_area(key="own_second").input(second)
    return finished(at)


@pytest.fixture(scope="module")
def searched(session_cache: Path) -> AppTest:
    """The page after "python snake" at the default depth; read only."""
    return opened(INSIDE, q=QUERY)


def test_without_a_query_the_page_says_what_to_do() -> None:
    at = opened(INSIDE)
    assert says(at, "No query yet")
    assert not components(at, "crossexam_inside")


def test_it_opens_with_the_first_three_and_one_that_the_cross_encoder_puts_low(
    searched: AppTest,
) -> None:
    data = picture(searched)
    ids = engine_ids(QUERY, Settings(), CROSS_ENCODER)
    titles = [d.title for d in prepare("senses").result().corpus.store.get(ids[:3])]
    shown = data["documents"]
    assert [one["letter"] for one in shown] == ["A", "B", "C", "D"]
    for one, title in zip(shown, titles, strict=False):
        assert one["title"] == title[:46] or one["title"].endswith("…")
    assert shown[3]["title"] == LANGUAGE
    assert data["formation_text"].startswith("The ranking is made in layers 9 to 11.")
    assert len(json.dumps(data)) <= MOST_BYTES
    assert data["heads"] is None


def test_the_numbers_are_those_of_the_forward_pass(searched: AppTest) -> None:
    first = picture(searched)["documents"][0]
    (document,) = prepare("senses").result().corpus.store.find(SNAKE, limit=1)
    (passed,) = (
        workbench().forward_passes.trace(QUERY, [(document.title, document.content)]).documents
    )
    np.testing.assert_allclose(first["lens"], passed.pair.lens, atol=1e-3)
    np.testing.assert_allclose(first["crossing"], passed.crossing, atol=1e-3)
    np.testing.assert_allclose(first["lens"][9:], [-0.10, 2.90, 3.79, 3.44], atol=0.006)
    assert first["lens"][-1] == first["score"]
    assert first["tokens"][:4] == ["[CLS]", "python", "snake", "[SEP]"]


def test_any_two_texts_can_be_looked_into() -> None:
    at = own_texts(SNAKE, LANGUAGE)
    first, second = picture(at)["documents"]
    assert (first["score"], second["score"]) == (
        pytest.approx(-3.952, abs=0.01),
        pytest.approx(-5.214, abs=0.01),
    )
    assert first["cosine"] == pytest.approx(0.39, abs=0.005)


def test_another_bi_encoder_can_stand_on_the_left_with_its_own_pooling() -> None:
    at = own_texts(SNAKE)
    before = picture(at)
    assert before["models"][0] == "all-MiniLM-L6-v2, read at the mean of its tokens"
    at.selectbox(key="inside_encoder").set_value(BGE_SMALL.name)
    after = picture(finished(at))
    assert after["models"][0] == "bge-small-en-v1.5, read at its [CLS]"
    assert (before["pooling"], after["pooling"]) == ("mean", "[CLS]")
    assert len(after["query_pass"]["states"]) == 13
    encoder = workbench().models.encoder(BGE_SMALL.name)
    query, document = encoder.encode([QUERY])[0], encoder.encode([SNAKE], role="document")[0]
    assert after["documents"][0]["cosine"] == pytest.approx(float(query @ document), abs=0.01)
    assert after["documents"][0]["score"] == before["documents"][0]["score"]


def test_a_layer_that_was_opened_brings_its_heads_words() -> None:
    at = own_texts(SNAKE)
    passes = forward_pass(QUERY, ((SNAKE, SNAKE),), "").passes
    at.session_state[OPENED] = (OpenedLayer(0, 8), id(passes))
    heads = picture(finished(at))["heads"]
    assert (heads["document"], heads["layer"]) == (0, 8)
    assert heads["query"] == ["python", "snake"]
    assert heads["words"] == SNAKE.split()
    expected = passes.documents[0].pair.attention.query_to_doc[8]
    np.testing.assert_allclose(np.divide(heads["to_document"], 10_000), expected, atol=1e-3)


def test_what_is_remembered_is_bounded_by_its_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    short = forward_pass(QUERY, ((SNAKE, SNAKE),), "")
    assert forward_pass(QUERY, ((SNAKE, SNAKE),), "") is short
    attention = short.passes.documents[0].pair.attention
    held = 2 * attention.query_to_doc.size * attention.query_to_doc.itemsize
    assert inside.weight(short) == held
    monkeypatch.setattr(inside, "MOST_BYTES", held - 1)
    assert inside.weight(short) == held - 1, "one that is too large by itself is kept alone"


def test_a_text_without_a_token_is_declined_in_a_sentence() -> None:
    at = own_texts("\u200b\u200b")
    assert len(at.error) == 1
    assert says(at, "has no token")
    assert not components(at, "crossexam_inside")


def test_another_family_works_or_the_page_says_why_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = save(tmp_path / "tiny-roberta", "Roberta")
    at = finished(added(opened(MODELS), name).switch_page(INSIDE))
    choose(at, "attention_mode", "Any two texts")
    at.run()
    at.selectbox(key="explained_model").set_value(name)
    data = picture(finished(at))
    assert len(data["documents"][0]["lens"]) == 3
    assert data["documents"][0]["tokens"][0] == "<s>"
    monkeypatch.setattr(pair_trace, "HEADS", {})
    workbench().forward_passes.forget_reranker(name)
    inside.remembering.clear()
    finished(at)
    assert says(at, "a model of type 'roberta' is not one whose head reads the first token alone")
    assert not components(at, "crossexam_inside")
