"""Rerankers that have a name here but come from the hub or from a service, as cards."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from engine.types import CROSS_ENCODER, ModelCard
from models.hub.hub_download import downloaded
from models.remote.prices import prices
from models.remote.rerank_services import PROTOCOLS


@dataclass(frozen=True, slots=True)
class HubModel:
    """A cross-encoder on the hub, as its card there describes it."""

    name: str
    licence: str
    max_length: int
    note: str


OWN_CODE = "needs Python code of its own, which runs only once you allow it; or use their service"
HUB = (
    HubModel("cross-encoder/ms-marco-MiniLM-L-6-v2", "Apache-2.0", 512, "6 layers, one logit"),
    HubModel("cross-encoder/ms-marco-electra-base", "Apache-2.0", 512, "ELECTRA, 12 layers"),
    HubModel("BAAI/bge-reranker-base", "MIT", 512, "XLM-RoBERTa, Chinese and English"),
    HubModel("BAAI/bge-reranker-large", "MIT", 512, "XLM-RoBERTa, Chinese and English"),
    HubModel("BAAI/bge-reranker-v2-m3", "Apache-2.0", 8192, "XLM-RoBERTa, multilingual"),
    HubModel("jinaai/jina-reranker-v1-turbo-en", "Apache-2.0", 8192, OWN_CODE),
    HubModel(
        "jinaai/jina-reranker-v2-base-multilingual",
        "CC-BY-NC-4.0",
        1024,
        f"multilingual; {OWN_CODE}",
    ),
)


REMOTE = "remote reranker"


def additional_cards() -> tuple[ModelCard, ...]:
    """Cards of every ranker known by name that is not packaged: of the hub, then hosted."""
    return (*hub_cards(), *service_cards())


def hub_cards() -> tuple[ModelCard, ...]:
    """A card for each; whether it is here is asked of the local hub cache alone."""
    return tuple(_hub_card(model) for model in HUB)


def service_cards() -> tuple[ModelCard, ...]:
    """A card for each remote service; `available` where a key is in the environment."""
    price_of = {(price.service, price.model): price for price in reversed(prices())}
    cards = []
    for protocol in PROTOCOLS.values():
        price = price_of.get((protocol.service, protocol.model))
        cost = f"${price.dollars:g} per {price.per} ({price.as_of})" if price else "price not known"
        has_own_address = bool(protocol.address)
        has_key = bool(os.environ.get(protocol.key_variable))
        cards.append(
            ModelCard(
                name=protocol.label,
                role=REMOTE,
                source=protocol.address or "the address that you give",
                revision=protocol.model or "the model that the server runs",
                licence=protocol.licence,
                max_length=0,
                dimensions=None,
                size_bytes=0,
                available=has_key or not has_own_address,
                note=f"{protocol.reads}" + (f"; {cost}" if has_own_address else ""),
            )
        )
    return tuple(cards)


def _hub_card(model: HubModel) -> ModelCard:
    from huggingface_hub import try_to_load_from_cache

    folder = downloaded(model.name)
    weights = folder / "model.safetensors" if folder is not None else None
    if weights is None:
        cached = try_to_load_from_cache(model.name, "model.safetensors")
        weights = Path(cached) if isinstance(cached, str) else None
    size = weights.stat().st_size if weights is not None else 0
    return ModelCard(
        name=model.name,
        role=CROSS_ENCODER,
        source=f"the hub, {model.name}",
        revision="main",
        licence=model.licence,
        max_length=model.max_length,
        dimensions=None,
        size_bytes=size,
        available=bool(size),
        note=model.note,
    )
