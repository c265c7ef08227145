"""The view of an import: a source, its columns, what to do with bad rows, and its progress."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components.corpus_preview import left_out_table, preview_table
from components.headline import headline
from components.messages import error, notice, plain
from components.preparing import sentence
from search.contradictions import Rule
from search.types import BI_ENCODER, CROSS_ENCODER, CrossExamError
from state import choices, corpus_import, corpus_view
from state.corpus_import import (
    ENCODINGS,
    Columns,
    Imported,
    Preview,
    Split,
    SteppedTask,
    Wish,
    left_out_csv,
)
from state.permissions import Act, refusal

UPLOAD, PATH = "Upload a file", "A path on this server"
KINDS = ["jsonl", "ndjson", "csv", "tsv", "parquet", "zip", "md", "txt"]
NUMBERED, NO_TITLE = "(number the rows)", "(none)"
WHOLE, BY_TOKENS, BY_PARAGRAPH = "Keep documents whole", "Split by tokens", "Split by paragraph"
AS_BAD_ROWS = "As other bad rows (with the good rows: none)"
RULE_NAMES: dict[Rule | None, str] = {
    None: AS_BAD_ROWS,
    "highest": "Keep the highest grade",
    "last": "Keep the last grade",
    "mean": "Keep the mean, halves up",
    "none": "Keep none of them",
}
REFUSE, KEEP = "Refuse the import", "Keep the good rows"
READERS = {"the bi-encoder's tokens": BI_ENCODER, "the cross-encoder's tokens": CROSS_ENCODER}
ENCODING_NAMES = {
    "utf-8": "UTF-8",
    "windows-1252": "Windows-1252 (Western Europe)",
    "iso-8859-1": "ISO 8859-1 (Latin-1)",
}
REDRAW_SECONDS = 0.3


def show_import() -> None:
    """Draw the form, and the import that runs or ran."""
    headline("Import your own documents")
    st.markdown(
        "A BEIR folder (zipped), JSONL, CSV, TSV or Parquet, or a folder of Markdown or text files "
        "(zipped, or by its path). Nothing leaves this machine: the rows are checked, then copied "
        "into the local library."
    )
    outcome()
    with st.container(border=True):
        path = _source()
    if path is None:
        return
    encoding = choices.asked("import_encoding") or ENCODINGS[0]
    try:
        found = corpus_import.previewed(path, encoding)
    except CrossExamError as problem:
        _refused(problem)
        _encoding()
        return
    st.markdown(f"**{plain(path.name)}** is {plain(found.kind)}. Its first rows:")
    preview_table(found.rows, key="import_preview")
    _form(path, found)


def outcome() -> None:
    """What the import that was started last is doing, or what came of it."""
    task = corpus_import.running()
    if task is None:
        return
    if task.running:
        _progress(task)
    elif task.cancelled:
        notice("Cancelled: nothing was changed.")
    elif task.error is not None:
        _refused(task.error)
    elif task.result is not None:
        _imported(task.result)


@st.fragment(run_every=REDRAW_SECONDS)
def _progress(task: SteppedTask[Imported]) -> None:
    """How far the import is, and a way out."""
    if not task.running:
        st.rerun()
    status = task.status
    bar, stop = st.columns([5, 1], vertical_alignment="bottom")
    bar.progress(min(1.0, status.fraction or 0.0), text=plain(sentence(status)))
    stop.button(
        "Cancelling …" if task.cancelled else "Cancel",
        key="cancel_import",
        on_click=task.cancel,
        disabled=task.cancelled,
        help="It stops after the step that it is in." if task.cancelled else None,
        width="stretch",
    )


def _refused(problem: CrossExamError) -> None:
    error(corpus_import.without_folder(choices.check(problem)))
    st.caption("Nothing was changed: every corpus in the library is as it was.")


def _imported(result: Imported) -> None:
    with st.container(border=True):
        st.markdown(f"**Imported.** {plain(result.sentence)}")
        if result.left_out:
            left_out_table(
                [(row.file, row.line, row.reason) for row in result.left_out[:20]],
                total=sum(result.left_out_counts.values()),
                key="left_out",
            )
        if result.contradictions:
            left_out_table(
                [(row.file, row.line, row.reason) for row in result.contradictions[:20]],
                total=len(result.contradictions),
                key="contradictions",
                title="Contradictory judgments",
                caption="Pairs that are judged differently twice",
            )
        for warning in result.corpus.warnings[:3]:
            st.caption(plain(warning))
        first, second, _ = st.columns([1.4, 2, 2])
        if first.button("Open it", type="primary", key="open_imported", width="stretch"):
            corpus_import.forget()
            choices.choose_next(
                **{choices.CORPUS: result.entry.name, corpus_view.VIEW: "This corpus"}
            )
        if result.left_out or result.contradictions:
            second.download_button(
                "Download what was left out",
                left_out_csv(result),
                file_name="left-out.csv",
                mime="text/csv",
                key="left_out_csv",
                width="stretch",
            )


def _source() -> Path | None:
    """What the visitor gives: an uploaded file, or a path."""
    way = st.segmented_control(
        "Source",
        (UPLOAD, PATH),
        default=UPLOAD,
        required=True,
        key="import_way",
        persist_state="session",
        label_visibility="collapsed",
    )
    if way == UPLOAD:
        return source_file("A file or a zip", KINDS, "import_upload")
    if refused := refusal(Act.IMPORT_PATH):
        notice(refused)
        return None
    typed = st.text_input(
        "Path on the machine that runs CrossExam",
        key="import_path",
        persist_state="session",
        placeholder="/data/my-corpus or ~/notes",
    )
    return corpus_import.path_of(typed)


def source_file(label: str, kinds: Sequence[str], key: str) -> Path | None:
    """An uploaded file on the disk, None while there is none."""
    upload = st.file_uploader(plain(label), type=list(kinds), key=key)
    if upload is None:
        return None
    try:
        return corpus_import.staged(upload)
    except CrossExamError as problem:
        error(choices.check(problem))
        return None


def contradictions_rule(key: str) -> Rule | None:
    """The rule for judgments that give one pair several grades; None treats them as bad rows."""
    return st.selectbox(
        "Where one pair is judged differently twice",
        list(RULE_NAMES),
        format_func=RULE_NAMES.__getitem__,
        key=key,
        help="How many pairs it concerns is counted and shown after the import.",
    )


def _encoding() -> str:
    return str(
        st.selectbox(
            "Encoding of text files",
            ENCODINGS,
            format_func=lambda name: ENCODING_NAMES.get(name, name),
            key="import_encoding",
        )
    )


def _form(path: Path, found: Preview) -> None:
    try:
        columns = _columns(found)
    except CrossExamError as problem:
        error(choices.check(problem))
        return
    name_box, bad_box, encoding_box = st.columns(3)
    name = name_box.text_input(
        "Name of the corpus", value=path.stem, max_chars=80, key=f"import_name_{path.name}"
    )
    bad = bad_box.selectbox("When rows are bad", (REFUSE, KEEP), key="import_bad_rows")
    with encoding_box:
        encoding = _encoding()
    split, split_for = _splitting()
    queries = qrels = rule = None
    if not found.queries:
        with st.expander("Queries and judgments (optional; they can be added later)"):
            left, right = st.columns(2)
            with left:
                queries = source_file(
                    "Queries: JSONL, TSV (id, text) or lines", ["jsonl", "tsv", "txt"], "queries"
                )
            with right:
                qrels = source_file(
                    "Judgments: TREC qrels or BEIR TSV", ["tsv", "txt", "qrels"], "qrels"
                )
            rule = contradictions_rule("import_contradictions")
    elif found.judgments:
        st.caption("Its queries and judgments come with it.")
        rule = contradictions_rule("import_contradictions")
    task = corpus_import.running()
    if st.button(
        "Import",
        type="primary",
        key="start_import",
        disabled=task is not None and task.running,
        help="Another import is running." if task is not None and task.running else None,
    ):
        wish = Wish(
            path, name, columns, queries, qrels, split, split_for, bad == KEEP, encoding, rule
        )
        try:
            corpus_import.start(wish)
        except CrossExamError as problem:
            error(choices.check(problem))
        else:
            st.rerun()


def _columns(found: Preview) -> Columns | None:
    """Which column is what, as the visitor says; None where the format says it."""
    if not found.names:
        return None
    suggested = found.columns
    boxes = st.columns(3)
    id_names, title_names = [NUMBERED, *found.names], [NO_TITLE, *found.names]
    mark = "|".join(found.names)
    chosen_id = boxes[0].selectbox(
        "Column of the id",
        id_names,
        index=id_names.index(suggested.id) if suggested and suggested.id else 0,
        key=f"import_id_{mark}",
    )
    title = boxes[1].selectbox(
        "Column of the title",
        title_names,
        index=title_names.index(suggested.title) if suggested and suggested.title else 0,
        key=f"import_title_{mark}",
    )
    text = boxes[2].selectbox(
        "Column of the text",
        found.names,
        index=found.names.index(suggested.text) if suggested else 0,
        key=f"import_text_{mark}",
    )
    others = [each for each in found.names if each not in (chosen_id, title, text)]
    if others:
        st.caption(plain("Kept as fields: " + ", ".join(others)))
    return Columns(
        text, "" if chosen_id == NUMBERED else chosen_id, "" if title == NO_TITLE else title
    )


def _splitting() -> tuple[Split | None, str]:
    """How long documents are split, and by whose tokens."""
    way_box, whose_box, length_box, overlap_box = st.columns([1.6, 1.6, 1, 1])
    way = way_box.selectbox(
        "Long documents",
        (WHOLE, BY_TOKENS, BY_PARAGRAPH),
        key="import_split",
        help="Passages are what is ranked; for evaluation their scores are folded back to "
        "documents (MaxP: a document is as good as its best passage).",
    )
    if way == WHOLE:
        return None, BI_ENCODER
    if way == BY_PARAGRAPH:
        return Split("paragraph"), BI_ENCODER
    whose = whose_box.selectbox("Counted in", list(READERS), key="import_split_for")
    length = int(length_box.number_input("Tokens", 16, 4096, 200, step=10, key="import_length"))
    overlap = int(
        overlap_box.number_input(
            "Overlap", 0, length - 1, min(50, length - 1), step=5, key=f"import_overlap_{length}"
        )
    )
    return Split("tokens", length, overlap), READERS[whose]
