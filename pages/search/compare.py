"""Compare: the rankings of every stage side by side for one query."""

from __future__ import annotations

from itertools import combinations

import streamlit as st

from components.common.messages import error, notice, plain
from components.common.palette import stage_label
from components.common.ranker_wording import usage_words
from components.common.wording import counted
from components.search.agreement_table import agreement_table
from components.search.example_queries import example_chips
from components.search.headline import headline
from components.search.introduction import introduction
from components.search.rank_lookup_table import rank_lookup_table
from components.search.ranking_columns import ranking_columns
from components.search.stage_strip import stage_strip
from engine.quality.passage_judgments import grades_of, passages_in
from engine.search.agreement import agreement
from engine.search.csv_export import comparison_csv
from engine.search.folding import best_listed, best_passages, fold_by, fold_trace
from engine.search.judged_change import judged_sentence, list_quality
from engine.search.movement import movements, summary
from engine.search.stages.precision import precision_note
from engine.types import BLEND, CROSS_ENCODER, STAGES, CrossExamError, SearchTrace
from engine.types.ranker_names import is_encoder, name_of, stage_of
from pages.search.embedding_progress import embedding_shown
from pages.search.loaded_corpus import opened
from state import url_state as choices
from state.explain.attention_maps import preload, ranking_engine
from state.polling import redraw_while
from state.search import search_jobs as searches

SHOWN_BY_DEFAULT = [stage for stage in STAGES if stage != BLEND]
LEAST_COLUMNS, MOST_COLUMNS = 2, 6
FIRST_GLANCE = 0.2  # the first stages are done by then, so the first drawing has them

chosen = choices.current()
ready = opened(chosen)

corpus = ready.corpus
clicked_example = example_chips(choices.examples(corpus.queries), first=4, key="examples")
if clicked_example and clicked_example != chosen.query:
    choices.choose_next(**{choices.QUERY: clicked_example})
# A place of its own, emptied at once: left to be pushed down by the first ranking, the
# introduction would carry the eye away with it.
before_the_first_search = st.empty()
if not chosen.query:
    about = corpus.description + ("." if corpus.description else "")
    with before_the_first_search.container():
        introduction("Type a query, or click one of the examples")
        st.caption(
            plain(f"{counted(corpus.info.documents, 'document')} in {corpus.info.name}. {about}")
        )
    st.stop()

embedding = embedding_shown(ready.searcher, chosen.settings)
search = searches.search(ready.searcher, chosen.query, chosen.settings)
job = search.job
job.wait(FIRST_GLANCE)

additional = [stage_of(name) for name in chosen.settings.rerankers]
offered = [*STAGES, *additional]
show_columns, show_baseline, show_top = st.columns([4, 1.6, 1.2], vertical_alignment="center")
with show_columns:
    picked = st.pills(
        "Columns",
        offered,
        selection_mode="multi",
        default=[*SHOWN_BY_DEFAULT, *additional][:MOST_COLUMNS],
        format_func=lambda stage: plain(stage_label(stage)),
        key="columns" if not additional else f"columns {' '.join(additional)}",
        persist_state="session",
        label_visibility="collapsed",
    )
with show_baseline:
    baseline = st.selectbox(
        "Movement against",
        offered,
        index=offered.index(chosen.settings.first_stage),
        format_func=lambda stage: f"Movement against {stage_label(stage)}",
        label_visibility="collapsed",
        key=f"baseline_{chosen.settings.first_stage}",
    )
with show_top:
    top = st.selectbox(
        "Rows",
        (10, 20, 50),
        format_func=lambda rows: f"Top {rows}",
        key="rows",
        persist_state="session",
        label_visibility="collapsed",
    )
stages = [stage for stage in offered if stage in picked] or list(SHOWN_BY_DEFAULT)
if len(stages) > MOST_COLUMNS:
    notice(f"Only {MOST_COLUMNS} rankings fit side by side: the first {MOST_COLUMNS} are shown.")
    stages = stages[:MOST_COLUMNS]
if len(stages) < LEAST_COLUMNS:
    notice(f"One ranking alone compares with nothing: choose {LEAST_COLUMNS} to {MOST_COLUMNS}.")
taking_part = [stage_of(name) for name in search.settings.rerankers]
waiting = {
    stage: "It has to embed the corpus first: see above."
    if stage in embedding
    else "It is asked once the embedding above is done, so that it is asked only once."
    for stage in additional
    if stage not in taking_part
}
known_query = corpus.query_for_text(chosen.query)
judgments = corpus.judgments(known_query.query_id) if known_query else {}
by_document = corpus.split and st.toggle(
    "One card a document, by its best passage (MaxP)", key="by_document", persist_state="session"
)


def still_scoring(trace: SearchTrace, stage: str) -> bool:
    """Whether a running search has not yet finished a stage that scores pairs."""
    if is_encoder(stage) or (stage not in (CROSS_ENCODER, BLEND) and name_of(stage) is None):
        return False
    done = [timing.stage for timing in trace.timings]
    return stage == trace.scoring or stage not in done or trace.scoring == CROSS_ENCODER


