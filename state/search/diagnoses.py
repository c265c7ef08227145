"""Diagnoses in the background, remembered for a while, and the cases that are kept of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from corpora.stores.case_store import CaseStore
from engine.search.diagnosis.case_file import cases_text
from engine.search.diagnosis.checking import checked
from engine.search.settings import Settings
from engine.share.figures.diagnosis_figures import diagnosis_figures
from engine.types import Document
from engine.types.diagnosis.cases import Case, CaseResult, Expected
from engine.types.diagnosis.causes import Diagnosis
from engine.types.share.figures import FiguresSnapshot
from jobs.job import Job
from jobs.latest_job import latest_job
from jobs.result_cache import ResultCache
from jobs.visitor_jobs import Slot
from state.app_resources import LoadedCorpus, workbench
from state.permissions import Act, require
from state.search.search_jobs import Search, search_key
from state.visitor import visitor_work

REMEMBERED = 20
MOST_MATCHES = 20
LOOK_EVERY = 0.05  # seconds
_DIAGNOSES = "_diagnoses"


@dataclass(frozen=True, slots=True)
class CheckedCases:
    """Results of cases so far, of how many."""

    results: tuple[CaseResult, ...]
    total: int

    @property
    def failed(self) -> int:
        """How many of them do not hold."""
        return sum(not result.passed for result in self.results)


def matching(loaded: LoadedCorpus, text: str) -> list[Document]:
    """The documents whose id or title fits the text: that of the very id or title alone, if any."""
    matches = loaded.corpus.store.find(text, limit=MOST_MATCHES)
    wanted = text.strip().casefold()
    exact = [d for d in matches if wanted in (d.doc_id.casefold(), d.title.casefold())]
    return exact if len(exact) == 1 else matches


def pasted(loaded: LoadedCorpus, text: str) -> Expected:
    """The document of this very text, or the text as one that the corpus does not hold."""
    return workbench().diagnoses.pasted(loaded.corpus, text)


def diagnosis(
    loaded: LoadedCorpus, search: Search, case: Case, expected: Expected
) -> Job[Diagnosis]:
    """The diagnosis of this case: running, remembered, or started now (the last is cancelled)."""
    info, settings = loaded.corpus.info, search.settings
    text = "" if expected.in_corpus else expected.document.text
    log = workbench().diagnoses.judgments_version(info.fingerprint)
    key = (search_key(info, case.query, settings), case, text, log)
    cache: ResultCache[Job[Diagnosis]] = st.session_state.setdefault(
        _DIAGNOSES, ResultCache(REMEMBERED)
    )
    return latest_job(cache, key, lambda: _started(loaded, search, case, expected, settings))


def _started(
    loaded: LoadedCorpus, search: Search, case: Case, expected: Expected, settings: Settings
) -> Job[Diagnosis]:
    def work(job: Job[Diagnosis]) -> None:
        while expected.in_corpus and not search.job.wait(LOOK_EVERY):
            if job.should_stop():
                return
            if search.trace is not None and search.trace.to_score:
                job.report("scoring the candidates", search.trace.scored, search.trace.to_score)
        if expected.in_corpus and search.job.problem is not None:
            raise search.job.problem
        job.log("looking for causes")
        for each in workbench().diagnoses.stream(
            loaded.corpus,
            search.searcher,
            case,
            settings,
            expected=expected,
            trace=search.trace,
            cancel=job.should_stop,
        ):
            job.publish(each)

    return Job("diagnosis", work, first_step="searching", failed="the diagnosis failed")


def frozen_diagnosis(
    loaded: LoadedCorpus, settings: Settings, diagnosis: Diagnosis
) -> Callable[[], FiguresSnapshot]:
    """What freezes the diagnosis as it stands on screen."""
    names = workbench().models.default_names
    return lambda: diagnosis_figures(diagnosis, loaded.corpus.info, settings, names)


@st.cache_resource(show_spinner=False, max_entries=32)
def case_store(fingerprint: str) -> CaseStore:
    """The cases of a corpus, for all visitors."""
    return CaseStore(fingerprint)


def keep_case(fingerprint: str, case: Case) -> None:
    """Keep a case, as a judgment is kept: for all visitors."""
    require(Act.JUDGE)
    case_store(fingerprint).keep([case])


def remove_case(fingerprint: str, case: Case) -> None:
    """Forget a case for good."""
    require(Act.DELETE)
    case_store(fingerprint).remove(case)


def case_file(cases: Sequence[Case]) -> str:
    """The cases as the file that `cli.py check` reads."""
    return cases_text(cases)


def check_cases(loaded: LoadedCorpus, cases: Sequence[Case], settings: Settings) -> None:
    """Begin to run the cases in the background; a run at work is cancelled first."""
    require(Act.QUALITY_RUN)
    fingerprint, local = loaded.corpus.info.fingerprint, replace(settings, rerankers=())

    def work(job: Job[CheckedCases]) -> CheckedCases:
        results: list[CaseResult] = []
        job.report("running cases", 0, len(cases))
        for result in checked(loaded.searcher, cases, local, cancel=job.should_stop):
            results.append(result)
            job.publish(CheckedCases(tuple(results), len(cases)))
            job.report("running cases", len(results), len(cases))
        return CheckedCases(tuple(results), len(cases))

    job = Job("check cases", work, title="a run of cases", failed="the cases could not be run")
    visitor_work().keep(Slot.CASES, job, part=fingerprint)


def check_job(fingerprint: str) -> Job[CheckedCases] | None:
    """This visitor's run of the cases of that corpus: at work, or the last that ended."""
    return visitor_work().job(Slot.CASES, part=fingerprint)
