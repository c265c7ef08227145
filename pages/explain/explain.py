"""Explain: what moves the score of one pair, where heads look, whether the two agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import streamlit as st

from components.common.job_progress import job_progress
from components.common.messages import error, notice, plain
from components.common.wording import counted
from components.explain.attribution.attribution_facts import (
    attribution_ends,
    attribution_scores,
    backend_sentence,
    cosine_score,
    references_sentence,
    special_sentence,
)
from components.explain.attribution.faithfulness_chart import faithfulness_chart
from components.explain.attribution.method_agreement import method_agreement_view
from components.explain.attribution.method_wording import (
    QUERY_STAYS,
    short,
)
from components.explain.attribution.pairwise_view import headline_of, lead_sentence, pairwise_view
from components.explain.attribution.word_attribution import (
    COSINE,
    GRADIENT,
    LOGIT,
    SHARE,
    groups_of,
    word_attribution,
)
from components.explain.pair_scores import mass_sentence
from components.explain.similarity_heatmap import similarity_heatmap
from components.search.headline import headline
from engine.explain.attribution_warnings import interaction_sentence, warnings_of
from engine.explain.correlation import in_words, spearman
from engine.explain.pairwise import difference
from engine.types import CROSS_ENCODER, CrossExamError
from engine.types.registries.explanation_methods import (
    ALL_PADDED,
    ATTENTION_RECEIVED,
    EMPTY_DOCUMENT,
    EXPLANATION_METHODS,
    INTEGRATED_GRADIENTS,
    OCCLUSION_DELETE,
    methods_of,
)
from pages.explain.cosine_picker import asked_encoder, asked_method, cosine_choice
from pages.explain.method_picker import (
    asked_attention,
    attention_choice,
    baseline_choice,
    label,
    method_choice,
)
from pages.explain.model_picker import Explained, all_labels, picked_model
from pages.explain.pair_picker import Candidate, picked_texts
from state import url_state as choices
from state.explain import attributions as explaining
from state.explain.attention_maps import label_scores
from state.explain.attributions import AttributionRequest
from state.polling import redraw_while

REDRAW_SECONDS = 0.4
FIRST_GLANCE = 0.25
AGAINST = "AB"
BASELINE = "ig_baseline"

queue = explaining.queue()
dark = choices.is_dark()


def working(asks: Sequence[AttributionRequest], key: str) -> None:
    """How far these explanations are, and a way out."""
    if queue.working_on(asks):
        job_progress(queue.progress, key=f"cancel_{key}", cancel=queue.stop)
    else:
        st.caption("Waiting for its turn …")


def ready(asks: Sequence[AttributionRequest], key: str) -> bool:
    """Whether all of these are there; else their progress, or why they are not, is drawn."""
    if (problem := queue.error(asks)) is not None:
        error(choices.check(problem))
    elif queue.stopped(asks):
        notice("Stopped. What was explained before stays.")
        st.button("Resume", key=f"resume_{key}", on_click=queue.resume)
    elif queue.waiting(asks):
        redraw_while(
            lambda: bool(queue.waiting(asks)) and queue.busy,
            lambda: working(asks, key),
            every=REDRAW_SECONDS,
        )
    else:
        return True
    return False


def checked(ask: AttributionRequest, key: str) -> None:
    """The check of one explanation: on request, for it takes a few hundred passes."""
    check = replace(ask, check=True)
    if queue.result(check) is None and not queue.requested([check]):
        words = len(queue.result(ask).of("document"))
        st.button(
            "Check this explanation",
            key=f"check_{key}",
            on_click=queue.request,
            args=(check,),
            help=f"Takes away the document's {counted(words, 'word')} (as the tokenizer splits "
            "them, a punctuation mark is one too) in the order that the explanation "
            "names, and in 20 random orders: up to 300 passes, about 10 to 15 s for 100 words.",
        )
    elif ready([check], f"check_{key}"):
        faithfulness_chart(queue.result(check), dark=dark, key=f"faithfulness_{key}")


def what_moves(
    moves: AttributionRequest,
    cosine: AttributionRequest,
    similar: AttributionRequest,
    subject: Explained,
) -> None:
    """The cross-encoder's reasons beside the bi-encoder's, and the check of the former."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"### {plain(subject.title)}: the {plain(subject.what)}")
        if ready([moves], "moves"):
            attribution = queue.result(moves)
            attribution_scores(attribution, explains=subject.what)
            word_attribution(groups_of(attribution), LOGIT, dark=dark, key="moves_words")
            attribution_ends(
                attribution,
                warnings=warnings_of(attribution),
                interaction=interaction_sentence(attribution),
            )
            ranked = explaining.ranking_logit(moves.query, moves.text, moves.model)
            if ranked is not None:
                st.caption(plain(backend_sentence(attribution.score, *ranked)))
            if moves.baseline == EMPTY_DOCUMENT:
                st.caption(QUERY_STAYS)
    with right:
        st.markdown("### Bi-encoder: the cosine")
        cosine_choice()
        if ready([cosine, similar], "cosine"):
            reasons = queue.result(cosine)
            cosine_score(reasons)
            word_attribution(groups_of(reasons), COSINE, dark=dark, key="cosine_words")
            description = EXPLANATION_METHODS.of(cosine.method).description
            st.caption(plain(f"{description} {references_sentence(reasons)}"))
    if queue.result(similar) is not None:
        with st.expander("Bi-encoder: how alike each two words are to it"):
            alike = queue.result(similar)
            similarity_heatmap(
                alike.query_words, alike.doc_words, alike.cosines, dark=dark, key="similarities"
            )
            st.caption(
                "Cosines of the words' last states. The bi-encoder makes one vector of each text "
                "before the two meet, so no single pair of words decides its score."
            )
    for ask, key, model in ((moves, "moves", subject.title), (cosine, "cosine", "Bi-encoder")):
        if queue.result(ask) is not None:
            st.markdown(f"### {plain(model)}: can “{plain(label(ask.method))}” be trusted here?")
            checked(ask, key)


