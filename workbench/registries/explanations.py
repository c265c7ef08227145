"""What each explanation method computes, joined to what `EXPLANATION_METHODS` says of it.

To add a method: `EXPLANATIONS.register(ExplanationMethod(…), function)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from engine.types import Attribution
from engine.types.registries.explanation_methods import (
    ATTENTION_GRADIENT,
    ATTENTION_RECEIVED,
    ATTENTION_ROLLOUT,
    COSINE_JACOBIANS,
    COSINE_OCCLUSION,
    EXPLANATION_METHODS,
    INTEGRATED_GRADIENTS,
    OCCLUSION_DELETE,
    OCCLUSION_MASK,
    ExplanationMethod,
    ExplanationOptions,
)
from workbench.registries.joined import Joined

if TYPE_CHECKING:  # both import torch, which the first explanation loads
    from models.bi_encoders.bi_attribution import TextExplainer
    from models.cross_encoders.attribution import PairExplainer


# (the explainer of the model, query, document, options) to what moved the score. The explainer
# is the one of the kind that the method explains: each kind has its own, hence Any.
Explain = Callable[[Any, str, str, ExplanationOptions], Attribution]


def explain(
    method: ExplanationMethod,
    explainer: Any,
    query: str,
    document: str,
    options: ExplanationOptions,
) -> Attribution:
    """What the method computes of the pair; `explainer` is that of the kind it explains."""
    return EXPLANATIONS.of(method.name)(explainer, query, document, options)


def _integrated_gradients(
    explainer: PairExplainer, query: str, document: str, options: ExplanationOptions
) -> Attribution:
    return explainer.integrated_gradients(
        query,
        document,
        baseline=options.baseline,
        on_progress=options.on_progress,
        cancel=options.cancel,
    )


def _occlusion(variant: str) -> Explain:
    def occlusion(
        explainer: PairExplainer, query: str, document: str, options: ExplanationOptions
    ) -> Attribution:
        return explainer.occlusion(
            query,
            document,
            variant=variant,
            on_progress=options.on_progress,
            cancel=options.cancel,
        )

    return occlusion


def _attention_received(
    explainer: PairExplainer, query: str, document: str, _: ExplanationOptions
) -> Attribution:
    return explainer.attention_received(query, document)


def _attention_rollout(
    explainer: PairExplainer, query: str, document: str, _: ExplanationOptions
) -> Attribution:
    return explainer.rollout(query, document)


def _attention_gradient(
    explainer: PairExplainer, query: str, document: str, _: ExplanationOptions
) -> Attribution:
    return explainer.attention_gradient(query, document)


def _cosine_occlusion(
    explainer: TextExplainer, query: str, document: str, options: ExplanationOptions
) -> Attribution:
    return explainer.occlusion(
        query, document, on_progress=options.on_progress, cancel=options.cancel
    )


def _cosine_jacobians(
    explainer: TextExplainer, query: str, document: str, options: ExplanationOptions
) -> Attribution:
    return explainer.integrated_jacobians(
        query, document, on_progress=options.on_progress, cancel=options.cancel
    )


EXPLANATIONS: Joined[ExplanationMethod, Explain] = Joined(EXPLANATION_METHODS)
EXPLANATIONS.register(INTEGRATED_GRADIENTS, _integrated_gradients)
EXPLANATIONS.register(OCCLUSION_DELETE, _occlusion(OCCLUSION_DELETE.variant))
EXPLANATIONS.register(OCCLUSION_MASK, _occlusion(OCCLUSION_MASK.variant))
EXPLANATIONS.register(ATTENTION_RECEIVED, _attention_received)
EXPLANATIONS.register(ATTENTION_ROLLOUT, _attention_rollout)
EXPLANATIONS.register(ATTENTION_GRADIENT, _attention_gradient)
EXPLANATIONS.register(COSINE_JACOBIANS, _cosine_jacobians)
EXPLANATIONS.register(COSINE_OCCLUSION, _cosine_occlusion)
