"""Texts as the default models' tokenizers read them."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.statistics.figures import CorpusFigures, Reader, corpus_figures
from corpora.stores.corpus import Corpus
from engine.search.budget.filling import estimated_tokens
from engine.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    Cancel,
    Cancelled,
    DocumentStore,
    ProgressCallback,
    TokenBudget,
)
from engine.types.quality.contexts import CHARACTERS
from models.bi_encoders.bi_encoder import SPECIALS_PER_TEXT
from models.cross_encoders.pairs import SPECIALS_PER_PAIR
from models.lexical.stopwords import FUNCTION_WORDS
from models.lexical.terms import document_terms
from models.text.budget import token_budget, token_windows, tokens_before, word_spans
from workbench.model_loader import ModelLoader

AT_ONCE = 500  # texts tokenised between two looks at whether anybody still waits


class TokenReader:
    """Counts and cuts texts in tokens; without other word, in the cross-encoder's."""

    def __init__(self, models: ModelLoader) -> None:
        self._models = models

    def budgets(
        self, query: str, document: str, *, query_tokens: int | None = None
    ) -> tuple[TokenBudget, ...]:
        """How much of a document each model reads: the cross-encoder, then the bi-encoder.

        `query_tokens` supposes a query of that length in place of the query's own.
        """
        cross, bi = self._models.cross_encoder(), self._models.bi_encoder()
        pairs = cross.pairs
        length = len(pairs.pieces.ids([query])[0]) if query_tokens is None else query_tokens
        return (
            token_budget(
                pairs.pieces,
                document,
                model=cross.name,
                role=CROSS_ENCODER,
                limit=pairs.max_length,
                special_tokens=SPECIALS_PER_PAIR,
                query_tokens=min(length, pairs.max_query_tokens),
            ),
            token_budget(
                bi.pieces,
                document,
                model=bi.name,
                role=BI_ENCODER,
                limit=bi.max_length,
                special_tokens=SPECIALS_PER_TEXT,
            ),
        )

    def query_tokens(self, query: str) -> int:
        """How many tokens of a query stand before each document."""
        pairs = self._models.cross_encoder().pairs
        return min(pairs.pieces.lengths([query])[0], pairs.max_query_tokens)

    def lengths(self, texts: Sequence[str], tokenizer: str) -> list[int]:
        """How many tokens each text has, whole, without special tokens.

        By the tokenizer of the cross-encoder or of the bi-encoder, or estimated from characters.
        """
        if tokenizer == CHARACTERS:
            return [estimated_tokens(text) for text in texts]
        models = self._models
        cross = tokenizer == CROSS_ENCODER
        pieces = models.cross_encoder().pairs.pieces if cross else models.bi_encoder().pieces
        return pieces.lengths(texts)

    def document_lengths(
        self,
        store: DocumentStore,
        doc_ids: Sequence[str],
        tokenizer: str,
        *,
        on_progress: ProgressCallback | None = None,
        cancel: Cancel | None = None,
    ) -> dict[str, int]:
        """The tokens of these documents, title and text; raises Cancelled when called off."""
        lengths: dict[str, int] = {}
        for start in range(0, len(doc_ids), AT_ONCE):
            if cancel is not None and cancel():
                raise Cancelled("counting tokens was cancelled")
            if on_progress is not None:
                on_progress("counting tokens", start, len(doc_ids))
            documents = store.get(doc_ids[start : start + AT_ONCE])
            counts = self.lengths([document.content for document in documents], tokenizer)
            ids = (document.doc_id for document in documents)
            lengths.update(zip(ids, counts, strict=True))
        return lengths

    def windows(
        self, document: str, length: int, stride: int, *, role: str = CROSS_ENCODER
    ) -> list[tuple[int, int]]:
        """(start, end) in characters of windows of `length` tokens of that role's model."""
        cross = role == CROSS_ENCODER
        models = self._models
        pieces = models.cross_encoder().pairs.pieces if cross else models.bi_encoder().pieces
        return token_windows(pieces, document, length=length, stride=stride)

    def word_spans(self, text: str) -> list[tuple[int, int]]:
        """(start, end) in characters of the words that the cross-encoder sees in a text."""
        return word_spans(self._models.cross_encoder().pairs.pieces, text)

    def tokens_before(self, text: str, places: Sequence[int]) -> list[int]:
        """How many tokens begin before each place in characters."""
        return tokens_before(self._models.cross_encoder().pairs.pieces, text, places)

    def corpus_figures(
        self,
        corpus: Corpus,
        *,
        on_progress: ProgressCallback | None = None,
        cancel: Cancel | None = None,
    ) -> CorpusFigures:
        """Lengths, words, languages and near-duplicates of a corpus."""
        bi, cross = self._models.bi_encoder(), self._models.cross_encoder()
        pairs = cross.pairs
        readers = [
            Reader(bi.name, BI_ENCODER, bi.max_length, SPECIALS_PER_TEXT, bi.pieces.counts),
            Reader(
                cross.name, CROSS_ENCODER, pairs.max_length, SPECIALS_PER_PAIR, pairs.pieces.counts
            ),
        ]
        return corpus_figures(
            corpus.store,
            readers,
            terms=document_terms,
            unlisted=FUNCTION_WORDS,
            on_progress=on_progress,
            cancel=cancel,
        )
