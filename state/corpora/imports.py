"""A visitor's import: the uploaded files, the running work, and what came of it."""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Protocol, cast

import streamlit as st

from corpora.importing.checking import Checked, check_source
from corpora.importing.importing import Imported, Source
from corpora.importing.splitting import Split
from corpora.judgments.grades import grades_from_text
from corpora.readers.preview import Preview, preview
from corpora.readers.read_options import ENCODINGS, ReadOptions
from corpora.readers.tables.columns import Columns
from corpora.readers.tables.table_layout import SEPARATORS, Layout
from engine.types import BI_ENCODER, CrossExamError
from engine.types.contradictory_judgments import Rule
from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.app_resources import preparations, workbench
from state.permissions import Act, require
from state.visitor import visitor_work
from system.csv_writing import csv_text
from system.storage import atomic_path, cache_folder

__all__ = [
    "ENCODINGS", "SEPARATORS", "Checked", "Columns", "Imported", "Layout", "Preview", "Split",
]  # fmt: skip
LONGEST_NAME = 100
KEPT_FOR = 24 * 3600  # seconds that an upload nobody imported stays
_PREVIEW, _CHECK = "_import_preview", "_import_check"


class Upload(Protocol):
    """What st.file_uploader gives."""

    @property
    def name(self) -> str: ...

    @property
    def file_id(self) -> str: ...

    def getbuffer(self) -> memoryview: ...


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What the visitor asked for on the import form."""

    path: Path
    name: str
    columns: Columns | None
    queries: Path | None
    qrels: Path | None
    split: Split | None
    split_for: str
    keep_good: bool
    encoding: str
    contradictions: Rule | None = None
    layout: Layout | None = None
    grades_text: str = ""
    judgments: str | None = None

    def source(self) -> Source:
        """What is to be read; raises CrossExamError for words of grades that say no numbers."""
        return Source(
            self.path,
            self.columns,
            self.queries,
            self.qrels,
            self.split,
            self.path.name,
            self.layout,
            grades_from_text(self.grades_text) or None,
            self.judgments,
        )


def uploads() -> Path:
    """Where uploaded files wait for their import."""
    return cache_folder() / "uploads"


def staged(upload: Upload) -> Path:
    """The uploaded file on the disk, under a name that can do no harm."""
    folder = uploads() / hashlib.sha256(upload.file_id.encode("utf-8", "replace")).hexdigest()[:16]
    path = folder / _harmless(upload.name)
    if not path.exists():
        _sweep()
        folder.mkdir(parents=True, exist_ok=True)
        try:
            with atomic_path(path) as staged_path:  # half an upload would be read as a whole one
                staged_path.write_bytes(upload.getbuffer())
        except OSError as error:
            raise CrossExamError(
                f"the upload could not be kept ({error.strerror}): free some space, or give a "
                "path on the server's machine"
            ) from error
    return path


def without_folder(text: str) -> str:
    """A message in which an uploaded file goes by its own name alone."""
    folder = f"{uploads()}/"
    while folder in text:
        text_before, _, text_after = text.partition(folder)
        text = text_before + text_after.partition("/")[2]
    return text


def previewed(path: Path, encoding: str, layout: Layout) -> Preview:
    """The first rows of a source, remembered while it stays as it is."""
    if not _is_upload(path):
        require(Act.IMPORT_PATH)
    try:
        status = path.stat()
        key = (str(path), encoding, layout, status.st_mtime_ns, status.st_size)
    except (OSError, ValueError):
        key = (str(path), encoding, layout, 0, 0)
    last_preview = st.session_state.get(_PREVIEW)
    if last_preview is None or last_preview[0] != key:
        last_preview = (key, preview(path, encoding, layout))
        st.session_state[_PREVIEW] = last_preview
    return cast(Preview, last_preview[1])


def running() -> Job[Imported] | None:
    """The import that was started last, None before the first."""
    return visitor_work().job(Slot.IMPORT)


def start(request: ImportRequest) -> None:
    """Import in the background; raises CrossExamError for a path where only uploads may be."""
    _require_uploads(request)
    bench, source = workbench(), request.source()
    stop_checking()

    def work(job: Job[Imported]) -> Imported:
        read_options = ReadOptions(
            keep_good=request.keep_good,
            encoding=request.encoding,
            contradictions=request.contradictions,
            on_progress=job.report,
            cancel=job.should_stop,
        )
        return bench.corpora.import_corpus(
            source,
            request.name,
            read_options=read_options,
            split_for=request.split_for or BI_ENCODER,
        )

    job = Job("reading the corpus", work, key=request.path, title="an import")
    visitor_work().keep(Slot.IMPORT, job)


def awaits(path: Path) -> bool:
    """Whether this source is still to be imported: no import runs, and it was not the last."""
    job = running()
    if job is None:
        return True
    return not job.running and (job.value is None or job.key != path)


def checking(request: ImportRequest) -> Job[Checked]:
    """The counting of what this wish would bring: running, done, or started now."""
    key = replace(request, name="", keep_good=True, split=None, split_for="")
    last_check = st.session_state.get(_CHECK)
    if last_check is None or last_check[0] != key:
        stop_checking()

        def work(job: Job[Checked]) -> Checked:
            _require_uploads(request)
            read_options = ReadOptions(
                keep_good=True,
                encoding=request.encoding,
                contradictions=request.contradictions,
                on_progress=job.report,
                cancel=job.should_stop,
            )
            return check_source(key.source(), read_options)

        last_check = (key, Job("counting", work))
        st.session_state[_CHECK] = last_check
    return cast("Job[Checked]", last_check[1])


def stop_checking() -> None:
    """Call off the counting that still runs."""
    last_check = st.session_state.pop(_CHECK, None)
    if last_check is not None:
        last_check[1].cancel()


def _require_uploads(request: ImportRequest) -> None:
    """Raise for a path where only uploads may be imported, or none."""
    require(Act.IMPORT_UPLOAD)
    for path in (request.path, request.queries, request.qrels):
        if path is not None and not _is_upload(path):
            require(Act.IMPORT_PATH)


def start_adding(
    name: str,
    queries: Path | None,
    qrels: Path | None,
    *,
    keep_good: bool,
    contradictions: Rule | None = None,
    grades_text: str = "",
) -> None:
    """Give an imported corpus queries or judgments, in the background."""
    require(Act.REPLACE_JUDGMENTS)
    grades = grades_from_text(grades_text)
    bench, prepared = workbench(), preparations()

    def work(job: Job[Imported]) -> Imported:
        read_options = ReadOptions(
            keep_good=keep_good,
            contradictions=contradictions,
            on_progress=job.report,
            cancel=job.should_stop,
        )
        added = bench.corpora.add_judgments(
            name, queries=queries, qrels=qrels, read_options=read_options, grades=grades
        )
        prepared.forget(name)
        return added

    job = Job("reading queries and judgments", work, title="an import")
    visitor_work().keep(Slot.IMPORT, job)


def path_of(typed: str) -> Path | None:
    """The path that was typed, None for nothing; raises CrossExamError where none may be."""
    require(Act.IMPORT_PATH)
    return Path(typed.strip()) if typed.strip() else None


def left_out_csv(result: Imported) -> str:
    """The rows left out and the pairs judged differently twice, as CSV."""
    rows = (*result.left_out, *result.contradictions)
    return csv_text(["file", "line", "reason"], [(row.file, row.line, row.reason) for row in rows])


def forget() -> None:
    """Clear what the last import said."""
    visitor_work().forget(Slot.IMPORT)


def _is_upload(path: Path) -> bool:
    return path.resolve().is_relative_to(uploads().resolve())


def _harmless(name: str) -> str:
    last = PurePosixPath(name.replace("\\", "/")).name
    harmless_name = "".join(c if c.isprintable() and c not in '/\\:*?"<>|' else "_" for c in last)
    path = PurePosixPath(harmless_name.lstrip(".") or "upload")
    return path.stem[:LONGEST_NAME] + path.suffix[:12]


def _sweep() -> None:
    """Remove uploads that nobody imported for a day."""
    for folder in uploads().glob("*"):
        try:
            if time.time() - folder.stat().st_mtime > KEPT_FOR:
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue
