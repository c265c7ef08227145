"""The parameters of a search: what each is called, may be, and how it is offered and said.

A parameter is registered once. `engine.search.settings.Settings` takes its defaults and checks
from `PARAMETERS`; the URL, the settings of the query bar, the CLI's flags and the names of
pipelines come from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any, Generic, Literal, TypeVar

from engine.types.errors import CrossExamError
from engine.types.ranker_names import is_attached, parsed, retrieves
from engine.types.registries.registry import Registry
from engine.types.traces import BI_ENCODER, BLEND, CROSS_ENCODER, FIRST_STAGES, HYBRID

Value = int | float | str
V = TypeVar("V", int, float, str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A value that a parameter may have, and what it is called on screen."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Generic[V]):
    """One parameter of a search, in words and bounds; it computes nothing.

    `low` and `high` bound a number (None: no bound), `choices` a text; `offered_high` bounds
    what widgets and links offer where the value itself has no upper bound. `or_retriever` lets
    the stage of a bi-encoder or an attached run stand in for a choice. `stage` is the stage that
    it is about: "" for the first stage of every pipeline, `CROSS_ENCODER` for every reranker;
    `only_with` names another parameter and the value of it without which this one has no say.
    `named` is how a pipeline's name says the value, by `str.format`, where it is not the default
    or `named_always`.
    """

    name: str
    default: V
    label: str
    widget: Literal["slider", "number", "select"]
    flag: str
    url: str = ""
    help: str = ""
    flag_help: str | None = None
    metavar: str | None = None
    choices: tuple[Choice, ...] = ()
    low: V | None = None
    high: V | None = None
    offered_high: V | None = None
    step: V | None = None
    or_retriever: bool = False
    stage: str = ""
    only_with: tuple[str, str] | None = None
    named: str = ""
    named_always: bool = False

    @property
    def key(self) -> str:
        """Its name in the URL, which is the key of its widget too."""
        return self.url or self.name

    @property
    def kind(self) -> type[V]:
        """The type of its values."""
        return type(self.default)

    @property
    def values(self) -> tuple[str, ...]:
        """What may be chosen, of a choice."""
        return tuple(choice.value for choice in self.choices)

    def label_of(self, value: str) -> str:
        """A choice as the screen says it; the value itself where it is none."""
        return next((c.label for c in self.choices if c.value == value), value)

    @property
    def offered(self) -> str:
        """In words what widgets and links take: "5 to 500", "rrf or weighted"."""
        if self.choices:
            return " or ".join((*self.values, *(("run:NAME",) if self.or_retriever else ())))
        return f"{self.low} to {self.highest_offered}"

    @property
    def highest_offered(self) -> V | None:
        """The greatest number that widgets and links take."""
        return self.high if self.offered_high is None else self.offered_high

    def check(self, value: Value) -> None:
        """Raise CrossExamError, with the value and the remedy, unless it may be this."""
        if self.or_retriever and retrieves(str(value)):
            parsed(str(value))
        elif not self._may_be(value, self.high):
            raise CrossExamError(
                f"{self.name.replace('_', ' ')} is {value!r}: give {self._remedy()}"
            )

    def read(self, text: str) -> Value:
        """The value as a link writes it; raises ValueError for what is not on offer."""
        value = self.kind(text)
        if self.or_retriever and is_attached(text):
            try:
                self.check(value)
            except CrossExamError as error:
                raise ValueError(text) from error
            return value
        if not self._may_be(value, self.highest_offered):
            raise ValueError(text)
        return value

    def _may_be(self, value: Any, high: V | None) -> bool:
        if isinstance(self.default, str):
            return value in self.values
        low = -inf if self.low is None else self.low
        return bool(low <= value <= (inf if high is None else high))  # never for NaN

    def _remedy(self) -> str:
        if self.choices:
            return f"one of {', '.join(self.values)}"
        if self.high is None:
            return f"a number of at least {self.low}"
        return f"a number from {self.low} to {self.high}"


LEAST_DEPTH, MOST_DEPTH = 5, 500
RRF, WEIGHTED = "rrf", "weighted"
LAST, BY_SCORE = "last", "score"
EXACT, FAST, FASTEST = "exact", "fast", "fastest"

FIRST_STAGE: Parameter[str] = Parameter(
    name="first_stage",
    default=BI_ENCODER,
    label="First stage",
    widget="select",
    choices=tuple(
        Choice(value=stage, label=label)
        for stage, label in zip(FIRST_STAGES, ("BM25", "Bi-encoder", "Hybrid"), strict=True)
    ),
    or_retriever=True,
    url="first",
    help="Its top candidates are handed to the cross-encoder.",
    flag="--first-stage",
    flag_help=f"{', '.join(FIRST_STAGES)} (default: %(default)s), {BI_ENCODER}:MODEL or run:NAME",
    metavar="STAGE",
)
DEPTH: Parameter[int] = Parameter(
    name="depth",
    default=50,
    label="Depth (candidates to rerank)",
    widget="slider",
    low=LEAST_DEPTH,
    high=MOST_DEPTH,
    help="20–30 when latency is critical, 50–100 usual, 200–500 for accuracy.",
    flag="--depth",
    flag_help="candidates to rerank",
)
FUSION: Parameter[str] = Parameter(
    name="fusion",
    default=RRF,
    label="Hybrid fusion",
    widget="select",
    choices=(
        Choice(value=RRF, label="Reciprocal rank fusion (RRF)"),
        Choice(value=WEIGHTED, label="Weighted sum of min-max scores"),
    ),
    stage=HYBRID,
    flag="--fusion",
)
RRF_K: Parameter[int] = Parameter(
    name="rrf_k",
    default=60,
    label="RRF k",
    widget="number",
    low=1,
    offered_high=1000,
    stage=HYBRID,
    only_with=(FUSION.name, RRF),
    named="RRF {}",
    named_always=True,
    help="Each list adds 1 / (k + rank); 60 is the usual value. Of equal sums the better "
    "single rank stands first, then BM25's order, then the id.",
    flag="--rrf-k",
)
HYBRID_WEIGHT: Parameter[float] = Parameter(
    name="hybrid_weight",
    default=0.5,
    label="Bi-encoder's weight in the weighted fusion",
    widget="slider",
    low=0,
    high=1,
    step=0.05,
    stage=HYBRID,
    only_with=(FUSION.name, WEIGHTED),
    named="{:.0%} bi-encoder",
    named_always=True,
    flag="--hybrid-weight",
    flag_help="the bi-encoder's share",
)
BLEND_WEIGHT: Parameter[float] = Parameter(
    name="blend_weight",
    default=0.8,
    label="Cross-encoder's weight in the blend",
    widget="slider",
    low=0,
    high=1,
    step=0.05,
    stage=BLEND,
    help="The rest is BM25's. 0.8 / 0.2 is the practitioners' mix.",
    flag="--blend-weight",
    flag_help="the cross-encoder's share",
)
WORDLESS: Parameter[str] = Parameter(
    name="wordless",
    default=LAST,
    label="Documents without a word",
    widget="select",
    choices=(
        Choice(value=LAST, label="Every reranker ranks them last"),
        Choice(value=BY_SCORE, label="Ranked by score"),
    ),
    stage=CROSS_ENCODER,
    help="Empty ones and those without a letter or digit. A cross-encoder was never "
    "trained on such texts, and may put them first.",
    flag="--wordless",
    flag_help="documents without a letter or digit: every reranker ranks them last (the default), "
    "or by score",
)
PRECISION: Parameter[str] = Parameter(
    name="precision",
    default=FAST,
    label="Precision of the cross-encoder",
    widget="select",
    choices=(
        Choice(value=FAST, label="Fast: near ties of the first ten again in fp32"),
        Choice(value=EXACT, label="Exact: every score in fp32"),
        Choice(value=FASTEST, label="Fastest: int8 where it was measured to be faster"),
    ),
    stage=CROSS_ENCODER,
    named="{}",
    help="Fast lets the backend that was selected score, and scores in fp32 again what is too "
    "close to call among the first ten and at their border. Where that backend computes in fp32 "
    "both are the same. Fastest scores nothing again; below the list stands how far its scores may "
    "lie from fp32's.",
    flag="--precision",
    flag_help="fast (the default): the selected backend scores, and what is too close to call in "
    "the first ten is scored again in fp32; exact: fp32 scores everything; fastest: int8 where "
    "that was measured to be faster, and nothing again",
)

PARAMETERS: Registry[Parameter[Any]] = Registry(
    "search parameter",
    (FIRST_STAGE, DEPTH, FUSION, RRF_K, HYBRID_WEIGHT, BLEND_WEIGHT, WORDLESS, PRECISION),
)
