"""A trained model: its measure before and after, what that says, and the curves of its training."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import streamlit as st

from components.common.messages import plain
from components.common.wording import counted, humanised
from components.training.training_chart import training_chart
from components.training.wording import LOSSES, verdict_sentence
from engine.types import BI_ENCODER
from engine.types.wording.numbers import moved_by


class TrainedModel(Protocol):
    """A model with the record of its training; `better` is None where it may be chance."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...

    @property
    def corpus(self) -> str: ...

    @property
    def measure(self) -> str: ...

    @property
    def before(self) -> float: ...

    @property
    def after(self) -> float: ...

    @property
    def better(self) -> bool | None: ...

    @property
    def sentence(self) -> str: ...

    @property
    def record(self) -> Mapping[str, Any]: ...


def trained_model(model: TrainedModel, *, parent: str, teacher: str, dark: bool, key: str) -> None:
    """Draw the effect and the curves; `parent` and `teacher` are short names, "" for none."""
    parent_box, trained_box, text_box = st.columns([1, 1, 3.4])
    parent_box.metric(
        "Parent", f"{model.before:.3f}", help=f"{plain(model.measure)}, held-out queries"
    )
    trained_box.metric(
        "Trained",
        f"{model.after:.3f}",
        moved_by(model.after - model.before, 3),
        delta_color="off" if model.better is None else "normal",
    )
    with text_box:
        st.markdown(f"**{plain(verdict_sentence(model.better))}**")
        st.markdown(plain(f"{model.sentence}."))
        st.caption(plain(_training_sentence(model, parent, teacher)))
    for warning in model.record.get("warnings", ()):
        st.caption(plain(warning))
    _curves(model, dark=dark, key=key)
    option = "--bi-encoder" if model.role == BI_ENCODER else "--reranker"
    st.markdown(plain(f"On the command line: {option} {model.name}."))


def _curves(model: TrainedModel, *, dark: bool, key: str) -> None:
    """Draw the loss and the dev measure over the steps, where they were recorded."""
    record = model.record
    if not (record.get("losses") and record.get("dev")):
        return
    training_chart(
        [(int(step), float(value)) for step, value in record["losses"]],
        [(int(step), float(value)) for step, value in record["dev"]],
        steps=int(record["settings"]["steps"]),
        loss=LOSSES[model.name.partition("/")[0]],
        measure=f"{model.measure} (dev queries)",
        stage=model.role,
        dark=dark,
        key=key,
    )


def _training_sentence(model: TrainedModel, parent: str, teacher: str) -> str:
    """From what the model was trained, on how much, and how far its top ten was judged."""
    record = model.record
    queries, seconds = record["queries"], record["seconds"]
    teacher_phrase = f" by {teacher}" if teacher else ""
    synthetic_phrase = f" ({queries['of_them_made']} synthetic)" if queries["of_them_made"] else ""
    trained_on = counted(int(queries["trained_on"]), "query", "queries")
    return (
        f"From {parent}{teacher_phrase} on {model.corpus}: {trained_on}{synthetic_phrase}, "
        f"{record['examples']:,} examples; step {record['checkpoint']} of "
        f"{record['settings']['steps']} was kept, chosen "
        f"by {queries['dev']} dev queries. The steps took {humanised(seconds['steps'])}. Judged in "
        f"the first ten: {record['judged_before']:.0%} before, {record['judged_after']:.0%} after."
    )
