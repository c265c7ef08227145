from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.explain.attribution.attribution_facts import backend_sentence
from components.explain.pair_scores import logit_sentence
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER
from engine.types.registries.search_parameters import EXACT, FASTEST
from engine.types.wording.numbers import decimal
from models.cross_encoders.cross_encoder import CrossEncoder
from pages.explain.sections import known_scores as meanwhile
from state.app_resources import prepare, workbench
from tests.pages.driver import ATTENTION, choose, components, finished, opened, protos, says
from tests.pages.expected import engine_ids, ranked_by_engine

QUERY = "python snake"
SNAKE, LANGUAGE = "Ball python care guide", "Python programming tutorial"
FEW = Settings(depth=5)
ANY_TEXTS = "Any two texts"


def own_texts(first: str, second: str = "", query: str = QUERY, **url: str) -> AppTest:
    """The page with two or three texts of one's own."""
    at = opened(ATTENTION, **url)
    choose(at, "attention_mode", ANY_TEXTS)
    finished(at)
    at.text_input(key="own_query").input(query)
    at.text_area(key="own_first").input(first)
    at.text_area(key="own_second").input(second)
    return finished(at)


def links(at: AppTest) -> list[dict[str, Any]]:
    return components(at, "crossexam.token_links")


def metrics(at: AppTest, label: str) -> list[str]:
    return [metric.value for metric in at.metric if metric.label.replace("\\", "") == label]


def charts(at: AppTest) -> list[Any]:
    """The Plotly figures, as plain values."""
    return [json.loads(proto.spec) for proto in protos(at, "plotly_chart")]


def test_without_a_query_the_page_says_what_to_do() -> None:
    at = opened(ATTENTION)
    assert says(at, "No query yet")
    assert not links(at)


def test_it_opens_with_the_best_document_of_the_search() -> None:
    at = opened(ATTENTION, q=QUERY, depth="5")
    ids = engine_ids(QUERY, FEW, CROSS_ENCODER)
    picker = at.selectbox(key="doc")
    assert picker.value == ids[0]
    assert len(picker.options) == len(ids)
    assert picker.options[0].startswith("1 · ")
    (drawn,) = links(at)
    assert drawn["query"] == ["python", "snake"]
    assert drawn["selection"] == "mean of all layers and heads"


def test_a_document_that_was_chosen_is_explained_with_its_logit() -> None:
    ids = engine_ids(QUERY, FEW, CROSS_ENCODER)
    at = opened(ATTENTION, q=QUERY, depth="5", doc=ids[2])
    assert at.selectbox(key="doc").value == ids[2]
    (document,) = prepare("senses").result().corpus.store.get([ids[2]])
    attention = workbench().models.cross_encoder().attention(QUERY, document.content)
    assert metrics(at, "Cross-encoder logit") == [decimal(attention.score)]
    listed = ranked_by_engine(QUERY, FEW).ranking(CROSS_ENCODER)
    hit = listed.find(ids[2]) if listed is not None else None
    assert hit is not None
    backend = workbench().models.cross_encoder().backend
    assert says(at, backend_sentence(attention.score, hit.score, backend))
    assert says(at, decimal(attention.score, 4))
    (drawn,) = links(at)
    assert "".join(drawn["document"]).lower().startswith(document.title.replace(" ", "").lower())
    assert at.query_params["doc"] == ids[2]


@pytest.mark.parametrize("mode", [EXACT, FASTEST])
def test_the_backend_of_the_chosen_mode_is_the_one_that_is_said_to_have_ranked(mode: str) -> None:
    at = opened(ATTENTION, q=QUERY, depth="5", precision=mode)
    listed = ranked_by_engine(QUERY, replace(FEW, precision=mode)).ranking(CROSS_ENCODER)
    assert listed is not None
    assert listed.precision is not None
    document_id = str(at.selectbox(key="doc").value)
    (document,) = prepare("senses").result().corpus.store.get([document_id])
    explained_logit = workbench().models.cross_encoder().attention(QUERY, document.content).score
    hit = listed.find(document_id)
    assert hit is not None
    assert says(at, backend_sentence(explained_logit, hit.score, listed.precision.backend))


def test_while_the_model_is_loaded_the_scores_stand_there_that_are_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn: list[tuple[Any, ...]] = []
    cross = workbench().models.cross_encoder()
    cross.torch_model()
    monkeypatch.setattr(meanwhile, "draw", lambda *given: drawn.append(given))
    ids = engine_ids(QUERY, FEW, CROSS_ENCODER)
    opened(ATTENTION, q=QUERY, depth="5", doc=ids[1])
    assert drawn == [], "the model is there already"
    monkeypatch.setattr(CrossEncoder, "has_torch_model", False)
    at = opened(ATTENTION, q=QUERY, depth="5", doc=ids[1])
    (document,) = prepare("senses").result().corpus.store.get([ids[1]])
    logit = cross.score_all(QUERY, [document.content])[0]
    cosine = workbench().explainers.cosine(QUERY, document.content)
    assert drawn == [
        (document.title, pytest.approx(logit), cross.backend, pytest.approx(cosine, abs=1e-4))
    ]
    assert len(links(at)) == 1
    assert len(metrics(at, "Cross-encoder logit")) == 1


def test_a_document_beyond_the_depth_can_be_explained_too() -> None:
    store = prepare("senses").result().corpus.store
    (language,) = store.find(LANGUAGE, limit=1)
    assert language.doc_id not in engine_ids(QUERY, FEW, CROSS_ENCODER)
    at = opened(ATTENTION, q=QUERY, depth="5", doc=language.doc_id)
    assert f"{LANGUAGE} (not scored)" in at.selectbox(key="doc").options
    assert links(at)


