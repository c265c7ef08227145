"""What a person can choose about a search."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from engine.types.ranker_names import check_names
from engine.types.registries import search_parameters as p
from engine.types.registries.search_parameters import PARAMETERS, Value

LEAST_POOL = 50


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of a pipeline, checked: a value for each parameter of `PARAMETERS`.

    `depth` candidates of `first_stage` are reranked. `hybrid_weight` is the
    bi-encoder's share in the weighted fusion, `blend_weight` the cross-encoder's in
    the blend; the rest is BM25's. `rerankers` names additional rankers (see
    `engine.types.ranker_names`), each a stage of its own over the same candidates, or, if a
    bi-encoder, over the whole corpus. The stage of a bi-encoder can be the first stage too.
    `wordless` says where a reranker ranks documents without a word: "last", or by their "score".
    `precision` says whether every logit is fp32's ("exact") or those alone that decide the first
    ten ("fast").
    `additional` holds, by name, the parameters that have no field of their own here and are not
    at their default; `value` reads any.
    """

    depth: int = p.DEPTH.default
    first_stage: str = p.FIRST_STAGE.default
    fusion: str = p.FUSION.default
    rrf_k: int = p.RRF_K.default
    hybrid_weight: float = p.HYBRID_WEIGHT.default
    blend_weight: float = p.BLEND_WEIGHT.default
    rerankers: tuple[str, ...] = ()
    wordless: str = p.WORDLESS.default
    precision: str = p.PRECISION.default
    additional: tuple[tuple[str, Value], ...] = ()

    def __post_init__(self) -> None:
        named = sorted(dict(self.additional).items())
        changed = tuple(pair for pair in named if PARAMETERS.of(pair[0]).default != pair[1])
        object.__setattr__(self, "additional", changed)  # equal choices are equal settings
        for parameter in PARAMETERS:
            parameter.check(self.value(parameter.name))
        check_names(self.rerankers)

    @classmethod
    def from_values(
        cls, values: Mapping[str, Value], *, rerankers: tuple[str, ...] = ()
    ) -> Settings:
        """Settings of these parameters by name; what is not given is at its default."""
        own_values: dict[str, Any] = {name: v for name, v in values.items() if name in _OWN}
        additional = tuple((name, v) for name, v in values.items() if name not in _OWN)
        return cls(**own_values, rerankers=rerankers, additional=additional)

    def with_values(self, **changes: Value) -> Settings:
        """The same settings but for these parameters."""
        return self.from_values({**self.values(), **changes}, rerankers=self.rerankers)

    def value(self, name: str) -> Value:
        """The value of a parameter; raises CrossExamError for a name that is none."""
        if name in _OWN:
            own: Value = getattr(self, name)
            return own
        default: Value = PARAMETERS.of(name).default
        return dict(self.additional).get(name, default)

    def values(self) -> dict[str, Value]:
        """The value of each parameter by name; of those without a field what is not default."""
        return {
            parameter.name: self.value(parameter.name)
            for parameter in PARAMETERS
            if parameter.name in _OWN or parameter.name in dict(self.additional)
        }

    @property
    def pool(self) -> int:
        """How many hits each first stage lists: the depth, and at least 50."""
        return max(self.depth, LEAST_POOL)


_OWN = frozenset(field.name for field in fields(Settings)) - {"rerankers", "additional"}
