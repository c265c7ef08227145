"""Quality: is the reranker worth it on this corpus, and where does it fail?"""

from __future__ import annotations

import streamlit as st

from components.common.messages import empty, error, notice
from components.search.headline import headline
from engine.quality.evaluation import judged_queries
from engine.types import CrossExamError
from pages.quality.budget.budget import token_budget
from pages.quality.calibration.calibration import calibration
from pages.quality.calibration.without_run import without_run
from pages.quality.changes import changed_queries
from pages.quality.context import QualityContext
from pages.quality.failures import failure_types
from pages.quality.fusion import fusion
from pages.quality.gate.gate import when_to_rerank
from pages.quality.judging.judge import judging
from pages.quality.link_names import (
    CALIBRATION,
    FAILURES,
    FUSION,
    JUDGE,
    QUERIES,
    RECALL_AT,
    RESULTS,
    TOKEN_BUDGET,
    TWO,
    WHEN_TO_RERANK,
)
from pages.quality.results.results import results
from pages.quality.runs.run_choice import choose_run
from pages.quality.runs.run_panel import run_panel
from pages.quality.runs.two_runs import two_runs
from pages.search.loaded_corpus import opened
from state import url_state
from state.quality import auto_judge as auto_judge
from state.quality import runs as quality
from state.quality.figures import figures
from state.quality.judging import AGGREGATION_KEY, aggregations, chosen_aggregation, qrels_of

PARTS = {
    RESULTS: results,
    QUERIES: changed_queries,
    JUDGE: judging,
    FUSION: fusion,
    FAILURES: failure_types,
    WHEN_TO_RERANK: when_to_rerank,
    TOKEN_BUDGET: token_budget,
    TWO: two_runs,
    CALIBRATION: calibration,
}
WITHOUT_JUDGMENTS = (JUDGE, TWO, CALIBRATION)

chosen = url_state.current()
loaded = opened(chosen, of_query=False)
if not loaded.corpus.queries:
    empty(
        "This corpus has no queries",
        f"{loaded.corpus.info.name} came without a query set, so there is nothing to measure. "
        "Choose a corpus with queries, or add queries and judgments to this one.",
    )
    st.stop()

QUESTION = "Is the reranker worth it on this corpus, and where does it fail?"
head = st.empty()
with head:
    headline(QUESTION)
aggregation_words = aggregations()
is_asked = url_state.widget_value("quality_part") == CALIBRATION  # the part that needs no run
first_time = not quality.saved_runs(loaded.corpus.info.fingerprint) and not is_asked
judged_query_ids = frozenset(judged_queries(qrels_of(loaded, chosen_aggregation())))
run_panel(loaded, judged_query_ids, first_time=first_time)
run_box, drop_box, recall_box, aggregation_box = st.columns(
    [5.2, 1.2, 1.1, 2.2], vertical_alignment="bottom"
)
run_id = choose_run(loaded, run_box, drop_box)
if run_id is None:
    without_run(loaded, head)
    st.stop()
recall_at = recall_box.selectbox(
    "Recall at", RECALL_AT, index=1, key="quality_recall", persist_state="session"
)
counting_rule = aggregation_box.selectbox(
    "Judgments count as",
    list(aggregation_words),
    format_func=lambda name: aggregation_words[name],
    key=AGGREGATION_KEY,
    persist_state="session",
)
try:
    run = quality.opened(loaded.corpus.info.fingerprint, run_id)
except CrossExamError as problem:
    error(url_state.error_message(problem))
    st.stop()

part = st.segmented_control(
    "Part",
    list(PARTS),
    default=RESULTS,
    required=True,
    key="quality_part",
    persist_state="session",
    label_visibility="collapsed",
)
unmeasured: CrossExamError | None = None
try:
    measured = figures(loaded, run, counting_rule, int(recall_at))
except CrossExamError as problem:
    measured, unmeasured = (), problem
context = QualityContext(
    loaded, run, counting_rule, measured, url_state.is_dark(), int(recall_at), head
)
auto_judged = part == RESULTS and auto_judge.has_judged(loaded, run)
if unmeasured is not None and part not in WITHOUT_JUDGMENTS and not auto_judged:
    notice(f"{url_state.error_message(unmeasured)} Judge documents under “{JUDGE}” to get figures.")
    st.stop()
with st.container(key=f"quality_part_{part.replace(' ', '_').lower()}"):
    PARTS[part](context)
