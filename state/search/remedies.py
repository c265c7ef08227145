"""Remedies tried in the background for one query, and measured on the others when asked for."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from engine.quality.pipelines import PipelineSpec
from engine.search.diagnosis.remedies.effects import effect_of, missing_pairs, other_queries
from engine.search.diagnosis.remedies.kinds import Remedy, RemedyChoice, remedies_for
from engine.search.diagnosis.remedies.trying import Scoring, tried
from engine.types import Qrel, Query, Reranker
from engine.types.diagnosis.cases import Case, Expected
from engine.types.diagnosis.remedies import RemedyResult
from engine.types.ranker_names import is_encoder, parsed, stage_of
from engine.types.registries.rankers import MAXSIM
from jobs.job import Job
from jobs.latest_job import latest_job
from jobs.result_cache import ResultCache
from jobs.visitor_jobs import Slot
from state.app_resources import LoadedCorpus, workbench
from state.permissions import Act, require
from state.quality import runs
from state.search import additional_rankers as rankers
from state.search.additional_encoders import offered
from state.search.search_jobs import Search, search_key
from state.visitor import visitor_work
from workbench.diagnosis.remedy_rerankers import PACKAGED_MAXSIM, remedy_rerankers

REMEMBERED = 10
_TRIED = "_remedies"


@dataclass(frozen=True, slots=True)
class TriedRemedies:
    """Results so far, best kept in the order in which they were tried, and how to go on.

    `pair_seconds` is what a pair took in these trials; `counted` says that the pairs which the
    other queries take were counted.
    """

    results: tuple[RemedyResult, ...]
    remedies: tuple[Remedy, ...]
    base: PipelineSpec
    scoring: Scoring
    others: tuple[Query, ...]
    qrels: tuple[Qrel, ...]
    pair_seconds: float = 0.0
    counted: bool = False

    def helping(self, *, wanted: bool) -> list[RemedyResult]:
        """Those that move the document as it was wished."""
        sign = 1 if wanted else -1
        return [r for r in self.results if not r.problem and sign * r.gain > 0]

    def unmeasured(self, *, wanted: bool) -> list[RemedyResult]:
        """Those that help, and of which the other queries are not known yet."""
        return [result for result in self.helping(wanted=wanted) if result.effect is None]


def tried_remedies(
    loaded: LoadedCorpus,
    search: Search,
    case: Case,
    expected: Expected,
    *,
    acronym: str = "",
    expansion: str = "",
    title: str = "",
) -> Job[TriedRemedies]:
    """The remedies of this case: being tried, remembered, or begun now (the last are cancelled)."""
    choice = RemedyChoice(_encoders(loaded), _rerankers(), acronym, expansion, title)
    key = _key(loaded, search, case, expected, choice)
    cache: ResultCache[Job[TriedRemedies]] = st.session_state.setdefault(
        _TRIED, ResultCache(REMEMBERED)
    )
    return latest_job(cache, key, lambda: _started(loaded, search, case, expected, choice))


def begun(
    loaded: LoadedCorpus,
    search: Search,
    case: Case,
    expected: Expected,
    *,
    acronym: str = "",
    expansion: str = "",
    title: str = "",
) -> Job[TriedRemedies] | None:
    """The remedies of this case where they were begun already; None where they were not."""
    choice = RemedyChoice(_encoders(loaded), _rerankers(), acronym, expansion, title)
    cache: ResultCache[Job[TriedRemedies]] | None = st.session_state.get(_TRIED)
    return cache.get(_key(loaded, search, case, expected, choice)) if cache is not None else None


def _key(
    loaded: LoadedCorpus, search: Search, case: Case, expected: Expected, choice: RemedyChoice
) -> Hashable:
    """What tells these trials from others."""
    text = "" if expected.in_corpus else expected.document.text
    return (
        search_key(loaded.corpus.info, case.query, search.settings),
        (case, text, choice.acronym, choice.expansion, choice.title),
        (tuple(choice.encoders), tuple(choice.rerankers)),
    )


def _started(
    loaded: LoadedCorpus, search: Search, case: Case, expected: Expected, choice: RemedyChoice
) -> Job[TriedRemedies]:
    find = _finder()
    fingerprint = loaded.corpus.info.fingerprint
    kept = runs.scored_pairs_for(fingerprint, runs.backend())

    def work(job: Job[TriedRemedies]) -> TriedRemedies | None:
        bench = workbench()
        subject = bench.diagnoses.subject(
            loaded.corpus,
            search.searcher,
            case,
            search.settings,
            expected=expected,
            trace=search.trace,
            cancel=job.should_stop,
        )
        if subject is None:
            return None
        base = PipelineSpec(search.settings, bench.models.cross_encoder_name)
        remedies = remedies_for(subject, base, choice)
        scoring = Scoring(subject.searcher, find, subject.instruments, kept)
        qrels = bench.diagnoses.qrels(loaded.corpus)
        others = tuple(other_queries(loaded.corpus.queries, qrels, case.query))
        so_far = TriedRemedies((), tuple(remedies), base, scoring, others, qrels)
        job.report("trying remedies", 0, len(remedies))
        for result, known_scoring in tried(subject, base, remedies, scoring):
            results = (*so_far.results, result)
            so_far = replace(
                so_far,
                results=results,
                scoring=known_scoring,
                pair_seconds=_pair_seconds(known_scoring),
            )
            job.publish(so_far)
            job.report("trying remedies", len(results), len(remedies))
        for counted in _counted(so_far, case, job):
            job.publish(counted)
        return None

    return Job("remedies", work, first_step="trying remedies", failed="the remedies failed")


def _counted(so_far: TriedRemedies, case: Case, job: Job[TriedRemedies]) -> Iterator[TriedRemedies]:
    """The same with the pairs that the others take, and the effects that kept scores tell."""
    if not so_far.others:
        yield replace(so_far, counted=True)
        return
    by_name = {remedy.name: remedy for remedy in so_far.remedies}
    for result in so_far.unmeasured(wanted=case.wanted):
        if job.should_stop():
            return
        remedy = by_name[result.name]
        job.log(f"counting what the {len(so_far.others):,} other queries take")
        n = missing_pairs(
            so_far.scoring, so_far.others, so_far.base, remedy, cancel=job.should_stop
        )
        counted_result = replace(result, pairs_missing=n)
        if n == 0:
            counted_result = _with_effect(so_far, counted_result, remedy, job)
        so_far = _with(so_far, counted_result)
        yield so_far
    yield replace(so_far, counted=True)


def _with_effect(
    so_far: TriedRemedies, result: RemedyResult, remedy: Remedy, job: Job[TriedRemedies]
) -> RemedyResult:
    effect, _ = effect_of(
        so_far.scoring,
        so_far.others,
        so_far.qrels,
        so_far.base,
        remedy,
        on_progress=job.report,
        cancel=job.should_stop,
    )
    return replace(result, effect=effect)


def _with(so_far: TriedRemedies, result: RemedyResult) -> TriedRemedies:
    results = tuple(result if one.name == result.name else one for one in so_far.results)
    return replace(so_far, results=results)


def measure_others(
    loaded: LoadedCorpus, so_far: TriedRemedies, case: Case, names: Sequence[str]
) -> None:
    """Measure these remedies on the other judged queries, in the background.

    What the pipelines alone need is kept as a quality run, so that it is known from then on.
    """
    require(Act.QUALITY_RUN)
    chosen = [remedy for remedy in so_far.remedies if remedy.name in names]
    find, fingerprint = _finder(), loaded.corpus.info.fingerprint

    def work(job: Job[TriedRemedies]) -> TriedRemedies:
        known = so_far
        plain = [r.spec for r in chosen if r.rewrite is None and r.document is None]
        specs = list(dict.fromkeys([so_far.base, *plain]))
        runs.run_and_save(loaded, so_far.others, specs, find, job.report, job.should_stop)
        kept = runs.scored_pairs_for(fingerprint, runs.backend())
        known = replace(known, scoring=replace(known.scoring, scored=kept))
        for remedy in chosen:
            if job.should_stop():
                return known
            (result,) = [r for r in known.results if r.name == remedy.name]
            known = _with(known, _with_effect(known, result, remedy, job))
            job.publish(known)
        return known

    job = Job("other queries", work, title="remedies on other queries", failed="measuring failed")
    visitor_work().keep(Slot.REMEDIES, job, part=(fingerprint, case))


def others_job(loaded: LoadedCorpus, case: Case) -> Job[TriedRemedies] | None:
    """This visitor's measuring of that case's remedies: at work, or ended last."""
    return visitor_work().job(Slot.REMEDIES, part=(loaded.corpus.info.fingerprint, case))


def _finder() -> Callable[[str], Reranker]:
    bench = workbench()
    return remedy_rerankers(bench.models, bench.tokens, runs.loader())


def _pair_seconds(scoring: Scoring) -> float:
    """What a pair took on average of those that were scored."""
    seconds = [
        pair.seconds
        for scores in scoring.scored.values()
        for pair in scores.values()
        if pair.seconds
    ]
    return sum(seconds) / len(seconds) if seconds else 0.0


def _encoders(loaded: LoadedCorpus) -> list[str]:
    """The additional bi-encoders that can retrieve now: those whose vectors are there."""
    names = [stage_of(f"bi-encoder:{name}") for name in offered()]
    chosen = [stage_of(name) for name in rankers.chosen() if is_encoder(name)]
    ready = workbench().indexes.has_additional_encoder
    return [
        name
        for name in dict.fromkeys([*chosen, *names])
        if ready(loaded.corpus.info, name) or name in chosen
    ]


def _rerankers() -> list[str]:
    """MaxSim, and the additional rerankers that were added and are on this machine."""
    added = [name for name in rankers.chosen() if name != MAXSIM]  # tried as PACKAGED_MAXSIM
    local = [n for n in added if not parsed(n).remote and not parsed(n).retrieves]
    return [PACKAGED_MAXSIM, *local]