def rankings_so_far() -> None:
    """The part that is redrawn while the cross-encoder scores."""
    running = job.running
    if job.problem is not None:
        error(choices.check(job.problem))
        return
    trace = search.trace
    if trace is None:
        return
    passages: dict[str, dict[str, str]] = {}
    if by_document:
        passages = best_passages(trace, corpus.store)
        trace = fold_trace(trace, corpus.store)
    listed = list(dict.fromkeys(doc_id for r in trace.rankings for doc_id in r.ids()))
    grades = grades_of(corpus.store.get(listed), judgments) if judgments else {}
    first_stage = chosen.settings.first_stage
    sentence = summary(
        trace,
        first_stage,
        CROSS_ENCODER,
        "cross-encoder",
        grades=grades,
        against="" if baseline == first_stage else stage_label(first_stage),
    )
    judged = {r.stage: fold_by(corpus.store, r) if corpus.split else r for r in trace.rankings}
    first, last = judged.get(chosen.settings.first_stage), judged.get(CROSS_ENCODER)
    detail = "" if judgments else None
    if sentence and not running and first is not None and last is not None:
        detail = judged_sentence(first, last, judgments) or None
    if running and trace.to_score:
        reader = (
            "The cross-encoder" if name_of(trace.scoring) is None else stage_label(trace.scoring)
        )
        sentence = f"{reader} is reading pair {trace.scored} of {trace.to_score} …"
    headline(sentence or "Searching …", detail, key="headline_compare")
    stage_strip(trace, key="strip")
    base = trace.ranking(baseline)
    rankings = [ranking for stage in stages if (ranking := trace.ranking(stage)) is not None]
    moved = {r.stage: movements(base, r) for r in rankings} if base is not None else {}
    shown_texts = (
        passages.get(ranking.stage, {}).get(doc_id, doc_id)
        for ranking in rankings
        for doc_id in ranking.ids(top)
    )
    visible = list(dict.fromkeys(shown_texts))
    documents = corpus.store.get(visible)
    clicked = ranking_columns(
        trace,
        {document.doc_id: document for document in documents},
        stages=stages,
        baseline=baseline,
        movements=moved,
        snippets=ready.searcher.snippets(chosen.query, documents),
        judgments=grades,
        quality={
            stage: quality
            for stage, ranking in judged.items()
            if (quality := list_quality(ranking, judgments)) is not None
        },
        pending=[s for s in stages if s not in waiting and still_scoring(trace, s)]
        if running
        else [],
        waiting=waiting,
        top=top,
        passages=passages,
        opened=choices.opened_card(chosen.query),
        key="ranking_columns",
    )
    if clicked is not None:
        choices.card_opened(chosen.query, clicked.stage, clicked.doc_id)
        choices.set_next(**{choices.DOCUMENT: clicked.doc_id})
        st.switch_page("pages/explain/attention.py")


redrawn = redraw_while(lambda: job.running, rankings_so_far)
if redrawn or job.problem is not None or search.trace is None:
    st.stop()

preload()
trace = search.trace
if trace.measured_seconds(CROSS_ENCODER) and st.button(
    "Score afresh",
    key="score_afresh",
    icon=":material/refresh:",
    help="Compute the cross-encoder's scores again, none from memory, to see what they cost.",
):
    searches.score_afresh(search)
    st.rerun()
if note := precision_note(ranking_engine()):
    st.caption(plain(note))
for text in ready.searcher.reading_notices(trace):
    notice(text)
for stage, failure in trace.failures.items():
    error(choices.check(CrossExamError(f"{stage_label(stage)}: {failure}")))
if trace.failures and st.button("Try again", key="try_again"):
    searches.forget_failed()
    st.rerun()
for stage, used in trace.usage.items():
    st.caption(plain(f"{stage_label(stage)} consumed for this query: {usage_words(used)}."))
if known_query is not None and known_query.note:
    st.caption(f"What this query tests: {plain(known_query.note)}")

left, right = st.columns([1.15, 1], gap="large")
with left:
    st.subheader("Do the rankings agree?", anchor=False)
    compared = fold_trace(trace, corpus.store) if by_document else trace
    shown = [r for stage in stages if (r := compared.ranking(stage)) is not None and r.hits]
    agreement_table([agreement(a, b) for a, b in combinations(shown, 2)], key="agreement")
with right:
    st.subheader("Where is …?", anchor=False)
    wanted = st.text_input(
        "Find a document by its id or title", key="where", placeholder="Ball python care guide"
    )
    if wanted.strip():
        found = corpus.store.find(wanted, limit=20)
        if not found:
            notice(f"No document of {corpus.info.name} has an id or title with {wanted.strip()!r}.")
        else:
            document = found[0]
            if len(found) > 1:
                document = st.selectbox(
                    f"{counted(len(found), 'document')} match",
                    found,
                    format_func=lambda d: f"{d.title or d.doc_id} ({d.doc_id})",
                    key="where_which",
                )
            if by_document and document.parent_id is not None:
                parts = passages_in(corpus.store, [document.parent_id])[document.parent_id]
                (document,) = corpus.store.get([best_listed(trace.rankings, parts)])
            answer = ready.searcher.where(document, compared, chosen.settings)
            rank_lookup_table(answer, document, key="where_table")
            for grade in grades_of([document], judgments).values():
                of = f", as a passage of {document.parent_id}" if document.parent_id else ""
                st.caption(plain(f"Judged {grade} for this query{of}."))
listed = list(dict.fromkeys(d for r in trace.rankings for d in r.ids()))
listed_documents = corpus.store.get(listed)
st.download_button(
    "Download this comparison (CSV)",
    comparison_csv(
        trace,
        {document.doc_id: document for document in listed_documents},
        grades_of(listed_documents, judgments),
        stages=stages,
        baseline=baseline,
    ),
    file_name="crossexam-comparison.csv",
    mime="text/csv",
    icon="⬇️",
)
