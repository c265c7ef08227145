"""What loads each kind of ranker, joined to what `RANKERS` says of it.

To add a kind: `RANKER_LOADERS.register(RankerKind(…), RankerLoader(load))`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.types import CrossExamError, Log, Reranker, won_everywhere
from engine.types.ranker_names import RerankerName
from engine.types.registries.rankers import (
    ATTACHED_RUNS,
    BI_ENCODERS,
    CROSS_ENCODERS,
    LATE_INTERACTION,
    MAXSIM,
    RANKERS,
    SERVICES,
    RankerKind,
)
from models.bi_encoders.bi_encoder import BiEncoder
from models.bi_encoders.bi_reranker import BiEncoderReranker
from models.catalogue import COLBERT_ENCODER
from models.cross_encoders.auto_loading import load_reranker
from models.cross_encoders.cross_encoder import CrossEncoder
from models.late_interaction.maxsim import LateInteraction
from models.remote.remote_choice import remote_reranker
from workbench.registries.joined import Joined


class LoadedModels(Protocol):
    """What a loader may ask for: models that are loaded once and shared."""

    @property
    def cross_encoder_name(self) -> str: ...

    @property
    def fetch(self) -> bool: ...

    def cross_encoder(self, log: Log) -> CrossEncoder: ...

    def encoder(self, name: str, log: Log) -> BiEncoder: ...

    def late_interaction(self, name: str, log: Log) -> LateInteraction: ...


Load = Callable[[LoadedModels, RerankerName, Log, str], Reranker]


@dataclass(frozen=True, slots=True)
class RankerLoader:
    """`load(models, name, log, key)` gives the ranker of that name; `kept` where it is costly."""

    load: Load
    kept: bool = False


def _cross_encoder(models: LoadedModels, name: RerankerName, log: Log, _: str) -> Reranker:
    if name.model == models.cross_encoder_name:
        return models.cross_encoder(log)
    return load_reranker(name.model, fetch=models.fetch, log=log)


def _bi_encoder(models: LoadedModels, name: RerankerName, log: Log, _: str) -> Reranker:
    return BiEncoderReranker(models.encoder(name.model, log))


def _late_interaction(models: LoadedModels, name: RerankerName, log: Log, _: str) -> Reranker:
    if not name.model and not won_everywhere(COLBERT_ENCODER.measured):
        raise CrossExamError(
            "MaxSim of the packaged encoder is not offered as a ranker, for it was not shown "
            "to beat that encoder's own vectors on senses and SciFact (see the MaxSim page): "
            f"name a ColBERT checkpoint, as {MAXSIM}:FOLDER"
        )
    return models.late_interaction(name.model, log)


def _attached_run(_: LoadedModels, name: RerankerName, __: Log, ___: str) -> Reranker:
    raise CrossExamError(
        f"{name.model!r} is a run of another system and reranks nothing: make it the first stage, "
        "or show it beside the others"
    )


def _remote(_: LoadedModels, name: RerankerName, __: Log, key: str) -> Reranker:
    return remote_reranker(name.kind, name.address, name.model, key=key)


RANKER_LOADERS: Joined[RankerKind, RankerLoader] = Joined(RANKERS)
RANKER_LOADERS.register(CROSS_ENCODERS, RankerLoader(_cross_encoder, kept=True))
RANKER_LOADERS.register(BI_ENCODERS, RankerLoader(_bi_encoder))
RANKER_LOADERS.register(LATE_INTERACTION, RankerLoader(_late_interaction))
RANKER_LOADERS.register(ATTACHED_RUNS, RankerLoader(_attached_run))
for service in SERVICES:
    RANKER_LOADERS.register(service, RankerLoader(_remote))