def test_a_document_that_is_not_there_is_left_out_in_words() -> None:
    at = opened(ATTENTION, q=QUERY, depth="5", doc="no-such-id", doc2="<b>nor-this</b>")
    assert says(at, "senses has no document 'no-such-id'; it is left out.")
    assert says(at, "senses has no document '<b>nor-this</b>'; it is left out.")
    assert at.selectbox(key="doc").value == engine_ids(QUERY, FEW, CROSS_ENCODER)[0]


def test_two_documents_stand_side_by_side_with_a_sentence_on_their_logits() -> None:
    ids = engine_ids(QUERY, FEW, CROSS_ENCODER)
    at = opened(ATTENTION, q=QUERY, depth="5", doc=ids[0], doc2=ids[1])
    assert len(links(at)) == 2
    store, model = prepare("senses").result().corpus.store, workbench().models.cross_encoder()
    first, second = (model.attention(QUERY, d.content).score for d in store.get(ids[:2]))
    assert metrics(at, "Cross-encoder logit") == [decimal(first), decimal(second)]
    assert says(at, logit_sentence(first, second))


def test_a_document_beside_itself_is_shown_once() -> None:
    ids = engine_ids(QUERY, FEW, CROSS_ENCODER)
    assert len(links(opened(ATTENTION, q=QUERY, depth="5", doc=ids[0], doc2=ids[0]))) == 1


def test_any_two_texts_give_the_published_logits() -> None:
    at = own_texts(SNAKE, LANGUAGE)
    assert metrics(at, "Cross-encoder logit") == ["−3.95", "−5.21"]
    assert float(metrics(at, "Bi-encoder cosine")[0]) == pytest.approx(0.39, abs=0.005)
    assert says(at, "−3.95 ranks above −5.21")
    assert says(at, "a logit is not a probability")
    assert [drawn["document"] for drawn in links(at)] == [SNAKE.split(), LANGUAGE.split()]


def test_one_text_alone_is_shown_with_both_directions() -> None:
    at = own_texts(SNAKE)
    (drawn,) = links(at)
    assert len(drawn["query_to_doc"]) == 2
    assert len(drawn["doc_to_query"]) == 4
    assert says(at, "of what document words give")
    choose(at, "direction", "doc_to_query")
    finished(at)
    titles = [chart["layout"].get("title", {}).get("text", "") for chart in charts(at)]
    assert "Document → query, mean of all layers and heads" in titles


@pytest.mark.parametrize(("query", "document"), [("", SNAKE), (QUERY, ""), ("  ", "\n")])
def test_empty_texts_are_asked_for(query: str, document: str) -> None:
    at = own_texts(document, query=query)
    assert says(at, "Two texts are needed")
    assert not links(at)


def test_a_text_without_a_single_token_is_declined_in_a_sentence() -> None:
    at = own_texts("\u200b\u200b")
    assert len(at.error) == 1
    assert says(at, "nothing is left after tokenising")
    assert not links(at)


def test_word_pieces_and_special_tokens_come_on_demand() -> None:
    at = own_texts("herpetology")
    assert links(at)[0]["document"] == ["herpetology"]
    at.toggle(key="pieces").set_value(True)
    at.toggle(key="specials").set_value(True)
    (drawn,) = links(finished(at))
    assert drawn["unit"] == "piece"
    assert "".join(p.removeprefix("##") for p in drawn["document"] if p[0] != "[") == "herpetology"
    assert len(drawn["document"]) > 2
    special = [
        unit
        for unit, flag in zip(drawn["document"], drawn["document_special"], strict=True)
        if flag
    ]
    assert [unit[:5] for unit in special] == ["[CLS]", "[SEP]", "[SEP]"]


def expert_settings(at: AppTest) -> Any:
    (box,) = [box for box in at.expander if "layer, head" in box.label]
    return box


def test_layer_and_head_wait_folded_until_they_are_wanted() -> None:
    at = own_texts(SNAKE)
    assert not expert_settings(at).proto.expanded


def test_layer_and_head_in_the_link_choose_the_picture() -> None:
    at = own_texts(SNAKE, layer="4", head="7")
    assert expert_settings(at).proto.expanded
    (drawn,) = links(at)
    assert drawn["selection"] == "layer 4, head 7"
    attention = workbench().models.cross_encoder().attention(QUERY, SNAKE)
    expected = attention.query_to_doc[3, 6].round(6).tolist()
    for row, wanted in zip(drawn["query_to_doc"], expected, strict=True):
        assert row == pytest.approx(wanted, abs=2e-6)


def test_a_layer_or_head_that_the_model_lacks_is_said_and_dropped() -> None:
    at = opened(ATTENTION, q=QUERY, depth="5", layer="99", head="13")
    assert says(at, "The model has no layer 99: it has 12.")
    assert says(at, "The model has no head 13: it has 12.")
    assert at.selectbox(key="layer").value is None
    assert at.selectbox(key="head").value is None
    assert links(at)[0]["selection"] == "mean of all layers and heads"


def test_bertviz_is_drawn_on_demand_and_declined_where_it_is_too_large() -> None:
    at = own_texts(SNAKE)
    assert not at.get("iframe")
    at.toggle(key="bertviz_on").set_value(True)
    finished(at)
    (frame,) = protos(at, "iframe")
    assert "<script>" in frame.srcdoc
    assert "<script src" not in frame.srcdoc
    at.text_area(key="own_first").input("ball python care " * 100)
    finished(at)
    assert not at.get("iframe")
    assert says(at, "limited to 256 document tokens")
