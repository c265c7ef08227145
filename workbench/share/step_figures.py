"""The figures of a walkthrough's step, computed as its page would compute them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpora.stores.corpus import Corpus
from engine.explain.attention_view import view_of
from engine.explain.explanation import check_choice
from engine.search.searcher import Searcher
from engine.share.linked_search import DOCUMENT, linked_search
from engine.share.pair_snapshot import attention_snapshot, pair_snapshot
from engine.share.provenance import provenance
from engine.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    STAGES,
    Cancel,
    Cancelled,
    CorpusInfo,
    CrossExamError,
    Document,
    Log,
)
from engine.types.aliases import silent
from engine.types.errors import shown
from engine.types.registries.explanation_methods import (
    EMPTY_DOCUMENT,
    EXPLANATION_METHODS,
    ExplanationOptions,
    methods_of,
)
from engine.types.share.link_names import BETWEEN, as_list
from engine.types.share.snapshots import PairSnapshot, SearchSnapshot, Snapshot
from engine.types.share.walkthroughs import (
    EXPLAIN_PAGE,
    PAIR_PAGES,
    SEARCH_PAGES,
    USUAL_STAGES,
    WalkthroughStep,
)
from workbench.explainers import Explainers
from workbench.model_loader import ModelLoader
from workbench.registries.explanations import explain
from workbench.share.search_figures import search_figures

if TYPE_CHECKING:
    from models.bi_encoders.bi_attribution import TextExplainer
    from models.cross_encoders.attribution import PairExplainer

LONGEST_TITLE = 80  # characters of a text that has no title
OpenCorpus = Callable[[str], tuple[Corpus, Searcher]]


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a pair is explained: by a method with its baseline, or, without one, by attention.

    `layer` and `head` count from 0; None is the mean of all.
    """

    method: str = ""
    baseline: str = ""
    layer: int | None = None
    head: int | None = None

    @classmethod
    def from_link(cls, page: str, link: Mapping[str, str]) -> Explanation:
        """As the page of this link explains; raises CrossExamError for what is not done here."""
        if link.get("explained"):
            raise CrossExamError("it explains an additional reranker: open its view")
        if page == EXPLAIN_PAGE:
            method = link.get("method", methods_of(CROSS_ENCODER)[0])
            return cls(method, link.get("start", EMPTY_DOCUMENT))
        layer, head = (_index(link, name) for name in ("layer", "head"))
        return cls(layer=layer, head=head)


class StepFigures:
    """Computes the figures of steps; additional rankers, which may be elsewhere, take no part."""

    def __init__(
        self, models: ModelLoader, explainers: Explainers, open_corpus: OpenCorpus
    ) -> None:
        """`open_corpus` gives the corpus of that name with what searches it."""
        self._models = models
        self._explainers = explainers
        self._open = open_corpus

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
        if step.page in SEARCH_PAGES:
            return self._search(step, top, cancel, log)
        if step.page in PAIR_PAGES:
            return self._pair(step, cancel, log)
        raise CrossExamError("a quality run takes minutes: open its view and run it there")

    def _search(
        self, step: WalkthroughStep, top: int | None, cancel: Cancel, log: Log
    ) -> SearchSnapshot:
        asked = linked_search(step.link)
        stages, baseline = _lists(step)
        corpus, searcher = self._open(asked.corpus)
        log("searching")
        trace = searcher.pipeline(asked.settings, stages).run(asked.query, cancel=cancel)
        if not trace.complete:
            raise Cancelled("the search was cancelled")
        return search_figures(
            corpus, searcher, trace, asked.settings, stages=stages, baseline=baseline, top=top
        )

    def _pair(self, step: WalkthroughStep, cancel: Cancel, log: Log) -> PairSnapshot:
        asked = linked_search(step.link)
        doc_id = step.link.get(DOCUMENT, "")
        if not doc_id or step.link.get("texts") == "own":
            raise CrossExamError("its texts are of no corpus: open its view")
        corpus, _ = self._open(asked.corpus)
        (document,) = corpus.store.get([doc_id])
        log("explaining the pair")
        explanation = Explanation.from_link(step.page, step.link)
        return self.explained(corpus.info, document, asked.query, explanation, cancel)

    def explained(
        self,
        info: CorpusInfo | None,
        document: Document,
        query: str,
        explanation: Explanation,
        cancel: Cancel,
    ) -> PairSnapshot:
        """The pair explained; `info` is None for a document of no corpus."""
        doc_id, text = document.doc_id, document.content
        title = document.title or doc_id or text[:LONGEST_TITLE]
        cross = self._explainers.explained()
        if not explanation.method:
            attention = cross.attention(query, text)
            check_choice(attention, explanation.layer, explanation.head)
            view = view_of(attention, layer=explanation.layer, head=explanation.head)
            origin = provenance(
                info, None, models={CROSS_ENCODER: cross.name}, backend="torch fp32"
            )
            return attention_snapshot(query, doc_id, title, origin, attention.score, view)
        method = EXPLANATION_METHODS.of(explanation.method)
        explainer: PairExplainer | TextExplainer
        if method.explains == BI_ENCODER:
            explainer = self._explainers.text_explainer()
            models = {BI_ENCODER: self._models.bi_encoder_name}
        else:
            explainer = self._explainers.pair_explainer()
            models = {CROSS_ENCODER: cross.name}
        baseline = explanation.baseline if method.takes_baseline else ""
        attribution = explain(
            method, explainer, query, text, ExplanationOptions(baseline, None, cancel)
        )
        origin = provenance(info, None, models=models, backend="torch fp32")
        return pair_snapshot(query, doc_id, title, origin, attribution)


def _lists(step: WalkthroughStep) -> tuple[list[str], str]:
    """The stages whose lists are shown, as they were kept or as the link says, and the baseline."""
    if isinstance(step.snapshot, SearchSnapshot):
        names = [column.stage for column in step.snapshot.columns]
        baseline = step.snapshot.baseline
    else:
        names = step.link.get("columns", as_list(USUAL_STAGES)).split(BETWEEN)
        baseline = step.link.get("baseline", "")
    stages = [name for name in names if name in STAGES]
    if not stages:
        raise CrossExamError(
            "its lists are those of additional rankers, which are not asked here: open its view"
        )
    return stages, baseline


def _index(link: Mapping[str, str], name: str) -> int | None:
    """The layer or head of a link, from 0."""
    text = link.get(name, "")
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text[:6]) < 1:
        raise CrossExamError(f"the link has {name}={shown(text)}: give a number from 1")
    return int(text[:6]) - 1
