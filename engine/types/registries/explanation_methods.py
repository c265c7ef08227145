"""The methods that explain a score word by word: what each is called, explains and says.

A method is registered once. The choices of the Explain page, the CLI's choices and help, labels,
descriptions and the comparison of methods come from `EXPLANATION_METHODS`. What a method
computes is joined to it in `workbench.registries.explanations`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.types.aliases import Cancel, CountCallback
from engine.types.registries.registry import Registry
from engine.types.traces import BI_ENCODER, CROSS_ENCODER

EMPTY_DOCUMENT, ALL_PADDED = "empty document", "pad"
BASELINES = (EMPTY_DOCUMENT, ALL_PADDED, "mask", "unk")
DELETE, MASKED = "delete", "mask"
VARIANTS = (DELETE, MASKED)

Subject = Literal["score", "attention"]
Unit = Literal["steps", "passes"]


@dataclass(frozen=True, slots=True)
class ExplanationOptions:
    """The options of one explanation: a baseline where the method has one, progress, cancel."""

    baseline: str = ""
    on_progress: CountCallback | None = None
    cancel: Cancel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplanationMethod:
    """One method, by what it explains and how that is said.

    `name` is that of its attributions, `command` the CLI's (several records of one command differ
    in `variant`). It `explains` a cross-encoder or a bi-encoder and is `about` what moves the
    score or where attention goes. `sums_to_score`: its values add up to the gap between the
    score and a baseline's. `by_removal`: taking words away is what defines it, which its check
    favours.
    """

    name: str
    label: str
    description: str
    command: str
    explains: str = CROSS_ENCODER
    about: Subject = "score"
    variant: str = ""
    caveat: str = ""
    sums_to_score: bool = False
    signed: bool = True
    by_removal: bool = False
    takes_baseline: bool = False
    unit: Unit = "passes"


ATTENTION_CAVEAT = (
    "Attention shows where heads look; it is not the cause of the score. So it has a colour "
    "of its own here, and its own check, like every explanation on this page."
)
INTEGRATED_GRADIENTS = ExplanationMethod(
    name="integrated gradients",
    label="Integrated gradients",
    description="Gradients of the logit, summed on the way from the baseline to the pair "
    "(Sundararajan et al. 2017): the values of all words sum to the gap between the two.",
    command="ig",
    sums_to_score=True,
    takes_baseline=True,
    unit="steps",
)
OCCLUSION_DELETE = ExplanationMethod(
    name="occlusion (delete)",
    label="Leave one word out (delete)",
    description="What the logit loses when this one word is taken out.",
    command="occlusion",
    variant=DELETE,
    by_removal=True,
)
OCCLUSION_MASK = ExplanationMethod(
    name="occlusion (mask)",
    label="Leave one word out (mask)",
    description="What the logit loses when this one word is replaced by [MASK].",
    command="occlusion",
    variant=MASKED,
    by_removal=True,
)
ATTENTION_RECEIVED = ExplanationMethod(
    name="attention",
    label="Attention received",
    description="The mean share of attention that a word gets from the words of the other text, "
    "over all layers and heads.",
    command="attention",
    about="attention",
    caveat=ATTENTION_CAVEAT,
    signed=False,
)
ATTENTION_ROLLOUT = ExplanationMethod(
    name="attention rollout",
    label="Attention rollout",
    description="How much of each word flows to where the score is read, [CLS] in BERT, through "
    "all layers (Abnar & Zuidema 2020).",
    command="rollout",
    about="attention",
    caveat=ATTENTION_CAVEAT,
    signed=False,
)
ATTENTION_GRADIENT = ExplanationMethod(
    name="attention × gradient",
    label="Attention × gradient",
    description="The attention that a word gets, times how the logit would change with it, over "
    "all layers and heads.",
    command="attention-gradient",
    about="attention",
    caveat=ATTENTION_CAVEAT,
)
# What beats random orders on the pairs of benchmarks/explain_dev_pairs.json, most often first.
COSINE_JACOBIANS = ExplanationMethod(
    name="integrated jacobians of the cosine",
    label="Integrated Jacobians",
    description="The cosine's gradients, summed on the way from texts without a word (Möller et "
    "al. 2023, an attribution method for siamese encoders).",
    command="cosine-jacobians",
    explains=BI_ENCODER,
    sums_to_score=True,
    unit="steps",
)
COSINE_OCCLUSION = ExplanationMethod(
    name="occlusion of the cosine",
    label="Leave one word out",
    description="What the cosine loses when this one word is taken out of its text. The values "
    "need not sum to the cosine.",
    command="cosine-occlusion",
    explains=BI_ENCODER,
    by_removal=True,
)

EXPLANATION_METHODS: Registry[ExplanationMethod] = Registry(
    "explanation method",
    (
        INTEGRATED_GRADIENTS,
        OCCLUSION_DELETE,
        OCCLUSION_MASK,
        ATTENTION_RECEIVED,
        ATTENTION_ROLLOUT,
        ATTENTION_GRADIENT,
        COSINE_JACOBIANS,
        COSINE_OCCLUSION,
    ),
)


def methods_of(explains: str, about: Subject = "score") -> tuple[str, ...]:
    """The names of the methods that explain this kind of model, in this respect."""
    return tuple(
        method.name
        for method in EXPLANATION_METHODS
        if (method.explains, method.about) == (explains, about)
    )


def commands() -> tuple[str, ...]:
    """What the CLI calls the methods, each once."""
    return tuple(dict.fromkeys(method.command for method in EXPLANATION_METHODS))


def method_of_command(command: str, variant: str = DELETE) -> ExplanationMethod | None:
    """The method that the CLI calls so, in this variant where it has several; None for no such."""
    return next(
        (
            method
            for method in EXPLANATION_METHODS
            if method.command == command and method.variant in ("", variant)
        ),
        None,
    )


def variants_of(command: str) -> tuple[str, ...]:
    """The variants of the CLI's method of this name."""
    return tuple(m.variant for m in EXPLANATION_METHODS if m.command == command)


def is_by_removal(name: str) -> bool:
    """Whether taking words away is what defines the method of this name."""
    method = EXPLANATION_METHODS.find(name)
    return method is not None and method.by_removal


def sums_to_score(name: str) -> bool:
    """Whether the values of the method of this name add up to the gap that they explain."""
    method = EXPLANATION_METHODS.find(name)
    return method is not None and method.sums_to_score
