"""What each built-in explanation method computes, joined to its record by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.types import Attribution, CrossExamError
from engine.types.registries.explanation_methods import (
    ATTENTION_GRADIENT,
    ATTENTION_RECEIVED,
    ATTENTION_ROLLOUT,
    COSINE_JACOBIANS,
    COSINE_OCCLUSION,
    INTEGRATED_GRADIENTS,
    OCCLUSION_DELETE,
    OCCLUSION_MASK,
    Explain,
    ExplanationMethod,
    ExplanationOptions,
)

if TYPE_CHECKING:  # both import torch, which the first explanation loads
    from models.bi_encoders.bi_attribution import TextExplainer
    from models.cross_encoders.attribution import PairExplainer


def explain(
    method: ExplanationMethod,
    explainer: Any,
    query: str,
    document: str,
    options: ExplanationOptions,
) -> Attribution:
    """What the method finds of the pair; `explainer` is that of the kind which it explains.

    Raises CrossExamError for a method that brings no function and is none of the built-in ones.
    """
    function = method.function or FUNCTIONS.get(method.name)
    if function is None:
        raise CrossExamError(
            f"explanation method {method.name!r} has no function: give its record one"
        )
    return function(explainer, query, document, options)


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


FUNCTIONS: Mapping[str, Explain] = {
    INTEGRATED_GRADIENTS.name: _integrated_gradients,
    OCCLUSION_DELETE.name: _occlusion(OCCLUSION_DELETE.variant),
    OCCLUSION_MASK.name: _occlusion(OCCLUSION_MASK.variant),
    ATTENTION_RECEIVED.name: _attention_received,
    ATTENTION_ROLLOUT.name: _attention_rollout,
    ATTENTION_GRADIENT.name: _attention_gradient,
    COSINE_JACOBIANS.name: _cosine_jacobians,
    COSINE_OCCLUSION.name: _cosine_occlusion,
}
