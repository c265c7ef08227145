"""The measures of a ranking against judgments: what each is called, means and how it is written.

A measure is registered once. Tables, choice boxes, the CLI's help and columns, the keys of JSON
and CSV and the tests of significance come from `MEASURES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.types.registries.registry import Registry

# (document ids, best first; the grades of the query's judged documents) to a value.
ListMeasure = Callable[[Sequence[str], Mapping[str, int]], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure, by what it is called and how it is computed.

    `cutoff` is how far down a list it reads: a rank, None for all that is listed, or "depth"
    for as far as the evaluation asks. Its value is ir_measures' of that name ("{depth}" stands
    for the depth asked for), or `function`'s. A query without a result counts `worst`. `note`
    stands in a few words under its heading, and `form` formats a value.
    """

    family: str
    definition: str
    note: str
    cutoff: int | Literal["depth"] | None = None
    ir_measures: str = ""
    function: ListMeasure | None = None
    higher_is_better: bool = True
    worst: float = 0.0
    form: str = ".4f"

    def __post_init__(self) -> None:
        if (self.function is None) == (not self.ir_measures):
            raise ValueError(f"measure {self.family!r}: give ir_measures' name or a function")

    @property
    def name(self) -> str:
        """ "nDCG@10", "MAP"; the family alone where the depth is yet to be given."""
        return f"{self.family}@{self.cutoff}" if isinstance(self.cutoff, int) else self.family

    def at(self, depth: int) -> str:
        """The name of its values in an evaluation to this depth: "nDCG@10", "Recall@50"."""
        return f"{self.family}@{depth}" if self.cutoff == "depth" else self.name

    def said(self, value: float) -> str:
        """A value as tables write it: "0.7062"."""
        return format(value, self.form)

    def merit(self, value: float) -> float:
        """The value, or the difference of two, so that more is better."""
        return value if self.higher_is_better else -value


NDCG = Measure(
    family="nDCG",
    cutoff=10,
    ir_measures="nDCG@10",
    note="graded order of the top 10",
    definition="how near the order of the top 10 comes to the best that the grades allow",
)
MRR = Measure(
    family="MRR",
    cutoff=10,
    ir_measures="RR@10",
    note="1 / rank of the first relevant",
    definition="1 divided by the rank of the first relevant document, 0 below rank 10",
)
MAP = Measure(
    family="MAP",
    ir_measures="AP",
    note="mean average precision",
    definition="the precision at the rank of each relevant document that is listed, averaged over "
    "all relevant ones; MAP@k where lists end at rank k",
)
RECALL = Measure(
    family="Recall",
    cutoff="depth",
    ir_measures="R@{depth}",
    note="relevant documents found so far down",
    definition="the share of the relevant documents that is found down to the depth",
)

MEASURES: Registry[Measure] = Registry("measure", (NDCG, MRR, MAP, RECALL))
PRIMARY = NDCG  # what verdicts, curves and trainings go by

JUDGED_K = 10
JUDGED = f"judged@{JUDGED_K}"
JUDGED_NOTE = f"share of the top {JUDGED_K} with a judgment"


def comparable() -> tuple[str, ...]:
    """The names of the measures whose value does not hang on the depth asked for."""
    return tuple(measure.name for measure in MEASURES if measure.cutoff != "depth")


def whole_list(length: int) -> tuple[str, ...]:
    """What reads lists of this length as far down as they go, or as is asked for."""
    return tuple(shown_at(m.family, length) for m in MEASURES if not isinstance(m.cutoff, int))


def measure_named(name: str) -> Measure | None:
    """The measure whose values carry this name ("nDCG@10", "Recall@50"); None for no measure.

    What reads all that is listed is known by its name on screen too ("MAP@50").
    """
    family, _, depth = name.partition("@")
    at_depth = depth.isdecimal()
    return next(
        (
            measure
            for measure in MEASURES
            if measure.name == name
            or (not isinstance(measure.cutoff, int) and at_depth and measure.family == family)
        ),
        None,
    )


def shown_at(name: str, length: int) -> str:
    """The name on screen where lists end at `length`: "MAP@50", for MAP reads all that is listed.

    In files, JSON and links it keeps the name it was given.
    """
    measure = measure_named(name)
    reads_all = measure is not None and measure.cutoff is None and name == measure.name
    return f"{name}@{length}" if reads_all else name


def merit(name: str, value: float) -> float:
    """The value, or difference, of a measure of this name so that more is better.

    What is no measure of the registry, such as the agreement with a teacher, is better higher.
    """
    measure = measure_named(name)
    return value if measure is None else measure.merit(value)


def said(name: str, value: float) -> str:
    """A value as its measure writes it, with four decimals for what is none of the registry."""
    measure = measure_named(name)
    return f"{value:.4f}" if measure is None else measure.said(value)
