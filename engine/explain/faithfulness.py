"""Does an explanation name the words that matter? Take them away and see.

Comprehensiveness and sufficiency after DeYoung et al. 2020 (ERASER), averaged over
bins as AOPC (Samek et al. 2017), with deletion and insertion curves, all against random
orders of the same words. Only the document's words go; the query stays whole.

Three things differ from ERASER: drops are of the raw logit (or of the cosine), not of a
probability; bins that take the same number of words count once, so that a document of four
words has two and not five; and the step without any removal (k = 0), whose drop is 0 by
definition and which only shrinks the mean, is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from engine.types import LOGIT, Attribution, CrossExamError, Word
from engine.types.registries.explanation_methods import is_by_removal
from engine.types.wording.numbers import decimal

BINS = (0.01, 0.05, 0.1, 0.2, 0.5)  # ERASER's
GRID = (*BINS, 0.75)  # more of the curve, between the bins and everything
RANDOM_ORDERS = 20
NAMED = 3

Scores = Callable[[list[tuple[Word, ...]]], list[float]]


@dataclass(frozen=True, slots=True)
class Curve:
    """A logit at each share of words gone (or come), beside the band of random orders.

    `shares` runs from 0 to 1; `low` and `high` are the 5th and 95th percentile over
    the random orders, `random` their mean.
    """

    shares: tuple[float, ...]
    logits: tuple[float, ...]
    random: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """The check of one attribution, in logits or, with that `unit`, cosines.

    `comprehensiveness` is the mean drop when the first-named words go (the higher the
    better), `sufficiency` the mean drop when only they are kept (the lower the better),
    both over `bins`, the different numbers of words that 1, 5, 10, 20 and 50% are, at least
    one. `random_...` hold the same for each random
    order. `named` words were removed for the sentence: `named_drop` against
    `random_named` (mean, standard deviation).
    """

    method: str
    words: int
    bins: tuple[int, ...]
    score: float
    comprehensiveness: float
    sufficiency: float
    random_comprehensiveness: tuple[float, ...]
    random_sufficiency: tuple[float, ...]
    deletion: Curve
    insertion: Curve
    named: tuple[str, ...]
    named_drop: float
    random_named: tuple[float, float]
    passes: int
    unit: str = LOGIT

    @property
    def is_by_definition(self) -> bool:
        """Whether taking words away is what defines the method itself."""
        return is_by_removal(self.method)

    @property
    def beats_random(self) -> bool:
        """Whether its comprehensiveness lies above the random band (95th percentile)."""
        return self.comprehensiveness > float(np.percentile(self.random_comprehensiveness, 95))

    @property
    def sentence(self) -> str:
        """The check in plain words."""
        mean, spread = self.random_named
        n = len(self.named)
        words_phrase = "word" if n == 1 else f"{n} words"
        verb = "drops" if self.named_drop >= 0 else "raises"
        digits = 1 if self.unit == LOGIT else 3
        drop = f"{abs(self.named_drop):.{digits}f}"
        return (
            f"Removing the {words_phrase} it names first {verb} the {self.unit} by {drop}; "
            f"{n} random {'word' if n == 1 else 'words'}: {decimal(mean, digits)} ± "
            f"{decimal(spread, digits)}."
        )


def faithfulness(
    attribution: Attribution,
    words: Sequence[Word],
    scores: Scores,
    *,
    orders: int = RANDOM_ORDERS,
    seed: int = 0,
    unit: str = LOGIT,
) -> Faithfulness:
    """Check an attribution of a pair whose document has these words.

    `words` are the document's, in reading order, as many as the attribution's document
    part. `scores(removals)` gives the score, in `unit`, after each removal of words; it is called
    once, with every removal that is needed, each once.
    """
    values = [value for _, value in attribution.of("document")]
    if len(values) != len(words):
        raise CrossExamError(
            f"the attribution has {len(values)} document words, the document {len(words)}: explain "
            "the same pair again"
        )
    if not words:
        raise CrossExamError("the document has no word that could be removed")
    n = len(words)
    named_order = sorted(range(n), key=lambda i: (-values[i], i))
    random = np.random.default_rng(seed)
    every = [named_order, *(random.permutation(n).tolist() for _ in range(orders))]
    counts = _counts(n, GRID)
    bins = _counts(n, BINS)
    n_named = min(NAMED, n)

    wanted_removals: dict[frozenset[int], None] = {frozenset(): None, frozenset(range(n)): None}
    for order in every:
        for count in (*counts, n_named):
            wanted_removals[frozenset(order[:count])] = None
            wanted_removals[frozenset(order[count:])] = None
    removals = list(wanted_removals)
    logits = dict(
        zip(removals, scores([tuple(words[i] for i in sorted(r)) for r in removals]), strict=True)
    )
    score, nothing = logits[frozenset()], logits[frozenset(range(n))]

    def gone(order: list[int], count: int) -> float:
        return logits[frozenset(order[:count])]

    def kept(order: list[int], count: int) -> float:
        return logits[frozenset(order[count:])]

    def mean_drop(order: list[int], at: Callable[[list[int], int], float]) -> float:
        return float(np.mean([score - at(order, count) for count in bins]))

    def curve(at: Callable[[list[int], int], float], first: float, last: float) -> Curve:
        rows = np.array([[first, *(at(o, c) for c in counts), last] for o in every])
        low, high = np.percentile(rows[1:], (5, 95), axis=0)
        return Curve(
            shares=(0.0, *(count / n for count in counts), 1.0),
            logits=tuple(rows[0].tolist()),
            random=tuple(rows[1:].mean(axis=0).tolist()),
            low=tuple(low.tolist()),
            high=tuple(high.tolist()),
        )

    random_drops = [score - gone(order, n_named) for order in every[1:]]
    return Faithfulness(
        method=attribution.method,
        words=n,
        bins=tuple(bins),
        score=score,
        comprehensiveness=mean_drop(named_order, gone),
        sufficiency=mean_drop(named_order, kept),
        random_comprehensiveness=tuple(mean_drop(order, gone) for order in every[1:]),
        random_sufficiency=tuple(mean_drop(order, kept) for order in every[1:]),
        deletion=curve(gone, score, nothing),
        insertion=curve(kept, nothing, score),
        named=tuple(words[i].text for i in named_order[:n_named]),
        named_drop=score - gone(named_order, n_named),
        random_named=(float(np.mean(random_drops)), float(np.std(random_drops))),
        passes=len(removals),
        unit=unit,
    )


def _counts(n_words: int, shares: Sequence[float]) -> list[int]:
    """The different numbers of words, at least one and never all, that these shares are."""
    most_removed = max(1, n_words - 1)
    return sorted({min(most_removed, max(1, round(share * n_words))) for share in shares})
