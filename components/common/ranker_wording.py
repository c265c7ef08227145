"""Which stages are additional rankers, and what these consumed, in words."""

from __future__ import annotations

from engine.types import Usage
from engine.types.ranker_names import PREFIX, is_attached, is_encoder


def is_reranker(stage: str) -> bool:
    """Whether the stage is an additional reranker, chosen by name."""
    return stage.startswith(PREFIX)


def is_additional_encoder(stage: str) -> bool:
    """Whether the stage is an additional bi-encoder, which retrieves on its own."""
    return is_encoder(stage)


def is_attached_run(stage: str) -> bool:
    """Whether the stage is another system's run, attached to the corpus."""
    return is_attached(stage)


def usage_words(usage: Usage) -> str:
    """What a search consumed, in a sentence without its full stop; the cost where known."""
    parts = [f"{usage.requests:,} request{'' if usage.requests == 1 else 's'}"]
    if usage.search_units:
        units = f"{usage.search_units:g} search unit{'' if usage.search_units == 1 else 's'}"
        parts.append(units)
    if usage.output_tokens:
        parts.append(f"{_tokens(usage.input_tokens)} in, {usage.output_tokens:,} out")
    elif usage.input_tokens:
        parts.append(_tokens(usage.input_tokens))
    if usage.malformed:
        parts.append(f"{usage.malformed:,} answers that could not be read")
    consumed = ", ".join(parts)
    if usage.dollars is None:
        return f"{consumed}; the cost is not known, for no price is on file"
    return f"{consumed}; ${usage.dollars:.6f} ({usage.price_note})"


def _tokens(n: int) -> str:
    return f"{n:,} token{'' if n == 1 else 's'}"
