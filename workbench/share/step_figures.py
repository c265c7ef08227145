"""The figures of a walkthrough's step, computed anew as its page would compute them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from corpora.stores.corpus import Corpus
from engine.explain.attention_view import view_of
from engine.search.searcher import Searcher
from engine.share.linked_search import LinkedSearch, linked_search
from engine.share.pair_snapshot import attention_snapshot, pair_snapshot
from engine.share.provenance import provenance
from engine.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    STAGES,
    Cancel,
    Cancelled,
    CrossExamError,
    Document,
    Log,
)
from engine.types.aliases import silent
from engine.types.registries.explanation_methods import EXPLANATION_METHODS, ExplanationOptions
from engine.types.share.snapshots import PairSnapshot, SearchSnapshot, Snapshot
from engine.types.share.walkthroughs import WalkthroughStep
from workbench.explainers import Explainers
from workbench.model_loader import ModelLoader
from workbench.registries.explanations import explain
from workbench.share.search_figures import search_figures

if TYPE_CHECKING:
    from models.bi_encoders.bi_attribution import TextExplainer
    from models.cross_encoders.attribution import PairExplainer

OpenCorpus = Callable[[str], tuple[Corpus, Searcher]]


class StepFigures:
    """Computes the figures of steps; what a link names beyond this machine takes no part."""

    def __init__(
        self, models: ModelLoader, explainers: Explainers, open_corpus: OpenCorpus
    ) -> None:
        """`open_corpus` gives the corpus of that name with what searches it."""
        self._models = models
        self._explainers = explainers
        self._open = open_corpus

    def of(
        self, step: WalkthroughStep, *, cancel: Cancel = lambda: False, log: Log = silent
    ) -> Snapshot:
        """The figures that the step's page has now, of the kind that was kept with it.

        The lists are whole, so that a document which left the first ones has its place. Raises
        CrossExamError for what is not computed anew, Cancelled when it was called off.
        """
        match step.snapshot:
            case SearchSnapshot():
                return self._search(step.snapshot, linked_search(step.link), cancel, log)
            case PairSnapshot():
                return self._pair(step.snapshot, linked_search(step.link), cancel, log)
            case None:
                raise CrossExamError("no figures were kept with it: keep its view anew")
        raise CrossExamError("a quality run takes minutes: open its view and run it there")

    def _search(
        self, kept: SearchSnapshot, asked: LinkedSearch, cancel: Cancel, log: Log
    ) -> SearchSnapshot:
        corpus, searcher = self._open(asked.corpus)
        stages = [column.stage for column in kept.columns if column.stage in STAGES]
        if not stages:
            raise CrossExamError(
                "its lists are those of additional rankers, which are not asked here: open its view"
            )
        log("searching")
        trace = searcher.pipeline(asked.settings, stages).run(asked.query, cancel=cancel)
        if not trace.complete:
            raise Cancelled("the search was cancelled")
        return search_figures(
            corpus, searcher, trace, asked.settings, stages=stages, baseline=kept.baseline
        )

    def _pair(
        self, kept: PairSnapshot, asked: LinkedSearch, cancel: Cancel, log: Log
    ) -> PairSnapshot:
        if not kept.doc_id:
            raise CrossExamError("its texts are of no corpus: open its view")
        corpus, _ = self._open(asked.corpus)
        (document,) = corpus.store.get([kept.doc_id])
        log("explaining the pair")
        return self.explained(corpus, document, asked, kept.method, kept.baseline, cancel)

    def explained(
        self,
        corpus: Corpus,
        document: Document,
        asked: LinkedSearch,
        method_name: str,
        baseline: str,
        cancel: Cancel,
    ) -> PairSnapshot:
        """The pair explained by a method; "" is the attention of all layers and heads."""
        title, text = document.title or document.doc_id, document.content
        cross = self._explainers.explained()
        if not method_name:
            attention = cross.attention(asked.query, text)
            view = view_of(attention, layer=None, head=None)
            made = provenance(corpus.info, None, models={CROSS_ENCODER: cross.name})
            return attention_snapshot(
                asked.query, document.doc_id, title, made, attention.score, view
            )
        method = EXPLANATION_METHODS.of(method_name)
        explainer: PairExplainer | TextExplainer
        if method.explains == BI_ENCODER:
            explainer = self._explainers.text_explainer()
            models = {BI_ENCODER: self._models.bi_encoder_name}
        else:
            explainer = self._explainers.pair_explainer()
            models = {CROSS_ENCODER: cross.name}
        options = ExplanationOptions(baseline if method.takes_baseline else "", None, cancel)
        attribution = explain(method, explainer, asked.query, text, options)
        made = provenance(corpus.info, None, models=models, backend="torch fp32")
        return pair_snapshot(asked.query, document.doc_id, title, made, attribution)
