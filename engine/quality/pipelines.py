"""Which pipelines a quality run holds against each other, each told in a short name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from engine.search.settings import Settings
from engine.types import BI_ENCODER, BLEND, CROSS_ENCODER, CrossExamError
from engine.types.ranker_names import is_attached, name_of, parsed, retrieves
from engine.types.registries.rankers import BARE
from engine.types.registries.search_parameters import (
    BLEND_WEIGHT,
    EXACT,
    FAST,
    FIRST_STAGE,
    PARAMETERS,
)


@dataclass(frozen=True, slots=True)
class PipelineSpec:
    """One pipeline, checked: the settings of a search, and what reranks its candidates.

    `reranker` is a model's name, "" for the first stage alone. `blended` mixes its score with
    BM25's, by the settings' `blend_weight`; where it stands alone that weight plays no part and
    is put to its default, so that equal pipelines are equal. So are additional rankers left out.
    """

    settings: Settings
    reranker: str = ""
    blended: bool = False

    def __post_init__(self) -> None:
        settings = replace(self.settings, rerankers=())
        if not self.blended:
            settings = replace(settings, blend_weight=BLEND_WEIGHT.default)
        elif not self.reranker:
            raise CrossExamError(
                f"blend weight is {settings.blend_weight}, but no reranker is given: name one to "
                "blend"
            )
        object.__setattr__(self, "settings", settings)
        if self.reranker and parsed(self.reranker).retrieves:
            raise CrossExamError(
                f"{self.reranker!r} retrieves and does not rerank: make it the first stage"
            )

    @property
    def first_stage(self) -> str:
        """The stage whose candidates are reranked; a further bi-encoder's, or an attached run."""
        return self.settings.first_stage

    @property
    def depth(self) -> int:
        """How many candidates are reranked, or listed where there is no reranker."""
        return self.settings.depth

    @property
    def blend_weight(self) -> float | None:
        """The reranker's share in the mixture with BM25, None where it stands alone."""
        return self.settings.blend_weight if self.blended else None

    @property
    def stage(self) -> str:
        """The stage whose ranking is the pipeline's result."""
        if not self.reranker:
            return self.first_stage
        return BLEND if self.blended else CROSS_ENCODER

    @property
    def name(self) -> str:
        """ "Bi-encoder", "BM25 50 → L-12-v2" or "Hybrid (RRF 60) 100 → 80% L-12-v2 + 20% BM25"."""
        first = self.first_stage
        label = FIRST_STAGE.label_of(first) if first in FIRST_STAGE.values else short_model(first)
        full_name = label + self._said("", first)
        if not self.reranker:
            return full_name
        model = short_model(self.reranker)
        if self.blended:
            share = self.settings.blend_weight
            model = f"{share:.0%} {model} + {1 - share:.0%} BM25"
        named_stages = (CROSS_ENCODER, BLEND) if self.blended else (CROSS_ENCODER,)
        return f"{full_name} {self.depth} → {model}{self._said(*named_stages)}"

    def _said(self, *stages: str) -> str:
        """The parameters of these stages as the name says them: " (RRF 60)", or nothing."""
        settings, name_parts = self.settings, []
        for parameter in PARAMETERS:
            if not parameter.named or parameter.stage not in stages:
                continue
            if (
                parameter.only_with
                and settings.value(parameter.only_with[0]) != (parameter.only_with[1])
            ):
                continue
            value = settings.value(parameter.name)
            if parameter.named_always or value != parameter.default:
                name_parts.append(parameter.named.format(value))
        return f" ({', '.join(name_parts)})" if name_parts else ""

    @property
    def scores_pairs(self) -> bool:
        """Whether it has a reranker that scores each pair apart, whatever else is listed."""
        return bool(self.reranker) and not parsed(self.reranker).whole_list

    @property
    def exact(self) -> bool:
        """Whether its reranker is a cross-encoder that scores in fp32 alone."""
        return self.mode == EXACT

    @property
    def mode(self) -> str:
        """How its cross-encoder scores: "fast", "exact", "fastest"; "fast" for other rerankers."""
        if not self.reranker or parsed(self.reranker).record.name != BARE:
            return FAST
        return self.settings.precision

    @property
    def retriever(self) -> str:
        """The further bi-encoder or attached run that is the first stage, "" where it is none."""
        return self.first_stage if retrieves(self.first_stage) else ""

    @property
    def attached(self) -> bool:
        """Whether its first stage is another system's run, whose time nobody measured here."""
        return is_attached(self.first_stage)

    @property
    def run_name(self) -> str:
        """The name without white space, for TREC's run files and file names."""
        text = self.name.replace("→", "to").replace("%", "pct").replace("+", "and")
        kept = "".join(c if c.isalnum() or c in "-." else " " for c in text)
        return "-".join(kept.split()).lower()

    def values(self) -> dict[str, Any]:
        """The specification as plain values, as saved runs hold them."""
        return {
            **self.settings.values(),
            "reranker": self.reranker,
            BLEND_WEIGHT.name: self.blend_weight,
        }


