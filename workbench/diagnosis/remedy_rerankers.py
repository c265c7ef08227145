"""What remedies rerank by: the rerankers that can be named, by passages too, and MaxSim."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.search.diagnosis.remedies.by_passages import SUFFIX, PassageReranker
from engine.types import CROSS_ENCODER, Reranker
from engine.types.registries.rankers import MAXSIM
from workbench.model_loader import ModelLoader
from workbench.token_reader import TokenReader

PACKAGED_MAXSIM = f"{MAXSIM}:"  # of the packaged encoder
LEAST_WINDOW = 32  # tokens


def remedy_rerankers(
    models: ModelLoader, tokens: TokenReader, load: Callable[[str], Reranker]
) -> Callable[[str], Reranker]:
    """What finds a reranker by name for a remedy; `load` finds those that are no remedy alone."""

    def windows(query: str, text: str) -> Sequence[tuple[int, int]]:
        budget = next(b for b in tokens.budgets(query, text) if b.role == CROSS_ENCODER)
        if not budget.unread_tokens:
            return [(0, len(text))]
        length = max(LEAST_WINDOW, budget.limit - budget.special_tokens - budget.query_tokens)
        return tokens.windows(text, length, max(1, length // 2))

    def find(name: str) -> Reranker:
        if name.endswith(SUFFIX):
            return PassageReranker(load(name.removesuffix(SUFFIX)), windows)
        if name == PACKAGED_MAXSIM:
            return models.late_interaction()
        return load(name)

    return find
