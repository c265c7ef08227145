"""What loads each kind of ranker; a kind's words and capabilities stand in `RANKERS`.

To add one: register its `RankerKind`, and with the same name a `RankerLoader`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from engine.types import BI_ENCODER, CrossExamError, Log, Reranker, won_everywhere
from engine.types.ranker_names import RerankerName
from engine.types.registries.rankers import BARE, MAXSIM, RANKERS
from engine.types.registries.registry import Registry
from models.bi_encoders.bi_encoder import BiEncoder
from models.bi_encoders.bi_reranker import BiEncoderReranker
from models.catalogue import COLBERT_ENCODER
from models.cross_encoders.auto_loading import load_reranker
from models.cross_encoders.cross_encoder import CrossEncoder
from models.late_interaction.maxsim import LateInteraction
from models.remote.remote_choice import remote_reranker


class LoadedModels(Protocol):
    """What a loader may ask for: models that are loaded once and shared."""

    @property
    def cross_encoder_name(self) -> str: ...

    @property
    def fetch(self) -> bool: ...

    def cross_encoder(self, say: Log) -> CrossEncoder: ...

    def encoder(self, name: str, say: Log) -> BiEncoder: ...

    def late_interaction(self, name: str, say: Log) -> LateInteraction: ...


Load = Callable[[LoadedModels, RerankerName, Log, str], Reranker]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankerLoader:
    """`load(models, name, log, key)` gives the ranker of that name; `kept` where it is costly."""

    name: str
    load: Load
    kept: bool = False


def _cross_encoder(models: LoadedModels, name: RerankerName, log: Log, _: str) -> Reranker:
    if name.model == models.cross_encoder_name:
        return models.cross_encoder(log)
    return load_reranker(name.model, fetch=models.fetch, say=log)


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


def _remote(_: LoadedModels, name: RerankerName, __: Log, key: str) -> Reranker:
    return remote_reranker(name.kind, name.address, name.model, key=key)


RANKER_LOADERS: Registry[RankerLoader] = Registry(
    "loader of rankers",
    (
        RankerLoader(name=BARE, load=_cross_encoder, kept=True),
        RankerLoader(name=BI_ENCODER, load=_bi_encoder),
        RankerLoader(name=MAXSIM, load=_late_interaction),
        *(RankerLoader(name=kind.name, load=_remote) for kind in RANKERS if kind.remote),
    ),
)
