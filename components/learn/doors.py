"""The doors of the start page, in the words of those who go through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import streamlit as st

from components.common.messages import plain


@dataclass(frozen=True, slots=True)
class Way:
    """A button, the page that it opens, and what that page is to show."""

    label: str
    page: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Door:
    """What a visitor wants, what the app has for them, and the ways to it, the best first."""

    wish: str
    text: str
    ways: tuple[Way, ...]


def doors(each: Sequence[Door], *, key: str) -> Way | None:
    """Draw the doors side by side, and return the way that was chosen just now, else None."""
    chosen = None
    for number, (column, door) in enumerate(zip(st.columns(len(each)), each, strict=True)):
        with column, st.container(border=True, height="stretch"):
            st.markdown(f"#### {plain(door.wish)}\n\n{plain(door.text)}")
            for place, way in enumerate(door.ways):
                if st.button(
                    plain(way.label),
                    key=f"{key}_{number}_{place}",
                    type="secondary" if place else "primary",
                    width="stretch",
                ):
                    chosen = way
    return chosen
