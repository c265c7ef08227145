"""Blind vote, setting one up: two pipelines, the queries, and the job that makes the lists."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.palette import stage_label
from components.common.wording import counted
from engine.quality.pipelines import PipelineSpec, grid, most_pairs
from engine.types import BI_ENCODER, FIRST_STAGES, CrossExamError, Query
from jobs.visitor_jobs import Slot
from pages.search.job_shown import job_shown
from pages.search.loaded_corpus import preparation_shown
from pages.search.others_work import others_work
from state import url_state
from state.app_resources import LoadedCorpus
from state.corpora.library import corpus_names
from state.ended_jobs import is_news
from state.permissions import Act, refusal
from state.quality import runs as quality
from state.share import blind_votes, vote_set_up

ALONE = ""
DEPTHS = (10, 20, 50, 100)
SHOWN = (3, 5, 10)
OF_CORPUS, TYPED = "of the corpus", "typed here"
FIRST_GLANCE = 0.3
EXAMPLE = "python snake\ncheap flights in May"


def set_up(*, expanded: bool) -> None:
    """The form, and the progress of the vote that is being set up."""
    job = vote_set_up.setting_up()
    if job is not None:
        job.wait(FIRST_GLANCE)
    others_work(Slot.BLIND_VOTE)
    at_work = job is not None and job.running
    with st.expander("Set up a vote", expanded=expanded or at_work):
        if refused := refusal(Act.BLIND_VOTE):
            notice(refused)
        else:
            _form(at_work=at_work)
        if job is None:
            return
        if job.running:
            job_shown(job, key="cancel_vote")
        elif job.value is not None:
            vote_set_up.put_away()
            blind_votes.open_vote(job.value.vote_id)
            st.rerun()
        elif not is_news(job):
            return
        elif job.error is not None:
            error(url_state.error_message(job.error))
        elif job.cancelled:
            notice("Cancelled: no vote was set up.")


def _form(*, at_work: bool) -> None:
    names = corpus_names()
    current = url_state.current().corpus
    title_box, corpus_box, shown_box = st.columns([3, 1.5, 1], vertical_alignment="bottom")
    title = title_box.text_input(
        "What voters are asked",
        vote_set_up.DEFAULT_TITLE,
        key="vote_title",
        max_chars=vote_set_up.LONGEST_TITLE,
        persist_state="session",
    )
    corpus = corpus_box.selectbox(
        "Corpus",
        names,
        index=names.index(current) if current in names else 0,
        key="vote_corpus",
        persist_state="session",
    )
    shown = shown_box.selectbox(
        "Documents in a list", SHOWN, index=1, key="vote_shown", persist_state="session"
    )
    left, right = st.columns(2, gap="large")
    with left:
        first = _pipeline("One pipeline", "one", corpus, reranked=False)
    with right:
        second = _pipeline("The other", "other", corpus, reranked=True)
    try:
        loaded = preparation_shown(corpus).result()
    except CrossExamError as problem:
        error(url_state.error_message(problem))
        return
    queries = _queries(loaded)
    button_box, text_box = st.columns([1.2, 4], vertical_alignment="center")
    if button_box.button(
        "Set it up",
        key="set_up_vote",
        type="primary",
        disabled=at_work,
        help="A vote is being set up." if at_work else None,
        width="stretch",
    ):
        try:
            vote_set_up.start(
                loaded, title=title, queries=queries, pipelines=(first, second), shown=shown
            )
        except CrossExamError as problem:
            error(url_state.error_message(problem))
        else:
            st.rerun()
    pairs = len(queries) * most_pairs((first, second))
    against = " against ".join(vote_set_up.plain_names((first, second)))
    text_box.caption(
        plain(
            f"{against}: {counted(len(queries), 'query', 'queries')}, "
            f"at most {counted(pairs, 'pair')} to read. Nobody sees which is which "
            "until you end the vote."
        )
    )


def _pipeline(label: str, key: str, corpus: str, *, reranked: bool) -> PipelineSpec:
    """One pipeline: its first stage, what reranks it, and how many candidates."""
    firsts = [*FIRST_STAGES, *quality.retriever_stages(corpus)]
    models = [ALONE, *quality.reranker_names()]
    first_box, model_box, depth_box = st.columns([1.3, 1.3, 1])
    first = first_box.selectbox(
        plain(label),
        firsts,
        index=firsts.index(BI_ENCODER),
        format_func=stage_label,
        key=f"vote_first_{key}",
        persist_state="session",
    )
    model = model_box.selectbox(
        "reranked by",
        models,
        index=1 if reranked else 0,
        format_func=lambda name: vote_set_up.ranker_label(name) if name else "nothing",
        key=f"vote_model_{key}",
        persist_state="session",
    )
    depth = depth_box.selectbox(
        "candidates", DEPTHS, index=1, key=f"vote_depth_{key}", persist_state="session"
    )
    (spec,) = grid(
        [first],
        [model] if model else [],
        [depth],
        alone=not model,
        settings=url_state.current().settings,
    )
    return spec


def _queries(loaded: LoadedCorpus) -> Sequence[Query]:
    """Queries of the corpus, a sample of them that is always the same, or those that are typed."""
    of_corpus = loaded.corpus.queries
    kind = st.segmented_control(
        "Queries",
        (OF_CORPUS, TYPED),
        default=OF_CORPUS,
        required=True,
        key="vote_queries",
        persist_state="session",
    )
    if kind == TYPED or not of_corpus:
        if not of_corpus:
            st.caption("This corpus has no queries of its own.")
        text = st.text_area(
            "One query a line",
            key="vote_typed",
            placeholder=EXAMPLE,
            max_chars=vote_set_up.MOST_QUERIES * 200,
            persist_state="session",
        )
        return vote_set_up.typed_queries(text, of_corpus)
    most = min(len(of_corpus), vote_set_up.MOST_QUERIES)
    count = st.number_input(
        f"How many of its {len(of_corpus):,}",
        1,
        most,
        min(most, 20),
        key=f"vote_count_{loaded.corpus.info.fingerprint}",
        help="A random sample, always the same one; a voter need not answer all of them.",
        width=200,
    )
    return quality.chosen_queries(of_corpus, frozenset(), int(count))
