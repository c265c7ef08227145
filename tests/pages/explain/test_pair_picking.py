"""The pages that explain a pair show the documents that were picked, whichever page comes first."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from engine.search.settings import Settings
from engine.types import CROSS_ENCODER
from state.app_resources import prepare
from tests.pages.driver import COMPARE, choose, finished, opened, said, says
from tests.pages.expected import engine_ids

QUERY, OTHER_QUERY = "python snake", "jaguar speed"
SETTINGS = Settings(depth=5)
TWO = ("attention", "explain", "maxsim")
ONE = ("what_if", "truncation")
PAGES = (*TWO, *ONE)
SNAKE, LANGUAGE = "Ball python care guide", "Python programming tutorial"


def page(name: str) -> str:
    return f"pages/explain/{name}.py"


def candidates(query: str = QUERY) -> list[str]:
    return engine_ids(query, SETTINGS, CROSS_ENCODER)


def titles(*doc_ids: str) -> list[str]:
    return [d.title for d in prepare("senses").result().corpus.store.get(list(doc_ids))]


def turned_to(at: AppTest, name: str) -> AppTest:
    """The page drawn without a mistake; what it computes in the background is stopped."""
    finished(at.switch_page(page(name)))
    if "_explaining" in at.session_state:
        at.session_state["_explaining"].stop()
    return at


def picks(at: AppTest) -> dict[str, str | None]:
    """The documents of the pickers, by the parameter's name in a link."""
    return {box.key: box.value for box in at.selectbox if box.key in ("doc", "doc2")}


def linked(at: AppTest) -> dict[str, str]:
    """The documents that the address names."""
    return {name: at.query_params[name] for name in ("doc", "doc2") if name in at.query_params}


@pytest.mark.parametrize("then", [name for name in PAGES if name != "attention"])
def test_the_card_clicked_in_compare_is_shown_by_attention_and_by_the_page_after_it(
    then: str,
) -> None:
    third = candidates()[2]
    at = opened(COMPARE, q=QUERY, depth="5")
    at.session_state["_next_choices"] = {"doc": third}  # what the click of its card asks for
    turned_to(at, "attention")
    assert picks(at) == {"doc": third, "doc2": None}
    turned_to(at, then)
    assert picks(at)["doc"] == third
    assert linked(at) == {"doc": third}


@pytest.mark.parametrize("then", ["explain", "maxsim"])
def test_both_documents_of_a_link_are_shown_by_the_page_after_it(then: str) -> None:
    second, third = candidates()[1:3]
    at = opened(page("attention"), q=QUERY, depth="5", doc=third, doc2=second)
    turned_to(at, then)
    assert picks(at) == {"doc": third, "doc2": second}
    assert linked(at) == {"doc": third, "doc2": second}


def test_a_document_picked_on_one_page_is_shown_by_all_and_on_the_way_back() -> None:
    at = opened(page("explain"), q=QUERY, depth="5")
    at.session_state["_explaining"].stop()
    at.selectbox(key="doc").set_value(candidates()[3])
    finished(at)
    for name in (*PAGES, *reversed(PAGES)):
        turned_to(at, name)
        assert picks(at)["doc"] == candidates()[3], name


@pytest.mark.parametrize("name", ["attention", "what_if"])
def test_a_new_query_drops_a_document_that_its_list_does_not_hold(name: str) -> None:
    gone = [doc_id for doc_id in candidates() if doc_id not in candidates(OTHER_QUERY)]
    at = opened(page(name), q=QUERY, depth="5", doc=gone[0], doc2=gone[1])
    assert picks(at)["doc"] == gone[0]
    at.text_input(key="q").input(OTHER_QUERY)
    finished(at)
    first = candidates(OTHER_QUERY)[0]
    assert picks(at)["doc"] == first
    assert linked(at) == {"doc": first}
    assert not any("not scored" in option for option in at.selectbox(key="doc").options)
    turned_to(at, "maxsim")
    assert picks(at) == {"doc": first, "doc2": None}


def test_another_setting_of_the_same_query_keeps_the_document() -> None:
    fifth = candidates()[4]
    at = opened(page("attention"), q=QUERY, depth="5", doc=fifth)
    at.selectbox(key="first").set_value("bi-encoder")
    finished(at)
    assert picks(at)["doc"] == fifth


def test_a_link_to_a_document_beyond_the_list_keeps_it_on_every_page() -> None:
    (beyond,) = (d.doc_id for d in prepare("senses").result().corpus.store.find(LANGUAGE, limit=1))
    assert beyond not in candidates()
    at = opened(page("explain"), q=QUERY, depth="5", doc=beyond)
    at.session_state["_explaining"].stop()
    for name in PAGES:
        turned_to(at, name)
        assert picks(at)["doc"] == beyond, name


STATES: dict[str, dict[str, str]] = {
    "no query": {},
    "the first document": {"q": QUERY},
    "another document": {"q": QUERY, "doc": "2"},
    "two documents": {"q": QUERY, "doc": "1", "doc2": "2"},
    "the same document twice": {"q": QUERY, "doc": "1", "doc2": "1"},
    "a document beyond the list": {"q": QUERY, "doc": "python-programming-tutorial"},
    "a document that is not there": {"q": QUERY, "doc": "no-such-id", "doc2": "nor-this"},
    "a query that finds nothing": {"q": "?!"},
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", PAGES)
def test_every_page_opens_in_every_state_of_the_picker(name: str, state: str) -> None:
    link = {
        key: candidates()[int(value) - 1] if value.isdigit() else value
        for key, value in STATES[state].items()
    }
    at = opened(page(name), depth="5", **link)
    if "_explaining" in at.session_state:
        at.session_state["_explaining"].stop()
    assert not at.error
    if state == "no query":
        assert says(at, "No query yet")
    elif state == "a query that finds nothing":
        assert picks(at) or says(at, "No candidates")
    elif state == "two documents" and name in TWO:
        assert picks(at) == {"doc": candidates()[0], "doc2": candidates()[1]}
        shown = " ".join(said(at))
        if name != "explain":
            assert all(title in shown for title in titles(*candidates()[:2]))
    else:
        assert picks(at)["doc"]


@pytest.mark.parametrize("texts", [(SNAKE, ""), (SNAKE, LANGUAGE), (SNAKE, SNAKE), ("", "")])
@pytest.mark.parametrize("name", TWO)
def test_every_page_that_takes_two_opens_with_any_two_texts(
    name: str, texts: tuple[str, str]
) -> None:
    at = opened(page(name))
    choose(at, "attention_mode", "Any two texts")
    finished(at)
    for key, text in zip(("own_first", "own_second"), texts, strict=True):
        at.text_area(key=key).input(text)
    finished(at)
    if "_explaining" in at.session_state:
        at.session_state["_explaining"].stop()
    assert not at.error
    assert says(at, "Two texts are needed") is (texts == ("", ""))


def test_maxsim_shows_both_documents_with_their_scores() -> None:
    at = opened(page("maxsim"))
    choose(at, "attention_mode", "Any two texts")
    finished(at)
    heads = [text for text in said(at) if text.startswith("## MaxSim ")]
    assert [head.partition(": ")[2] for head in heads] == [SNAKE, LANGUAGE]
    scores = [float(head.split()[2].rstrip(":")) for head in heads]
    ahead = (SNAKE, LANGUAGE)[scores[1] > scores[0]]
    sentence = rf"{ahead} is ahead by (\d+\.\d+)"
    (by,) = [float(number) for text in said(at) for number in re.findall(sentence, text)]
    assert by == pytest.approx(abs(scores[0] - scores[1]), abs=1.6e-4), "of rounded scores"