def stage_pipelines(
    stages: Iterable[str], settings: Settings, cross_encoder: str
) -> dict[str, PipelineSpec]:
    """The pipeline whose result each of these stages of a search is, by the stage's name.

    `cross_encoder` names the model of the stages that need one without naming it.
    """
    pipelines = {}
    for stage in stages:
        name = name_of(stage)
        if stage in (CROSS_ENCODER, BLEND):
            spec = PipelineSpec(settings, cross_encoder, blended=stage == BLEND)
        elif name is not None and not retrieves(name):
            spec = PipelineSpec(settings, name)
        else:
            spec = PipelineSpec(replace(settings, first_stage=stage))
        pipelines[stage] = spec
    return pipelines


def list_length(specs: Iterable[PipelineSpec]) -> int:
    """How far the lists of pipelines that are held against each other go down: one length."""
    return max((spec.depth for spec in specs), default=0)


def most_pairs(specs: Iterable[PipelineSpec]) -> int:
    """How many pairs a query takes at most: each candidate is read once by each reranker.

    What orders a whole list reads the candidates of each depth anew.
    """
    deepest: dict[tuple[str, str, int], int] = {}
    for spec in specs:
        if spec.reranker:
            list_depth = spec.depth if parsed(spec.reranker).whole_list else 0
            reading_key = (spec.reranker, spec.first_stage, list_depth)
            deepest[reading_key] = max(deepest.get(reading_key, 0), spec.depth)
    return sum(deepest.values())


def short_model(name: str) -> str:
    """The part of a model's name that tells it from its kin: "L-12-v2" of MS MARCO's.

    A chat model is told with its way of ranking: "qwen3 (listwise)".
    """
    model_name = parsed(name)
    if model_name.record.attached:
        return model_name.model
    if model_name.record.chat:
        return model_name.record.said.format(model=model_name.model.rsplit("/", 1)[-1])
    last = name.removeprefix(f"{BI_ENCODER}:").rstrip("/").rsplit("/", 1)[-1]
    return last.removeprefix("ms-marco-MiniLM-").removeprefix("ms-marco-") or last


def spec_from(values: Mapping[str, Any]) -> PipelineSpec:
    """The specification that `PipelineSpec.values` wrote; raises TypeError for another."""
    chosen = dict(values)
    if unknown := set(values) - {"reranker", *PARAMETERS.names}:
        raise TypeError(f"a pipeline has no {', '.join(sorted(unknown))}")
    reranker = str(chosen.pop("reranker", ""))
    blended = chosen.get(BLEND_WEIGHT.name) is not None
    if not blended:
        chosen.pop(BLEND_WEIGHT.name, None)
    return PipelineSpec(Settings.from_values(chosen), reranker, blended)


def grid(
    first_stages: Sequence[str],
    rerankers: Sequence[str],
    depths: Sequence[int],
    *,
    alone: bool = True,
    blend_weights: Sequence[float] = (),
    plain: bool = True,
    settings: Settings | None = None,
) -> list[PipelineSpec]:
    """Every combination: each first stage alone, and each depth with each reranker.

    `plain` reranks without BM25, each of `blend_weights` adds a mixture, but not to what
    gives an order instead of scores. A first stage alone lists as many documents as the
    greatest depth. All else is as in `settings`.
    """
    settings = settings or Settings()
    specs: list[PipelineSpec] = []
    for first in first_stages:
        base = replace(settings, first_stage=first, depth=max(depths))
        if alone:
            specs.append(PipelineSpec(base))
        for model in rerankers:
            for depth in sorted(set(depths)):
                settings_at_depth = replace(base, depth=depth)
                if plain or parsed(model).whole_list:
                    specs.append(PipelineSpec(settings_at_depth, model))
                if not parsed(model).whole_list:
                    specs += [
                        PipelineSpec(
                            replace(settings_at_depth, blend_weight=share), model, blended=True
                        )
                        for share in blend_weights
                    ]
    return list(dict.fromkeys(specs))
