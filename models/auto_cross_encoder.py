"""Any sequence classifier as a reranker: BERT, RoBERTa and XLM-R, ELECTRA, ModernBERT and so on.

What the model's own files say decides how it reads and what a score is; see
`models.pair_recipe`. It runs in fp32 torch and gives a score only.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from threading import Lock
from typing import Any

import numpy as np
from tokenizers import Encoding, Tokenizer

from models.pair_recipe import PairRecipe
from models.turns import Turns
from models.wordpiece import batches_by_tokens
from search.types import Cancel, CrossExamError, Floats, ScoredBatch

TOKEN_BUDGET = 1024
LARGEST_BATCH = 16


class AutoCrossEncoder:
    """Scores pairs with one label of a sequence classifier. Implements `Reranker`.

    Tokens are put together by the tokenizer's own template, so that every family's special
    tokens stand where it was trained to see them. Threads may share it.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Any],
        tokenizer: Tokenizer,
        recipe: PairRecipe,
        *,
        revision: str = "",
    ) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._name = name
        self._load = load
        self._tokenizer = tokenizer
        self.recipe = recipe
        self.revision = revision
        self.kind = recipe.kind
        self._specials = int(tokenizer.num_special_tokens_to_add(is_pair=True))
        self._model: Any = None
        self._lock = Lock()
        self._turns = Turns()

    @property
    def name(self) -> str:
        label = self.recipe.label_name
        return f"{self._name} ({label})" if label else self._name

    @property
    def engine(self) -> str:
        """Engine and precision, as shown to people."""
        return "torch fp32"

    @property
    def max_length(self) -> int:
        return self.recipe.max_length

    def query_notice(self, query: str) -> str | None:
        """A sentence when the query is over half of the limit and will be cut, else None."""
        tokens = len(self._encoded(self.recipe.query_prompt + query).ids)
        if tokens <= self._most_query_tokens:
            return None
        return (
            f"The query has {tokens} tokens; {self._name} reads its first "
            f"{self._most_query_tokens}, so that part of each document still fits."
        )

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        """Scores batch by batch, shortest first; stops when `cancel()` is true."""
        if not documents:
            return
        start = time.perf_counter()
        model = self._torch_model()
        pairs = [self.pair(query, document) for document in documents]
        tokenise_seconds = time.perf_counter() - start
        for positions in batches_by_tokens(
            [len(pair.ids) for pair, _ in pairs], budget=TOKEN_BUDGET, largest=LARGEST_BATCH
        ):
            if cancel is not None and cancel():
                return
            start = time.perf_counter()
            with self._turns.take():
                logits = self._logits(model, [pairs[i][0] for i in positions])
            scores = self.recipe.scores(logits)
            if not np.isfinite(scores).all():
                raise CrossExamError(
                    f"{self._name} gave a score that is no number: check its files"
                )
            yield ScoredBatch(
                positions=tuple(positions),
                scores=tuple(float(score) for score in scores),
                n_truncated=tuple(pairs[i][1] for i in positions),
                seconds=time.perf_counter() - start,
                tokens=sum(len(pairs[i][0].ids) for i in positions),
                tokenise_seconds=tokenise_seconds,
            )
            tokenise_seconds = 0.0

    def label_scores(self, query: str, document: str) -> dict[str, float]:
        """The raw score of every label for one pair."""
        logits = self._logits(self._torch_model(), [self.pair(query, document)[0]])[0]
        return dict(zip(self.recipe.labels, (float(value) for value in logits), strict=True))

    def pair(self, query: str, document: str) -> tuple[Encoding, int]:
        """The pair as the model reads it, and how many tokens of the document were cut."""
        first = self._encoded(self.recipe.query_prompt + query)
        first.truncate(self._most_query_tokens)
        second = self._encoded(self.recipe.document_prompt + document)
        room = self.recipe.max_length - self._specials - len(first.ids)
        cut = max(0, len(second.ids) - room)
        second.truncate(room)
        return self._tokenizer.post_process(first, second, True), cut

    @property
    def _most_query_tokens(self) -> int:
        return self.recipe.max_length // 2

    def _encoded(self, text: str) -> Encoding:
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _logits(self, model: Any, pairs: Sequence[Encoding]) -> Floats:
        """Logits of shape (pairs, labels)."""
        import torch

        longest = max(len(pair.ids) for pair in pairs)
        ids = torch.full((len(pairs), longest), self.recipe.pad, dtype=torch.int64)
        mask = torch.zeros_like(ids)
        kinds = torch.zeros_like(ids)
        for row, pair in enumerate(pairs):
            ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
            mask[row, : len(pair.ids)] = 1
            kinds[row, : len(pair.ids)] = torch.tensor(pair.type_ids)
        segments = {"token_type_ids": kinds} if self.recipe.segments else {}
        with torch.inference_mode():
            logits: Floats = model(input_ids=ids, attention_mask=mask, **segments).logits.numpy()
        return logits

    def _torch_model(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model
