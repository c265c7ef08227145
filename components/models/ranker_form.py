"""The form that names an additional ranker: which kind, which model, at which address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from components.common.messages import plain
from engine.types.registries.rankers import RankerKind


@dataclass(frozen=True, slots=True)
class Entered:
    """What was entered; the key is never shown again."""

    kind: str
    model: str
    address: str
    key: str

    def __repr__(self) -> str:
        return f"Entered({self.kind!r}, {self.model!r}, {self.address!r})"


def ranker_form(
    kinds: Iterable[RankerKind], *, models: Mapping[str, Sequence[str]] | None = None, key: str
) -> Entered | None:
    """Draw the form; what was entered when its button was pressed just now, else None.

    `models` names by kind those that are at hand; others can be typed.
    """
    by_name = {kind.name: kind for kind in kinds}
    picked = st.selectbox(
        "Kind of ranker",
        list(by_name),
        format_func=lambda name: by_name[name].label,
        key=f"{key}_kind",
    )
    kind = by_name[picked]
    with st.form(f"{key}_form_{kind.name}", border=False):
        address = model = secret = ""
        if kind.address:
            address = st.text_input(
                "Address of the server", key=f"{key}_address", placeholder=kind.address
            )
        offered = list((models or {}).get(kind.name, ()))
        if offered:
            model = (
                st.selectbox(
                    "Model",
                    offered,
                    key=f"{key}_model_{kind.name}",
                    accept_new_options=True,
                    help="Choose one that is here, or type a folder or a hub name.",
                )
                or ""
            )
        elif kind.model:
            model = st.text_input("Model", key=f"{key}_model_{kind.name}", placeholder=kind.model)
        if kind.key:
            secret = st.text_input(
                "Key",
                type="password",
                key=f"{key}_key",
                placeholder=f"or set {kind.key} in the environment",
                help="Kept in this session's memory alone: not stored, not logged, not in a link.",
                autocomplete="off",
            )
        if kind.about:
            st.caption(plain(kind.about))
        if kind.sends:
            st.caption(plain(kind.sends))
        if st.form_submit_button("Add to Compare"):
            return Entered(kind.name, model.strip(), address.strip(), secret.strip())
    return None
