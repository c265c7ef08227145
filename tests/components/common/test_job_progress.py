"""Cancel answers the click at once, on every page that has one."""

from __future__ import annotations

import ast
from pathlib import Path

from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[3]


def slow_work() -> None:
    import streamlit as st

    from components.common.job_progress import cancel_button

    state = st.session_state
    state.setdefault("cancelled", False)

    def cancel() -> None:
        state["cancelled"] = True

    cancel_button(st.container(), key="way_out", on_click=cancel, cancelled=state["cancelled"])


def test_a_click_on_cancel_is_acknowledged_and_cannot_be_repeated() -> None:
    at = AppTest.from_function(slow_work).run()
    button = at.button(key="way_out")
    assert (button.label, button.disabled, button.help) == ("Cancel", False, "")
    button.click().run()
    button = at.button(key="way_out")
    assert (button.label, button.disabled) == ("Cancelling …", True)
    assert button.help == "It stops after the step that it is in."


def resumable_work() -> None:
    import streamlit as st

    from components.common.job_progress import cancel_button

    cancelled = bool(st.session_state.get("cancelled"))
    cancel_button(
        st.container(), key="way_out", on_click=lambda: None, cancelled=cancelled, resumable=True
    )


def test_what_can_be_resumed_is_stopped_and_not_cancelled() -> None:
    at = AppTest.from_function(resumable_work).run()
    assert at.button(key="way_out").label == "Stop"
    at.session_state["cancelled"] = True
    at.run()
    assert (at.button(key="way_out").label, at.button(key="way_out").disabled) == (
        "Stopping …",
        True,
    )


def test_every_cancel_is_one_that_acknowledges() -> None:
    silent = []
    for path in sorted((ROOT / "pages").rglob("*.py")):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "button"
                and any(isinstance(a, ast.Constant) and a.value == "Cancel" for a in call.args)
            ):
                silent.append(path.relative_to(ROOT).as_posix())
    assert silent == ["pages/share/keep_step.py"]  # which closes its dialogue, and stops no work