def where_heads_look(looks: AttributionRequest, across: AttributionRequest) -> None:
    """One of the methods that follow attention, in a colour of its own."""
    if not ready([looks, across], "looks"):
        return
    attribution = queue.result(looks)
    reading = GRADIENT if EXPLANATION_METHODS.of(looks.method).signed else SHARE
    word_attribution(groups_of(attribution), reading, dark=dark, key="looks_words")
    is_mean = looks.method == ATTENTION_RECEIVED.name
    mass = (
        mass_sentence(queue.result(across)) if is_mean else special_sentence(attribution, reading)
    )
    st.caption(plain(mass))
    checked(looks, "looks")


def do_they_agree(explanations: Sequence[AttributionRequest]) -> None:
    """Spearman's correlation of each two methods, by the strength of every word."""
    if not ready(explanations, "agree"):
        return
    document_only = any(ask.baseline == EMPTY_DOCUMENT for ask in explanations)
    strengths = {}
    for ask in explanations:
        found_by = queue.result(ask)
        of_document = [value for _, value in found_by.of("document")]
        values = of_document if document_only else found_by.values
        strengths[ask.method] = [abs(value) for value in values]
    found = []
    for left, right in combinations(strengths, 2):
        rho = spearman(strengths[left], strengths[right])
        found.append((left, right, rho, in_words(rho)))
    method_agreement_view(list(strengths), found, dark=dark, key="agreement")
    of = "the document" if document_only else "query and document"
    length = counted(len(strengths[explanations[0].method]), "word")
    st.caption(
        f"Spearman's rank correlation over the {plain(length)} of {plain(of)} (as the tokenizer "
        "splits them, a punctuation mark is one too): 1 is the same order, 0 none. Attention has "
        "no sign, so every method counts by its strength, sign aside."
    )


