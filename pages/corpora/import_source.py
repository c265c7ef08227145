"""Where an import comes from: an uploaded file or a path, and its queries and judgments."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from components.common.messages import error, notice, plain
from components.corpora.judgment_boxes import contradictions_rule, grade_words
from engine.types import BI_ENCODER, CrossExamError
from state import url_state
from state.corpora import imports as corpus_import
from state.corpora.imports import ImportRequest, Preview
from state.permissions import Act, refusal

UPLOAD, PATH = "Upload a file", "A path on this server"
KINDS = [
    *("csv", "tsv", "tab", "psv", "jsonl", "ndjson", "json", "parquet", "zip", "gz"),
    *("md", "txt", "xml", "sgml", "sgm", "trec"),
]
QUERIES = ["jsonl", "json", "tsv", "csv", "txt", "xml", "topics", "parquet", "gz"]
QRELS = ["qrels", "tsv", "csv", "txt", "jsonl", "json", "parquet", "gz"]
QUERIES_LABEL = "Queries: a table or JSON of id and text, TREC topics, or lines"
QRELS_LABEL = "Judgments: TREC qrels, or a table or JSON of query, document, grade"


def import_source() -> Path | None:
    """The file or folder to import, uploaded or by its path; None while there is none."""
    source = st.segmented_control(
        "Source",
        (UPLOAD, PATH),
        default=UPLOAD,
        required=True,
        key="import_way",
        persist_state="session",
        label_visibility="collapsed",
    )
    if source == UPLOAD:
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
        error(url_state.error_message(problem))
        return None


def judgment_files(queries_key: str, qrels_key: str) -> tuple[Path | None, Path | None]:
    """The uploaded files of queries and of judgments, each None while there is none."""
    left, right = st.columns(2)
    with left:
        queries = source_file(QUERIES_LABEL, QUERIES, queries_key)
    with right:
        qrels = source_file(QRELS_LABEL, QRELS, qrels_key)
    return queries, qrels


def queries_and_judgments(preview: Preview) -> ImportRequest:
    """A request with the queries and judgments that come along."""
    queries = qrels = judgments = None
    rule, grades_text = None, ""
    if not preview.queries or not preview.judgments:
        with st.expander("Queries and judgments (optional; they can be added later)"):
            queries, qrels = judgment_files("queries", "qrels")
            rule = contradictions_rule("import_contradictions")
            grades_text = grade_words("import_grades")
    else:
        st.caption("Its queries and judgments come with it.")
        if len(preview.splits) > 1:
            judgments = st.selectbox("Judgments of", preview.splits, key="import_judgments")
        rule = contradictions_rule("import_contradictions")
    return ImportRequest(
        Path(), "", None, queries, qrels, None, BI_ENCODER, False, "", rule,
        grades_text=grades_text, judgments=judgments,
    )  # fmt: skip
