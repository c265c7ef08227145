"""Puts query and document together as [CLS] query [SEP] document [SEP], within a limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Encoding

from engine.types import TokenizedPair
from models.text.wordpiece import Ids, SpecialTokens, WordPieces

SPECIALS_PER_PAIR = 3


@dataclass(frozen=True, slots=True)
class Pair:
    """Token ids of one pair; the document's segment starts at `document_start`."""

    ids: Ids
    document_start: int
    n_truncated_doc: int


class PairBuilder:
    """Truncates the document only; a query may keep at most half of the limit.

    The query is cut at `max_query_tokens` (half of `max_length` unless given), so
    that some of the document is always read.
    """

    def __init__(
        self, pieces: WordPieces, max_length: int, *, max_query_tokens: int | None = None
    ) -> None:
        self._pieces = pieces
        self.max_length = max_length
        self.max_query_tokens = max_query_tokens or max_length // 2

    @property
    def special(self) -> SpecialTokens:
        return self._pieces.special

    @property
    def pieces(self) -> WordPieces:
        return self._pieces

    def query_notice(self, query: str) -> str | None:
        """A sentence when the query is over its limit and will be cut."""
        tokens = len(self._pieces.ids([query])[0])
        if tokens <= self.max_query_tokens:
            return None
        return (
            f"The query has {tokens} tokens; the cross-encoder reads its first "
            f"{self.max_query_tokens}, so that part of each document still fits. Shorten it "
            "to have all of it read."
        )

    def build(self, query: str, documents: Sequence[str]) -> list[Pair]:
        """One pair for each document, in their order."""
        return self.look_up(query, documents)[0]

    def look_up(self, query: str, documents: Sequence[str]) -> tuple[list[Pair], bool]:
        """The pairs, and whether the tokens of all texts were remembered."""
        ids_of_query, query_remembered = self._pieces.look_up([query])
        ids_of_documents, documents_remembered = self._pieces.look_up(documents)
        query_ids = ids_of_query[0][: self.max_query_tokens]
        room = self.max_length - SPECIALS_PER_PAIR - len(query_ids)
        special_ids = self._pieces.special
        query_part = np.concatenate(([special_ids.cls], query_ids, [special_ids.sep]))
        pairs = []
        for doc_ids in ids_of_documents:
            ids = np.concatenate((query_part, doc_ids[:room], [special_ids.sep])).astype(np.int32)
            pairs.append(Pair(ids, len(query_part), max(0, len(doc_ids) - room)))
        return pairs, query_remembered and documents_remembered

    def without_caches(self) -> PairBuilder:
        """The same builder, remembering no text."""
        return PairBuilder(
            self._pieces.without_caches(), self.max_length, max_query_tokens=self.max_query_tokens
        )

    def tokenized(self, query: str, document: str) -> TokenizedPair:
        """The same pair with its tokens, segments, word numbers and character offsets."""
        query_encoding = self._pieces.encoding(query)
        document_encoding = self._pieces.encoding(document)
        query_length = min(len(query_encoding.ids), self.max_query_tokens)
        document_length = min(
            len(document_encoding.ids), self.max_length - SPECIALS_PER_PAIR - query_length
        )
        no_offset = (0, 0)
        return TokenizedPair(
            tokens=(
                "[CLS]",
                *query_encoding.tokens[:query_length],
                "[SEP]",
                *document_encoding.tokens[:document_length],
                "[SEP]",
            ),
            segment=(
                "special",
                *["query"] * query_length,
                "special",
                *["document"] * document_length,
                "special",
            ),
            word_index=(
                -1,
                *_word_numbers(query_encoding, query_length),
                -1,
                *_word_numbers(document_encoding, document_length),
                -1,
            ),
            offsets=(
                no_offset,
                *query_encoding.offsets[:query_length],
                no_offset,
                *document_encoding.offsets[:document_length],
                no_offset,
            ),
            n_truncated_query=len(query_encoding.ids) - query_length,
            n_truncated_doc=len(document_encoding.ids) - document_length,
            query=query,
            document=document,
        )


def _word_numbers(encoding: Encoding, count: int) -> list[int]:
    return [-1 if number is None else number for number in encoding.word_ids[:count]]