def explain_one(query: str, candidate: Candidate, subject: Explained) -> None:
    """One pair: what moves its score, where heads look, and whether these agree."""

    def ask(name: str, baseline: str = "", *, model: str = subject.model) -> AttributionRequest:
        return AttributionRequest(query, candidate.text, name, baseline, model=model)

    st.header("What moves the score", anchor=False)
    method_box, baseline_box = st.columns([2, 1], vertical_alignment="bottom")
    with method_box:
        method = EXPLANATION_METHODS.of(method_choice())
    baseline = choices.asked(BASELINE) or EMPTY_DOCUMENT
    if method.takes_baseline:
        with baseline_box:
            baseline = baseline_choice(BASELINE, EMPTY_DOCUMENT, subject.model)
    gradients = ask(INTEGRATED_GRADIENTS.name, baseline)
    moves = ask(method.name, baseline if method.takes_baseline else "")
    looks = ask(asked_attention())
    cosine, similar = (
        ask(name, model=asked_encoder()) for name in (asked_method(), explaining.SIMILARITIES)
    )
    across = ask(explaining.CROSSING)
    always = (OCCLUSION_DELETE.name, *methods_of(CROSS_ENCODER, "attention"))
    compared = list(dict.fromkeys([gradients, moves, *(ask(name) for name in always)]))
    checks = queue.requested([replace(one, check=True) for one in (moves, cosine, looks)])
    queue.want([moves, cosine, similar, looks, across, *checks, *compared])
    queue.wait([moves, cosine, similar], FIRST_GLANCE)
    if (problem := queue.error([moves, cosine])) is not None:
        error(choices.check(problem))
        return

    st.caption(plain(" ".join(filter(None, (method.description, method.caveat)))))
    what_moves(moves, cosine, similar, subject)
    st.divider()
    st.header("Where heads look", anchor=False)
    st.markdown(plain(EXPLANATION_METHODS.of(looks.method).caveat))
    attention_choice()
    st.caption(plain(EXPLANATION_METHODS.of(looks.method).description))
    where_heads_look(looks, across)
    st.divider()
    st.header("Do they agree?", anchor=False)
    do_they_agree(compared)


def explain_both(query: str, candidates: Sequence[Candidate], subject: Explained) -> None:
    """Why one document stands above the other."""
    with st.columns([1, 2])[0]:
        baseline = baseline_choice("pair_baseline", ALL_PADDED, subject.model)
    method = INTEGRATED_GRADIENTS.name
    a, b = (
        AttributionRequest(query, c.text, method, baseline, model=subject.model) for c in candidates
    )
    queue.want([a, b])
    queue.wait([a, b], FIRST_GLANCE)
    if not ready([a, b], "against"):
        return
    found = difference(queue.result(a), queue.result(b))
    for letter, pair in zip("AB", (a, b), strict=True):
        for warning in warnings_of(queue.result(pair)):
            notice(f"{letter}: {warning}")
    headline(headline_of(queue.result(a).score, queue.result(b).score))
    st.markdown(plain(lead_sentence(found)))
    titles = (candidates[0].title, candidates[1].title)
    pairwise_view(found, titles, dark=dark, key="against")
    st.caption(
        f"Integrated gradients of both pairs, subtracted ({queue.result(a).steps:,} and "
        f"{queue.result(b).steps:,} steps). Look at A or B alone to check its explanation."
    )


def view_choice(candidates: Sequence[Candidate]) -> str:
    """Which of two documents is explained ("A", "B"), or both against each other."""
    if len(candidates) == 1:
        return "A"
    names = {AGAINST: "Why A above B"}
    for letter, candidate in zip("AB", candidates, strict=True):
        names[letter] = f"{letter} alone: {short(candidate.title)}"
    return st.segmented_control(
        "What to explain",
        list(names),
        default=AGAINST,
        required=True,
        format_func=lambda name: plain(names[name]),
        key="explain_view",
        persist_state="session",
        label_visibility="collapsed",
    )


def cut_notices(query: str, candidates: Sequence[Candidate], model: str) -> None:
    """What no explanation can speak of: the tokens that the cross-encoder never read."""
    for candidate in candidates:
        for side, tokens in explaining.unread_tokens(query, candidate.text, model).items():
            notice(
                f"{short(candidate.title)}: the last {counted(tokens, 'token')} of the {side} lie "
                "beyond the "
                "cross-encoder's limit. They were never read, so nothing here speaks of them."
            )


try:
    subject = picked_model()
    query, candidates = picked_texts(subject.model)
    view = view_choice(candidates)
    cut_notices(query, candidates, subject.model)
    shown = list(candidates) if view == AGAINST else [candidates["AB".index(view)]]
    all_labels(
        [candidate.title for candidate in shown],
        [label_scores(query, candidate.text, subject.model) for candidate in shown],
    )
    if view == AGAINST:
        explain_both(query, candidates, subject)
    else:
        explain_one(query, shown[0], subject)
except CrossExamError as problem:
    error(choices.check(problem))
