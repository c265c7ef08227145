"""Which cross-encoder the explaining pages speak of, and why not of the other rerankers."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from components.common.messages import plain
from components.common.palette import stage_label
from components.explain.label_scores import label_scores, labels_sentence
from engine.types import CROSS_ENCODER, LabelScore
from engine.types.ranker_names import stage_of
from pages.explain.label_picker import label_picker
from state import url_state
from state.explain.attention_maps import explains, why_not
from state.search import additional_rankers as rerankers


@dataclass(frozen=True, slots=True)
class Explained:
    """The model that is explained: "" is the cross-encoder of every search.

    `what` is what is explained of it: "logit", or "log-odds of entailment".
    """

    model: str
    title: str
    what: str

    @property
    def is_default(self) -> bool:
        return not self.model

    @property
    def metric(self) -> str:
        """What is explained, as the name of a figure."""
        if self.what == "logit":
            return "Cross-encoder logit" if self.is_default else "Logit"
        return self.what[:1].upper() + self.what[1:]


def picked_model(*, attention: bool = False) -> Explained:
    """The model to explain, or whose attention to show; without additional ones no choice."""
    chosen = rerankers.chosen()
    reasons = {name: why_not(name, attention=attention) for name in chosen}
    offered = ["", *(name for name in chosen if not reasons[name])]
    model = ""
    if url_state.widget_value(url_state.EXPLAINED) not in offered:
        url_state.forget(url_state.EXPLAINED)
    if len(offered) > 1:
        left, right, _ = st.columns([2, 1.2, 1], vertical_alignment="bottom")
        with left:
            model = st.selectbox(
                "Cross-encoder to explain",
                offered,
                format_func=title_of,
                key=url_state.EXPLAINED,
                persist_state="session",
                on_change=url_state.keep,
                args=(url_state.EXPLAINED,),
            )
        if model:
            with right:
                label_picker(model, key="ranking_label")
    other_models = [(stage_label(stage_of(name)), why) for name, why in reasons.items() if why]
    for why in dict.fromkeys(why for _, why in other_models):
        names = ", ".join(label for label, reason in other_models if reason == why)
        st.caption(plain(f"Not explained here: {names}, for {why}."))
    if model:
        with st.spinner(f"Loading {plain(title_of(model))} …"):
            score_name = explains(model)
        return Explained(model, title_of(model), score_name)
    return Explained("", stage_label(CROSS_ENCODER), "logit")


def default_only() -> None:
    """Say, where cross-encoders were added, that a page speaks of the usual one alone."""
    if any(not why_not(name) for name in rerankers.chosen()):
        st.caption(
            "This page speaks of the cross-encoder of every search alone, whose list it is. "
            "Attention and Explain show the further ones too."
        )


def title_of(name: str) -> str:
    """A model's name on screen, without the label that ranks."""
    if not name:
        return "Cross-encoder of every search"
    return stage_label(stage_of(name.partition("#")[0]))


def all_labels(titles: list[str], scores: list[tuple[LabelScore, ...]]) -> None:
    """Draw every label's score where the model has several."""
    if scores and scores[0]:
        with st.columns([1.6, 1])[0]:
            label_scores(titles, scores, key="label_scores")
        st.caption(plain(labels_sentence(scores[0])))
