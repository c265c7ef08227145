"""The way out of long work: a button that says at once that it was heard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streamlit.delta_generator import DeltaGenerator


def cancel_button(
    place: DeltaGenerator,
    *,
    key: str,
    on_click: Callable[..., Any],
    cancelled: bool,
    args: tuple[Any, ...] = (),
) -> None:
    """Draw "Cancel"; once `cancelled`, "Cancelling …", greyed, and when it stops."""
    place.button(
        "Cancelling …" if cancelled else "Cancel",
        key=key,
        on_click=on_click,
        args=args,
        disabled=cancelled,
        help="It stops after the step that it is in." if cancelled else None,
        width="stretch",
    )
