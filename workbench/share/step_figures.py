"""The figures of a walkthrough's step, computed as its page would compute them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from corpora.stores.corpus import Corpus
from engine.search.searcher import Searcher
from engine.share.figures.diagnosis_figures import diagnosis_figures
from engine.share.linked_search import CORPUS, DOCUMENT, USUAL_CORPUS, linked_search, linked_texts
from engine.types import (
    STAGES,
    Cancel,
    Cancelled,
    CrossExamError,
    Document,
    Log,
)
from engine.types.aliases import silent
from engine.types.diagnosis.cases import TOP, Case
from engine.types.errors import shown
from engine.types.ranker_names import is_encoder, name_of
from engine.types.registries.stage_wording import stage_label
from engine.types.share.figures import FiguresSnapshot
from engine.types.share.snapshots import PairSnapshot, SearchSnapshot, Snapshot
from engine.types.share.walkthroughs import (
    DIAGNOSE_PAGE,
    PAIR_PAGES,
    QUALITY_PAGE,
    SEARCH_PAGES,
    USUAL_STAGES,
    VOTE_PAGE,
    WalkthroughStep,
    can_be_live,
)
from workbench.share.pair_figures import Explanation, explained_pair
from workbench.share.search_figures import search_figures
from workbench.share.step_rankers import WhyNot, stages_of, why_not_asked
from workbench.share.stored_figures import ended_vote, quality_figures
from workbench.workbench import Workbench

OpenCorpus = Callable[[str], tuple[Corpus, Searcher]]


class StepFigures:
    """Computes the figures of steps: with what is on this machine, and sending nothing away."""

    def __init__(
        self,
        bench: Workbench,
        open_corpus: OpenCorpus,
        stored_corpus: Callable[[str], Corpus],
        why_not: WhyNot = why_not_asked,
    ) -> None:
        """`open_corpus` gives the corpus of that name with what searches it, `stored_corpus` alone.

        Both decide which names may be opened. `why_not` says why an additional ranker takes no
        part, "" where it may.
        """
        self._bench = bench
        self._open = open_corpus
        self._stored = stored_corpus
        self._why_not = why_not

    def of(
        self,
        step: WalkthroughStep,
        *,
        top: int | None = None,
        cancel: Cancel = lambda: False,
        log: Log = silent,
    ) -> Snapshot:
        """The figures that the step's page has now.

        Lists are cut after `top`; whole, a document that left the first ones has its place
        still. Raises CrossExamError for what is not computed here, Cancelled when it was called
        off.
        """
        if not can_be_live(step.page, step.link):
            raise CrossExamError("its figures are not computed anew: open its view")
        if step.page in SEARCH_PAGES:
            return self._search(step, top, cancel, log)
        if step.page in PAIR_PAGES:
            return self._pair(step, cancel, log)
        if step.page == DIAGNOSE_PAGE:
            return self._diagnosis(step.link, cancel, log)
        if step.page == QUALITY_PAGE:
            log("reading the saved run")
            corpus = self._stored(step.link.get(CORPUS, USUAL_CORPUS))
            return quality_figures(corpus, step.link)
        if step.page == VOTE_PAGE:
            return ended_vote(self._bench.corpora, step.link.get("vote", ""))
        raise CrossExamError("its figures are not computed anew: open its view")

    def _search(
        self, step: WalkthroughStep, top: int | None, cancel: Cancel, log: Log
    ) -> SearchSnapshot:
        asked = linked_search(step.link)
        corpus, searcher = self._open(asked.corpus)
        names = stages_of(step, USUAL_STAGES, "columns")
        left_out = {name: reason for name in names if (reason := self._why_no_list(name, corpus))}
        stages = [name for name in names if name not in left_out]
        if not stages:
            reason = next(iter(left_out.values()), "it names none")
            raise CrossExamError(f"none of its lists is computed here: {reason}")
        rankers = tuple(name for stage in stages if (name := name_of(stage)) is not None)
        settings = replace(asked.settings, rerankers=rankers)
        log("searching")
        trace = searcher.pipeline(settings, stages).run(asked.query, cancel=cancel)
        if not trace.complete:
            raise Cancelled("the search was cancelled")
        snapshot = search_figures(
            corpus, searcher, trace, settings, stages=stages, baseline=_baseline(step), top=top
        )
        notices = [
            f"{stage_label(name)} was not asked: {reason}." for name, reason in left_out.items()
        ]
        return replace(snapshot, notices=(*snapshot.notices, *notices))

    def _why_no_list(self, stage: str, corpus: Corpus) -> str:
        """Why a stage's list is not computed, "" where it is."""
        if stage in STAGES:
            return ""
        name = name_of(stage)
        if name is None:
            return f"there is no stage {shown(stage)}"
        if reason := self._why_not(name):
            return reason
        embedded = not is_encoder(name) or self._bench.indexes.has_additional_encoder(
            corpus.info, name
        )
        return "" if embedded else "it has yet to embed the corpus, which its view begins"

    def _pair(self, step: WalkthroughStep, cancel: Cancel, log: Log) -> PairSnapshot:
        explanation = Explanation.from_link(step.page, step.link)
        if explanation.model and (reason := self._why_not(explanation.model)):
            raise CrossExamError(f"{explanation.model[:80]} was not asked: {reason}")
        texts = linked_texts(step.link)
        if texts is not None:
            info, (query, text) = None, texts
            document = Document("", text)
        else:
            asked = linked_search(step.link)
            doc_id = step.link.get(DOCUMENT, "")
            if not doc_id:
                raise CrossExamError("the link names no document: pick one, and keep the view anew")
            corpus, _ = self._open(asked.corpus)
            (document,) = corpus.store.get([doc_id])
            if not document.held:
                raise CrossExamError(
                    f"{shown(doc_id)} is not in corpus {corpus.info.name!r}, a run of another "
                    "system lists it: pick a document with a text, and keep the view anew"
                )
            info, query = corpus.info, asked.query
        log("explaining the pair")
        bench = self._bench
        return explained_pair(
            bench.models, bench.explainers, info, document, query, explanation, cancel
        )

    def _diagnosis(self, link: Mapping[str, str], cancel: Cancel, log: Log) -> FiguresSnapshot:
        asked = linked_search(link)
        text = link.get("expected_doc") or link.get("expected", "")
        pasted = link.get("pasted", "")
        if not text and not pasted:
            raise CrossExamError("the link names no expected document: name one on its page")
        corpus, searcher = self._open(asked.corpus)
        diagnoses = self._bench.diagnoses
        expected = diagnoses.expected(corpus, text) if text else diagnoses.pasted(corpus, pasted)
        within = link.get("within", str(TOP))
        top = int(within[:4]) if within.isascii() and within.isdigit() else TOP
        case = Case(asked.query, expected.document.doc_id, top, link.get("wish", "in") == "in")
        log("looking for causes")
        *_, diagnosis = [
            None,
            *diagnoses.stream(
                corpus, searcher, case, asked.settings, expected=expected, cancel=cancel
            ),
        ]
        if diagnosis is None or not diagnosis.complete:
            raise Cancelled("the diagnosis was cancelled")
        names = self._bench.models.default_names
        return diagnosis_figures(diagnosis, corpus.info, asked.settings, names)


def _baseline(step: WalkthroughStep) -> str:
    """The list that rows move against, as it was kept or as the link says."""
    if isinstance(step.snapshot, SearchSnapshot):
        return step.snapshot.baseline
    return step.link.get("baseline", "")
