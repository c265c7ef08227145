"""The words that separate a document from one above it, by the explainers of the cross-encoder."""

from __future__ import annotations

from engine.explain.pairwise import difference
from engine.search.diagnosis.causes.separating import separating_evidence
from engine.types import Log, ProgressCallback
from engine.types.aliases import silent
from engine.types.diagnosis.causes import Evidence
from engine.types.registries.explanation_methods import (
    ALL_PADDED,
    INTEGRATED_GRADIENTS,
    ExplanationOptions,
)
from workbench.explainers import Explainers
from workbench.registries.explanations import explain


def separating_words(
    explainers: Explainers,
    query: str,
    document: str,
    above: str,
    *,
    log: Log = silent,
    on_progress: ProgressCallback | None = None,
) -> tuple[Evidence, ...]:
    """Evidence of what the text of the one `above` has more of, word by word, in fp32."""
    explainer = explainers.pair_explainer(log)

    def count(done: int, total: int) -> None:
        if on_progress is not None:
            on_progress("taking the gap apart", done, total)

    options = ExplanationOptions(ALL_PADDED, count)
    a, b = (
        explain(INTEGRATED_GRADIENTS, explainer, query, text, options) for text in (above, document)
    )
    return separating_evidence(difference(a, b))
