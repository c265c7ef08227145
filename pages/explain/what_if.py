"""What if: edit a query or a document word by word, and see scores and list move."""

from __future__ import annotations

import streamlit as st

from components.common.cut_text import cut_notice, cut_text
from components.common.job_progress import job_progress
from components.common.messages import error, notice, plain
from components.common.wording import humanised
from components.explain.pair_scores import signed
from components.explain.what_if_words import (
    bi_place_words,
    edit_words,
    no_swap_words,
    outcome_words,
    place_words,
    swap_words,
)
from components.explain.word_editor import EditorWord, word_editor
from components.search.headline import headline
from components.search.mini_ranking import mini_ranking
from engine.explain.counterfactual import MASK, Change, Edit, EditedText, Swap
from engine.types import CrossExamError
from jobs.job import Job
from pages.explain.document_picker import picked_document
from pages.explain.model_picker import default_only
from state import url_state as choices
from state.explain.what_if import (
    SwapSearch,
    WhatIf,
    edit_of,
    read_until,
    swap_search,
    what_if,
    word_spans,
)
from state.polling import redraw_while

CLICK, WRITE = "Click words", "Edit the text"
FIRST_GLANCE = 0.2
BUDGETS = (100, 200, 400, 800)
LONGEST_TEXT = 20_000


def words_of(text: EditedText, until: int | None = None) -> list[EditorWord]:
    """The words of a text as the editor draws them; those beyond `until` are not read."""
    by = {change.span: change.by for change in text.changes}
    words, at = [], 0
    for span in word_spans(text.base):
        start, end = span
        read = until is None or text.place(start) < until
        words.append(EditorWord(text.base[at:start], text.base[start:end], by.get(span), read))
        at = end
    return words


def click_words(lab: WhatIf) -> None:
    """The chips; a change of theirs is taken at once."""
    edit = lab.edit
    spans = {"query": word_spans(edit.query.base), "document": word_spans(edit.document.base)}
    changed = word_editor(
        words_of(edit.query),
        words_of(edit.document, read_until(edit)),
        token=lab.token,
        revision=lab.revision,
        mask=MASK,
        key="word_editor",
    )
    if changed and lab.take(edit_of(edit, spans, changed.by), changed.revision):
        st.rerun()


def write_text(lab: WhatIf) -> None:
    """Both texts as fields."""
    edit, version = lab.edit, f"{lab.token}_{lab.revision}"
    query = _field(
        "Query", edit.query.text, f"own_words_query_{version}", 70, choices.LONGEST_QUERY
    )
    text = edit.document.text
    longest = max(LONGEST_TEXT, len(text))
    document = _field("Document", text, f"own_words_document_{version}", 340, longest)
    st.caption("Ctrl+Enter, or a click elsewhere, scores what you wrote.")
    wanted = Edit(
        edit.query if query == edit.query.text else EditedText(query),
        edit.document if document == text else EditedText(document),
    )
    if lab.take(wanted):
        st.rerun()


def _field(label: str, text: str, key: str, height: int, longest: int) -> str:
    """What stands in a field that cuts a longer text, and says so."""
    written = st.text_area(
        plain(label), text, key=key, height=height, on_change=cut_text, args=(key, longest)
    )
    cut_notice(key, f"The {label.lower()}")
    return written


def said(lab: WhatIf) -> str:
    """What was edited, in a few words."""
    sides = (
        (lab.edit.query, lab.unedited.query, "query"),
        (lab.edit.document, lab.unedited.document, "document"),
    )
    puts = [change.by for text, _, _ in sides for change in text.changes]
    dropped, masked = puts.count(""), puts.count(MASK)
    return edit_words(
        dropped=dropped,
        masked=masked,
        replaced=len(puts) - dropped - masked,
        rewritten=[name for text, before, name in sides if text.base != before.base],
    )


def watching(job: Job[Swap] | Job[dict[str, float]], key: str) -> None:
    """How far a job is, and a way out; the page is drawn anew when it ends."""
    redraw_while(
        lambda: job.running,
        lambda: job_progress(job.progress, key=key, cancel=job.cancel, cancelled=job.cancelled),
    )


def scores(lab: WhatIf) -> None:
    """The pair under both models, before and after."""
    before, after = lab.pair(lab.unedited), lab.pair(lab.edit)
    logit, cosine = st.columns(2)
    logit.metric(
        "Cross-encoder logit",
        signed(after.logit),
        delta=f"{after.logit - before.logit:+.2f}" if lab.changed else None,
        delta_color="off",
        help=f"Raw output of the model; {signed(before.logit)} before the edit. No probability.",
    )
    cosine.metric(
        "Bi-encoder cosine",
        signed(after.cosine, 3),
        delta=f"{after.cosine - before.cosine:+.3f}" if lab.changed else None,
        delta_color="off",
        help=f"Inner product of the two unit vectors; {signed(before.cosine, 3)} before the edit.",
    )
    if lab.changed:
        st.caption(plain(bi_place_words(before.bi_rank, after.bi_rank, after.bi_of)))


