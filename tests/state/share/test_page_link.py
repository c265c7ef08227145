"""A small app of two pages: what a link gives, what is written, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from state.share import page_link

APP = """
import streamlit as st
from engine.types.share.link_names import LinkName, choice, identifier, number, switch
from state import url_state
from state.share import page_link
from state.share.current_view import current_view, name_page

ITEM = identifier("item", "the id of an item", key="_item")
NAMES = {
    "one": (
        LinkName("q", str, "", "any text", begins_entry=True),
        choice("view", {"a": "First", "b": "Second"}, "First", key="the_view"),
        switch("on", default=True),
        number("depth", 1, 9, 5),
        ITEM,
    ),
    "two": (LinkName("q", str, "", "any text"),),
}
address = st.session_state.get("address", "one")
page_link.begin(address, NAMES)
name_page(address.title())
page_link.update(address, NAMES)
try:
    for sentence in page_link.warnings():
        st.warning(sentence)
    st.text_input("Query", key="q", persist_state="session")
    if address == "one":
        if st.session_state.get("stopped"):
            st.stop()
        st.selectbox("View", ["First", "Second"], key="the_view")
        st.toggle("On", value=True, key="on")
        st.slider("Depth", 1, 9, 5, key="depth")
        key = f"item of {st.session_state['q']}"
        url_state.give_choice(ITEM, key, ["x", "y"], "x")
        st.selectbox("Item", ["x", "y"], key=key)
finally:
    page_link.update(address, NAMES)
view = current_view()
st.json([view.address, dict(view.link), view.title])
"""


def opened(**link: str) -> AppTest:
    at = AppTest.from_string(APP, default_timeout=60)
    at.query_params = dict(link)
    return at.run()


def shown(at: AppTest) -> tuple[Any, ...]:
    """Query, view, switch, depth and item as the widgets have them."""
    view, item = at.selectbox
    return at.text_input[0].value, view.value, at.toggle[0].value, at.slider[0].value, item.value


def went_back(at: AppTest, monkeypatch: pytest.MonkeyPatch, **link: str) -> AppTest:
    """The app run as Streamlit runs it when the browser's Back leads to this link."""
    at.query_params = dict(link)
    with monkeypatch.context() as patch:
        patch.setattr(page_link, "_went_through_history", lambda: True)
        return at.run()


LINK = {"q": "bee", "view": "b", "on": "0", "depth": "7", "item": "y"}
CHOSEN = ("bee", "Second", False, 7, "y")
USUAL = ("", "First", True, 5, "x")


def test_a_link_gives_every_widget_its_value_and_is_written_as_it_was() -> None:
    at = opened(**LINK)
    assert shown(at) == CHOSEN
    assert at.query_params == LINK
    assert shown(opened()) == USUAL
    assert opened().query_params == {}


def test_what_is_chosen_is_written_and_what_is_usual_left_out() -> None:
    at = opened()
    at.text_input[0].input("bee")
    at.selectbox[0].set_value("Second")
    at.toggle[0].set_value(False)
    at.slider[0].set_value(7)
    at.run().selectbox[1].set_value("y")
    assert at.run().query_params == LINK
    at.selectbox[1].set_value("x")
    at.selectbox[0].set_value("First")
    assert at.run().query_params == {"q": "bee", "on": "0", "depth": "7"}


def test_back_restores_what_the_link_names_and_the_usual_for_what_it_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = opened(**LINK)
    went_back(at, monkeypatch, q="ant", depth="3")
    assert shown(at) == ("ant", "First", True, 3, "x")
    assert at.query_params == {"q": "ant", "depth": "3"}
    assert shown(went_back(at, monkeypatch, **LINK)) == CHOSEN


def test_a_link_that_is_late_undoes_nothing() -> None:
    at = opened(**LINK)
    at.slider[0].set_value(2)
    at.query_params = dict(LINK)  # sent by the browser before it heard of the newer one
    at.run()
    assert at.slider[0].value == 2
    assert at.query_params == {**LINK, "depth": "2"}


def test_a_page_that_stops_early_or_another_page_loses_no_choice() -> None:
    at = opened(**LINK)
    at.session_state["stopped"] = True
    at.run()
    at.run()
    assert at.query_params == LINK
    at.session_state["stopped"] = False
    at.session_state["address"] = "two"
    at.run()
    assert at.query_params == {"q": "bee"}
    at.session_state["address"] = "one"
    at.run()
    assert shown(at)[1:4] == CHOSEN[1:4]


@pytest.mark.parametrize(("name", "value"), [("view", "First"), ("depth", "99"), ("on", "x")])
def test_a_value_that_cannot_be_is_said_with_what_can(name: str, value: str) -> None:
    at = opened(**{name: value})
    (sentence,) = [warning.value for warning in at.warning]
    assert sentence.startswith(f"The link has {name}={value!r}, which cannot be: give ")
    assert shown(at) == USUAL


def test_a_name_that_is_offered_no_more_is_left_out() -> None:
    at = opened(item="z").run()
    (sentence,) = [warning.value for warning in at.warning]
    assert sentence.startswith("The link has item='z', which is not offered here: give the id")
    assert shown(at) == USUAL
    assert at.query_params == {}


def test_the_current_view_is_the_link_with_its_page_and_query() -> None:
    import json

    at = opened(**LINK)
    assert json.loads(at.json[0].value) == ["one", LINK, "One: bee"]
