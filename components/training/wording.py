"""What a training does, took and brought, in sentences."""

from __future__ import annotations

from typing import Protocol

from components.common.wording import counted, humanised

KINDS = {
    "distilled": "A bi-encoder, by the cross-encoder",
    "fine-tuned": "A cross-encoder, by people's judgments",
}
METHODS = {
    "distilled": (
        "Distillation with MarginMSE (Hofstätter et al. 2020): the student learns the differences "
        "between the teacher's scores of a good document and of hard negatives, which the student "
        "and BM25 rank high. Synthetic queries are a document's title or its four weightiest "
        "words; no language model writes them."
    ),
    "fine-tuned": (
        "Fine-tuning by binary cross-entropy: a pair's label is its grade divided by the highest "
        "grade given. The corpus' own judgments and those given under Quality count alike; a "
        "machine's proposals do not."
    ),
}
LOSSES = {"distilled": "MarginMSE (cosine²)", "fine-tuned": "Cross-entropy"}


class Split(Protocol):
    """How many judged queries are trained on, choose the step, and are held out."""

    @property
    def train(self) -> int: ...

    @property
    def dev(self) -> int: ...

    @property
    def test(self) -> int: ...

    @property
    def pairs(self) -> int: ...


def split_sentence(split: Split) -> str:
    """How the judged queries are parted."""
    if not split.test:
        return "No judged queries. "
    return (
        f"Judged queries: {split.train} to learn from "
        f"({counted(split.pairs, 'judged pair')}), {split.dev} dev queries that "
        f"choose the step to keep, {split.test} held out and looked at once, at the end. "
        "A query's part follows from its text and never changes. "
    )


def time_sentence(seconds: float | None) -> str:
    """How long the steps may take; None where no training was timed here."""
    if seconds is None:
        return "The time is measured at the first steps."
    return (
        f"Estimated from the last training here: {humanised(seconds)} for the steps, and "
        "scoring and measuring besides."
    )


def verdict_sentence(better: bool | None) -> str:
    """What the measurement says of a trained model, no more."""
    if better is True:
        return "Better than its parent on queries that it never saw."
    if better is False:
        return "Worse than its parent: keep the parent."
    return "Not shown to be better: the difference may be chance. Keep the parent."
