"""Any sequence classifier as a reranker: BERT, RoBERTa and XLM-R, ELECTRA, ModernBERT and so on.

What the model's own files say decides how it reads and what a score is; see
`pair_recipe`. It runs in fp32 torch; what explains it is a second module on the same
weights, with eager attention.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
from tokenizers import Encoding, Tokenizer

from engine.types import (
    AttentionMap,
    Cancel,
    CrossExamError,
    Floats,
    LabelScore,
    Reranker,
    ScoredBatch,
    ScorePrecision,
    TokenizedPair,
    Unreadable,
    precision_of,
)
from models.backends.fair_lock import FairLock
from models.cross_encoders.explained import PairReading
from models.cross_encoders.pair_recipe import PairRecipe
from models.cross_encoders.pair_tokens import tokenized_pair
from models.text.unreadable import UnreadableCounter
from models.text.wordpiece import batches_by_tokens

TOKEN_BUDGET = 1024
LARGEST_BATCH = 16


class AutoCrossEncoder(Reranker):
    """Scores pairs with one label of a sequence classifier. Implements `Explainable` too.

    Tokens are put together by the tokenizer's own template, so that every family's special
    tokens stand where it was trained to see them. `load_eager` loads the model once more with eager
    attention; `special_tokens` are those that are called "mask" and "unk". Threads may share it.
    """

    def __init__(
        self,
        name: str,
        load: Callable[[], Any],
        tokenizer: Tokenizer,
        recipe: PairRecipe,
        *,
        revision: str = "",
        load_eager: Callable[[], Any] | None = None,
        special_tokens: Mapping[str, str] | None = None,
    ) -> None:
        tokenizer.no_truncation()
        tokenizer.no_padding()
        self._name = name
        self._load = load
        self._load_eager = load_eager or load
        self._special_tokens = dict(special_tokens or {})
        self._tokenizer = tokenizer
        self.recipe = recipe
        self._revision = revision
        self._specials = int(tokenizer.num_special_tokens_to_add(is_pair=True))
        self._model: Any = None
        self._explaining: Any = None
        self._lock = Lock()
        self._fair_lock = FairLock()

    @property
    def name(self) -> str:
        label = self.recipe.label_name
        return f"{self._name} ({label})" if label else self._name

    @property
    def kind(self) -> str:
        """What its scores are, as its files say."""
        return self.recipe.kind

    @property
    def revision(self) -> str:
        """Which version of the weights it is."""
        return self._revision

    @property
    def explains(self) -> str:
        """What explanations of it explain, whose order is the score's."""
        label = self.recipe.label_name
        if not label:
            return "logit"
        return f"{'log-odds' if self.recipe.activation == 'softmax' else 'logit'} of {label}"

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels that it tells apart, where there are several."""
        labels = tuple(self.recipe.labels)
        return labels if len(labels) > 1 else ()

    @property
    def backend(self) -> str:
        """Backend and precision, as shown to people."""
        return "torch fp32"

    @property
    def precision(self) -> ScorePrecision:
        """Its logits are fp32's."""
        return precision_of(self.backend, None)

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
            with self._fair_lock.timed() as batch_time:
                with self._fair_lock.take():
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
                seconds=batch_time.seconds,
                tokens=sum(len(pairs[i][0].ids) for i in positions),
                tokenise_seconds=tokenise_seconds,
                waited_seconds=batch_time.waited,
            )
            tokenise_seconds = 0.0

    def ranking_logit(self, query: str, document: str) -> None:
        """None: the backend that ranks is the one that explains."""

    def label_scores(self, query: str, document: str) -> tuple[LabelScore, ...]:
        """Every label's logit for one pair and its probability as `recipe` works it out.

        () where the model has one label.
        """
        if not self.labels:
            return ()
        logits = self._logits(self._torch_model(), [self.pair(query, document)[0]])
        shares = self.recipe.shares(logits)[0]
        return tuple(
            LabelScore(label, float(logit), float(share), number == self.recipe.label)
            for number, (label, logit, share) in enumerate(
                zip(self.recipe.labels, logits[0], shares, strict=True)
            )
        )

    def tokenize_pair(self, query: str, document: str) -> TokenizedPair:
        """The tokens of a pair with their words; a prompt of the model counts to its query."""
        encoding, n_truncated = self.pair(query, document)
        query = self.recipe.query_prompt + query
        n_query_tokens = len(self._encoded(query).ids)
        return tokenized_pair(
            encoding,
            query,
            document,
            query_tokens=min(n_query_tokens, self._most_query_tokens),
            n_truncated_query=max(0, n_query_tokens - self._most_query_tokens),
            n_truncated_doc=n_truncated,
        )

    def attention(self, query: str, document: str) -> AttentionMap:
        """The cross blocks of one pair; raises CrossExamError where there is no attention."""
        import torch

        from models.cross_encoders.attention import cross_blocks
        from models.cross_encoders.ranking_logit import ranking_logit

        encoding, _ = self.pair(query, document)
        model = self.explaining_model()
        with torch.inference_mode():
            out = model(**self._inputs([encoding]), output_attentions=True)
            score = float(ranking_logit(self.recipe, out.logits)[0])
        return cross_blocks(out, self.tokenize_pair(query, document), score)

    def pair_reading(self) -> PairReading:
        """How explanations read its pairs, in fp32 torch."""
        from models.cross_encoders.pair_reading import AutoReading

        return AutoReading(self)

    def explaining_model(self) -> Any:
        """The model once more, with eager attention where it can, on the same weights.

        The module that ranks goes on untouched by what explanations hook onto this one.
        """
        model = self._torch_model()
        with self._lock:
            if self._explaining is None:
                copy = self._load_eager()
                copy.load_state_dict(model.state_dict(), strict=False, assign=True)
                self._explaining = copy.requires_grad_(False).eval()
            return self._explaining

    @property
    def token_names(self) -> dict[str, str]:
        """What this tokenizer calls the tokens that BERT's calls [PAD], [MASK] and [UNK]."""
        pad = self._tokenizer.id_to_token(self.recipe.pad)
        tokens = {"pad": pad, **self._special_tokens}
        return {f"[{role.upper()}]": str(token) for role, token in tokens.items() if token}

    def special_id(self, role: str) -> int | None:
        """The id of the "mask" or "unk" token, None where the tokenizer has none."""
        token = self._special_tokens.get(role)
        token_id = None if token is None else self._tokenizer.token_to_id(token)
        return None if token_id is None else int(token_id)

    def unreadable(self, text: str) -> Unreadable:
        """What of a text its tokenizer cannot read."""
        counter = UnreadableCounter(self._tokenizer, self.special_id("unk"))
        return counter.count(text, self._encoded(text).ids)

    def reads_from(self) -> str:
        """Where the classifier reads its score: the "first" token, the "last", or their "mean"."""
        model = self.explaining_model()
        if getattr(model.config, "classifier_pooling", "") == "mean":
            return "mean"
        decoders = ("GenericForSequenceClassification",)  # transformers' own, for decoders
        return "last" if any(c.__name__ in decoders for c in type(model).__mro__) else "first"

    def pair(self, query: str, document: str) -> tuple[Encoding, int]:
        """The pair as the model reads it, and how many tokens of the document were cut."""
        first = self._encoded(self.recipe.query_prompt + query)
        first.truncate(self._most_query_tokens)
        second = self._encoded(document)
        room = self.recipe.max_length - self._specials - len(first.ids)
        n_truncated = max(0, len(second.ids) - room)
        second.truncate(room)
        return self._tokenizer.post_process(first, second, True), n_truncated

    @property
    def _most_query_tokens(self) -> int:
        return self.recipe.max_length // 2

    def _encoded(self, text: str) -> Encoding:
        return self._tokenizer.encode(text, add_special_tokens=False)

    def _logits(self, model: Any, pairs: Sequence[Encoding]) -> Floats:
        """Logits of shape (pairs, labels)."""
        import torch

        with torch.inference_mode():
            logits: Floats = model(**self._inputs(pairs)).logits.float().numpy()
        return logits

    def _inputs(self, pairs: Sequence[Encoding]) -> dict[str, Any]:
        """A padded batch; all of shape (pairs, longest)."""
        import torch

        longest = max(len(pair.ids) for pair in pairs)
        ids = torch.full((len(pairs), longest), self.recipe.pad, dtype=torch.int64)
        mask = torch.zeros_like(ids)
        kinds = torch.zeros_like(ids)
        for row, pair in enumerate(pairs):
            ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
            mask[row, : len(pair.ids)] = 1
            kinds[row, : len(pair.ids)] = torch.tensor(pair.type_ids)
        inputs = {"input_ids": ids, "attention_mask": mask}
        return {**inputs, "token_type_ids": kinds} if self.recipe.segments else inputs

    def _torch_model(self) -> Any:
        with self._lock:
            if self._model is None:
                self._model = self._load()
            return self._model
