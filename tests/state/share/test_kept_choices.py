"""What a session keeps of a page's choices, as the widgets show it."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

APP = """
import streamlit as st
from engine.types.share.link_names import LinkName
from state.share import kept_choices

NAMES = (LinkName("head", int, None, "a number from 1"),)

def keep():
    kept_choices.absorb(NAMES)

kept_choices.give(NAMES)
st.selectbox(
    "Head", [None, 1, 2], format_func=lambda n: "mean" if n is None else str(n), key="head",
    on_change=keep,
)
st.button("Draw again")
kept_choices.absorb(NAMES)
"""


def drawn_again(at: AppTest) -> AppTest:
    return at.button[0].click().run()


def test_a_widget_whose_usual_choice_is_none_shows_it_however_often_it_is_drawn() -> None:
    at = drawn_again(AppTest.from_string(APP, default_timeout=60).run())
    head = at.selectbox[0]
    assert head.value is None
    assert not head.proto.set_value, "None given to a widget is an empty box on screen"


def test_a_choice_stays_and_can_go_back_to_none() -> None:
    at = AppTest.from_string(APP, default_timeout=60).run()
    at = drawn_again(at.selectbox[0].set_value(2).run())
    assert at.selectbox[0].value == 2
    at = drawn_again(at.selectbox[0].set_value(None).run())
    assert at.selectbox[0].value is None
    assert not at.selectbox[0].proto.set_value
