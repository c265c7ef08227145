"""Runs of other systems that are attached to corpora: for all visitors, as judgments are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import streamlit as st

from engine.quality.runs.trec_files import READING
from engine.types import CrossExamError
from engine.types.ranker_names import MOST, is_attached, stage_of
from engine.types.registries.rankers import RUN
from engine.types.registries.search_parameters import FIRST_STAGE
from engine.types.runs import AttachedHead
from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.app_resources import LoadedCorpus, preparations, workbench
from state.ended_jobs import is_news
from state.permissions import Act, require
from state.search import additional_rankers as rankers
from state.share import page_link
from state.visitor import visitor_work
from workbench.search.attached_runs import MOST_BYTES

MOST_MEGABYTES = MOST_BYTES // 1_000_000
FILE = "run_file"  # the key of the box that takes a file
_DETACHED, _ATTACHED = "_detached_run", "_attached_run"


def ranker_name(run: str) -> str:
    """The name under which an attached run is chosen, "run:NAME"."""
    return f"{RUN}:{run}"


def heads(loaded: LoadedCorpus) -> tuple[AttachedHead, ...]:
    """What is said of each run of this corpus, in the order in which they were attached."""
    return workbench().attached.of(loaded.corpus.info.fingerprint).heads()


def stages_of(corpus: str) -> list[str]:
    """The stages of the runs that are attached to the corpus of this name; it is not opened."""
    try:
        fingerprint = _fingerprint(corpus)
        if fingerprint is None:
            return []
        runs = workbench().attached.of(fingerprint).heads()
    except CrossExamError:  # the page Corpora says why
        return []
    return [stage_of(ranker_name(head.name)) for head in runs]


def first_stages(corpus: str, current: str) -> list[str]:
    """The runs that can be first stages of a search, that of `current` among them if it is one."""
    named = [current] if is_attached(current) else []
    chosen = [name for name in rankers.chosen() if is_attached(name)]
    return list(dict.fromkeys([*stages_of(corpus), *chosen, *named]))


def start_attaching(loaded: LoadedCorpus, data: bytes, file: str, name: str) -> Job[AttachedHead]:
    """Begin to read a run file and to keep it with the corpus, in the background."""
    require(Act.IMPORT_UPLOAD)
    bench = workbench()

    def work(job: Job[AttachedHead]) -> AttachedHead:
        return bench.attached.attach(
            loaded.corpus, data, file, name, on_progress=job.report, cancel=job.should_stop
        )

    job = Job(
        "attaching the run",
        work,
        key=loaded.corpus.info.fingerprint,
        title="a run to be attached",
        first_step=READING,
    )
    visitor_work().keep(Slot.ATTACHING, job)
    return job


def attaching(loaded: LoadedCorpus) -> Job[AttachedHead] | None:
    """This visitor's run that is being attached, to any corpus, or was just refused by this one.

    One that is attached is no longer in hand: it becomes a column of Compare while there is room,
    and is `attached_just_now`.
    """
    job: Job[AttachedHead] | None = visitor_work().job(Slot.ATTACHING)
    if job is None or job.running:
        return job
    if job.value is None:
        is_here = job.key == loaded.corpus.info.fingerprint
        return job if is_here and is_news(job, of=_chosen_file()) else None
    visitor_work().forget(Slot.ATTACHING)
    if len(rankers.chosen()) < MOST:
        rankers.add(ranker_name(job.value.name))
    st.session_state[_ATTACHED] = (job.key, job.value.name)
    return None


def _chosen_file() -> str:
    file = st.session_state.get(FILE)
    return file.file_id if file is not None else ""


def attached_just_now(loaded: LoadedCorpus) -> AttachedHead | None:
    """The run that this visitor attached last, while it is there."""
    fingerprint, name = st.session_state.get(_ATTACHED, ("", ""))
    if fingerprint != loaded.corpus.info.fingerprint:
        return None
    return next((head for head in heads(loaded) if head.name == name), None)


def query_to_show(loaded: LoadedCorpus, name: str, query: str) -> str:
    """This query where the run has a list for it, else the first of the corpus that it has."""
    run = workbench().attached.retriever(loaded.corpus, ranker_name(name))
    texts = (query, *(each.text for each in loaded.corpus.queries))
    return next((text for text in texts if run.retrieve(text, 1)[0].hits), query)


def rename(loaded: LoadedCorpus, name: str, new_name: str) -> None:
    """Give a run another name, also where this visitor chose it."""
    require(Act.DELETE)
    new_name = workbench().attached.rename(loaded.corpus, name, new_name)
    _rechoose(ranker_name(name), [ranker_name(new_name)])


def detach(loaded: LoadedCorpus, name: str) -> None:
    """Take a run off the corpus; `attach_again` undoes it."""
    require(Act.DELETE)
    workbench().attached.of(loaded.corpus.info.fingerprint).detach(name)
    _rechoose(ranker_name(name), [])
    st.session_state[_DETACHED] = (loaded.corpus.info.fingerprint, name)


def detached(loaded: LoadedCorpus) -> str:
    """The run that this visitor detached last from the corpus, "" where there is none."""
    fingerprint, name = st.session_state.get(_DETACHED, ("", ""))
    return name if fingerprint == loaded.corpus.info.fingerprint else ""


def attach_again(loaded: LoadedCorpus) -> None:
    """Undo the last `detach`."""
    require(Act.IMPORT_UPLOAD)
    name = detached(loaded)
    workbench().attached.of(loaded.corpus.info.fingerprint).restore(name)
    st.session_state.pop(_DETACHED, None)


def version(fingerprint: str, names: Iterable[str]) -> int:
    """Changes with the attached runs of a corpus, where one of these rankers is such a run."""
    if not any(map(is_attached, names)):
        return 0
    return workbench().attached.version(fingerprint)


def _rechoose(name: str, instead: Sequence[str]) -> None:
    """Have this visitor's search take `instead` for a run that has gone, also as first stage."""
    chosen = rankers.chosen()
    if name in chosen:
        at = chosen.index(name)
        rankers.choose((*chosen[:at], *instead, *chosen[at + 1 :]))
    if st.session_state.get(FIRST_STAGE.key) == name:
        page_link.set_next({FIRST_STAGE.key: next(iter(instead), FIRST_STAGE.default)})


def _fingerprint(corpus: str) -> str | None:
    """That of the corpus of this name, None where nobody opened it yet."""
    preparation = preparations().begun(corpus)
    if preparation is not None and preparation.value is not None:
        return preparation.value.corpus.info.fingerprint
    entries = workbench().corpora.entries()
    return next((entry.fingerprint for entry in entries if entry.name == corpus), None)
