"""MaxSim: late interaction on a pair, with the whole matrix that its score is the sum of."""

from __future__ import annotations

import streamlit as st

from components.common import stage
from components.common.messages import error, notice, plain
from components.explain.maxsim_matrix import maxsim_matrix
from components.explain.maxsim_wording import match_sentence, verdict_sentence
from components.search.headline import headline
from engine.types import CrossExamError
from pages.explain.link_names import LATE_MODEL
from pages.explain.pair_picker import picked_texts
from state import url_state
from state.explain.maxsim import note, offered, token_matches
from state.models.catalogue import maxsim_measured

try:
    query, candidates = picked_texts()
    models = offered()
    model = ""
    if url_state.widget_value(LATE_MODEL.session_key) not in models:
        url_state.forget(LATE_MODEL.session_key)
    if len(models) > 1:
        model = st.selectbox(
            "Late-interaction model",
            models,
            format_func=lambda name: name or "packaged encoder",
            key=LATE_MODEL.session_key,
            persist_state="session",
        )
    with st.spinner("Matching tokens …", show_time=True):
        pairs = [token_matches(model, query, candidate.text) for candidate in candidates]
except CrossExamError as problem:
    error(url_state.error_message(problem))
    st.stop()

for number, (candidate, matches) in enumerate(zip(candidates, pairs, strict=True)):
    with stage.picture(f"sentence_{number}"):
        headline(f"MaxSim {matches.score:.4f}: {candidate.title}", key=f"headline_{number}")
    st.caption(plain(match_sentence(matches)))
    name = f"document {number + 1}: {candidate.title}"
    with stage.picture(str(number)):
        maxsim_matrix(matches, title=name, key=f"matrix_{number}")
if len(pairs) == 2 and pairs[0].score != pairs[1].score:
    ahead = 0 if pairs[0].score > pairs[1].score else 1
    gap = abs(pairs[0].score - pairs[1].score)
    notice(f"{candidates[ahead].title} is ahead by {gap:.4f}.")
st.caption("Shades run from the smallest cosine of a matrix to its largest.")
st.markdown(
    "Query and document are read apart, as a bi-encoder reads them, and only their tokens meet: "
    "each query token takes the document token most like it (the outlined cell), and the score is "
    "the sum of these maxima. Nothing is averaged away, yet document tokens can be computed "
    "before anybody asks."
)
st.subheader("Which model this is", anchor=False)
st.markdown(plain(f"{pairs[0].model}: {note(model)}."))
if not model:
    st.markdown(plain(verdict_sentence(maxsim_measured())))
