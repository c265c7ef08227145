"""What of a ranking fits into a language model's token budget, for one query and for a set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.types.traces import BI_ENCODER, CROSS_ENCODER

CHARACTERS = "characters"
TOKENIZERS = {
    CROSS_ENCODER: "The cross-encoder's tokenizer",
    BI_ENCODER: "The bi-encoder's tokenizer",
    CHARACTERS: "Characters / 4 (an estimate)",
}
USUAL_TOKENS, MOST_TOKENS = 2_000, 1_000_000
RULE = (
    "Passages are taken whole and in the order of the list, title and text, until one does not "
    "fit; what comes after it is left out, even where it is shorter. Nothing else is counted: no "
    "prompt, no query, no separators."
)


@dataclass(frozen=True, slots=True)
class ListedPassage:
    """A passage of a list: its tokens, and its grade, None where nobody judged it."""

    doc_id: str
    rank: int
    tokens: int
    grade: int | None = None

    @property
    def relevant(self) -> bool:
        return self.grade is not None and self.grade > 0


@dataclass(frozen=True, slots=True)
class FilledContext:
    """A stage's list, of which the first `fitting` passages are within the budget."""

    stage: str
    budget: int
    passages: tuple[ListedPassage, ...]
    fitting: int

    @property
    def inside(self) -> tuple[ListedPassage, ...]:
        """The passages that reach the language model."""
        return self.passages[: self.fitting]

    @property
    def tokens(self) -> int:
        """The tokens that they take."""
        return sum(passage.tokens for passage in self.inside)

    @property
    def relevant(self) -> int:
        """How many of them are judged relevant."""
        return sum(passage.relevant for passage in self.inside)

    @property
    def all_fits(self) -> bool:
        """Whether the list ends before the budget does."""
        return self.fitting == len(self.passages)


@dataclass(frozen=True, slots=True)
class ContextChange:
    """What another ranking brings into the context and puts out of it, in each one's order."""

    before: FilledContext
    after: FilledContext

    @property
    def entered(self) -> tuple[ListedPassage, ...]:
        """In the context after, not before."""
        ids = {passage.doc_id for passage in self.before.inside}
        return tuple(p for p in self.after.inside if p.doc_id not in ids)

    @property
    def left(self) -> tuple[ListedPassage, ...]:
        """In the context before, not after."""
        ids = {passage.doc_id for passage in self.after.inside}
        return tuple(p for p in self.before.inside if p.doc_id not in ids)


@dataclass(frozen=True, slots=True)
class BudgetDifference:
    """Recall at the budget minus the baseline's: 95% bootstrap interval, Holm's p in words."""

    value: float
    interval: tuple[float, float]
    p_words: str
    significant: bool
    better: int
    worse: int
    equal: int
    sentence: str


@dataclass(frozen=True, slots=True)
class BudgetFigures:
    """One pipeline at a budget, means over the judged queries.

    `recall` is the share of a query's relevant documents of which a passage is in the context,
    as `by_query` has it; `relevant` of the `passages` there are judged relevant; `ended` queries
    have a list that ends before the budget. `difference` is None for the baseline.
    """

    name: str
    stage: str
    recall: float
    by_query: Mapping[str, float]
    relevant: float
    passages: float
    tokens: float
    ended: int
    difference: BudgetDifference | None = None


@dataclass(frozen=True, slots=True)
class BudgetCurve:
    """A pipeline's recall at each of several budgets."""

    name: str
    stage: str
    budgets: tuple[int, ...]
    recall: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class BudgetReport:
    """Pipelines at a token budget over a query set; the first row is the `baseline`'s."""

    budget: int
    tokenizer: str
    baseline: str
    queries: int
    listed: int
    rows: tuple[BudgetFigures, ...]
    curves: tuple[BudgetCurve, ...]
