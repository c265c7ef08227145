"""What each word did to a score."""

from __future__ import annotations

from dataclasses import dataclass

FLAGGED_ABOVE = 0.05  # a residual that is said to be large


@dataclass(frozen=True, slots=True)
class Attribution:
    """What moved a score (or where heads looked), word by word, query first.

    `values` are logits for the methods that explain the score, shares of attention
    for those that follow it. `baseline_score` is the score of the input that carries
    no information, and `residual` is |sum of values - (score - baseline_score)| /
    max(|score - baseline_score|, 1 logit); both are None where a method has none.
    `special_value` is the sum over the special tokens, which `specials` names: part of that
    sum but no word. `word_change` is the most that a word's value moved when the `steps` of an
    integral were last doubled; None where nothing is integrated.
    """

    method: str
    words: tuple[str, ...]
    values: tuple[float, ...]
    baseline_score: float | None
    score: float
    residual: float | None
    segments: tuple[str, ...] = ()
    special_value: float = 0.0
    baseline: str = ""
    steps: int = 0
    specials: str = "[CLS] and [SEP]"
    word_change: float | None = None

    def of(self, segment: str) -> tuple[tuple[str, float], ...]:
        """(word, value) of "query" or "document", in reading order."""
        rows = zip(self.words, self.values, self.segments, strict=True)
        return tuple((word, value) for word, value, name in rows if name == segment)


@dataclass(frozen=True, slots=True)
class LabelScore:
    """What a classifier gives one label of a pair: its logit, and its probability, 0 to 1.

    `ranks` says that this label's probability is the score.
    """

    label: str
    logit: float
    probability: float
    ranks: bool = False