def new_order(lab: WhatIf) -> None:
    """The list after the edit, or how far its scoring is."""
    edited = lab.edited_list()
    if edited is None:
        job = lab.rescoring()
        job.wait(FIRST_GLANCE)
        edited = lab.edited_list()
        if edited is None:
            if job.running:
                st.caption("A changed query changes every score, so all candidates are read again.")
                watching(job, "cancel_rescoring")
            elif job.error is not None:
                error(choices.check(job.error))
            else:
                notice("Cancelled: the list was not scored for this query.")
                st.button("Score the list", key="rescore", on_click=lab.rescore_again)
            return
    store = lab.store
    shown = [h.doc_id for h in edited.ranking.hits[:10]]
    documents = store.get(list(dict.fromkeys([*shown, lab.document.doc_id])))
    mini_ranking(
        edited.ranking,
        {document.doc_id: document.title for document in documents},
        movements=edited.movements,
        chosen=lab.document.doc_id,
        against="the original list",
        key="new_order",
    )
    seconds = humanised(lab.pair(lab.edit).seconds)
    if not lab.changed:
        st.caption("The cross-encoder's list as the search found it.")
    elif lab.edit.query.text == lab.unedited.query.text:
        st.caption(
            f"Only this pair was scored again, in {plain(seconds)}; all others keep their scores."
        )
    else:
        st.caption(
            f"All {len(edited.ranking.hits):,} pairs were scored for the edited query. The "
            "candidates stay those that the original query found."
        )


def result_line(lab: WhatIf) -> str:
    """The one sentence above all."""
    if not lab.changed:
        return "Change a word, and see what the ranking makes of it"
    before, after = lab.pair(lab.unedited), lab.pair(lab.edit)
    text = f"{said(lab)}: {outcome_words(before.logit, after.logit)}"
    edited = lab.edited_list()
    if edited is None:
        return text + "."
    moved = edited.movements[lab.document.doc_id]
    if moved.before is None or moved.after is None:
        return text + "."
    place = place_words(moved.before, moved.after, len(edited.ranking.hits))
    return f"{text}, and the document {place}."


def smallest_edit(search: SwapSearch) -> None:
    """The search for the fewest words whose loss swaps #1 and #2."""
    st.subheader("The smallest edit that swaps #1 and #2", anchor=False)
    pair = search.first_two
    if pair is None:
        notice("The list has one document, so there is nothing to swap it with.")
        return
    first = pair[0]
    names = [document.title or document.doc_id for document in pair]
    st.markdown(
        plain(
            f"Which words hold “{names[0]}” above “{names[1]}”? This drops up to 3 words of #1's "
            "document (never of the query): every word alone, then pairs and triples of the 12 "
            "most harmful ones, until #1 scores below #2 or the budget is spent."
        )
    )
    pick, go, _ = st.columns([1.3, 1.2, 3], vertical_alignment="bottom")
    budget = pick.selectbox(
        "Forward passes at most", BUDGETS, index=2, key="swap_budget", persist_state="session"
    )
    job = search.job
    if go.button(
        "Find it",
        key="find_swap",
        disabled=job is not None and job.running,
        help="It is searching." if job is not None and job.running else None,
        width="stretch",
    ):
        search.start(int(budget))
        st.rerun()
    if job is None:
        return
    if job.running:
        watching(job, "cancel_swap")
        return
    if job.error is not None:
        error(choices.check(job.error))
        return
    found = job.value
    if found is None:
        notice("Cancelled.")
        return
    words = swap_words(
        [word.text for word in found.dropped],
        title=names[0],
        before=search.first_score,
        score=found.score,
        rival=found.rival,
        rival_title=names[1],
        exhaustive=found.exhaustive,
        passes=found.passes,
        budget=found.budget,
    )
    if not words:
        notice(
            no_swap_words(
                found.tried,
                exhaustive=found.exhaustive,
                passes=found.passes,
                budget=found.budget,
                cancelled=job.cancelled,
            )
        )
        return
    st.success(plain(words))
    if st.button("Show it in the editor", key="show_swap"):
        changes = tuple(Change(word.span) for word in found.dropped)
        edit = Edit(EditedText(picked.trace.query), EditedText(first.content, changes))
        what_if(picked.ready, picked.trace, picked.ranking, first).take(edit)
        choices.choose_next(**{choices.DOCUMENT: first.doc_id})


choose, mode_column, undo_column, reset_column = st.columns(
    [4, 1.9, 0.8, 0.8], vertical_alignment="bottom"
)
with choose:
    picked = picked_document(
        "Type a query above. Then drop, mask or replace words of the query and of a document, and "
        "see both models' scores and the whole list's order change."
    )
with mode_column:
    mode = st.segmented_control(
        "How to edit",
        [CLICK, WRITE],
        default=CLICK,
        required=True,
        key="what_if_mode",
        persist_state="session",
        label_visibility="collapsed",
    )
default_only()
lab = what_if(picked.ready, picked.trace, picked.ranking, picked.document)
undo_column.button(
    "Undo",
    key="undo",
    on_click=lab.undo,
    disabled=not lab.can_undo,
    help=None if lab.can_undo else "Nothing was changed yet.",
    width="stretch",
)
reset_column.button(
    "Reset",
    key="reset",
    on_click=lab.reset,
    disabled=not lab.changed,
    help=None if lab.changed else "Both texts are as the search found them.",
    width="stretch",
)
try:
    headline(result_line(lab))
    words, outcome = st.columns([1.25, 1], gap="large")
    with words:
        (click_words if mode == CLICK else write_text)(lab)
        st.caption(
            plain(
                "Both models read the edited text itself: a dropped word is cut out, a masked one "
                "stands as one [MASK] token, a replaced one as you typed it. In a document over "
                "the limit, what follows moves up."
            )
        )
    with outcome:
        scores(lab)
        for sentence_ in lab.notices():
            notice(sentence_)
        new_order(lab)
    smallest_edit(swap_search(picked.ready, picked.trace, picked.ranking))
except CrossExamError as problem:
    error(choices.check(problem))
