"""A query and a document as a model reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.types.aliases import Floats


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query or document: its text as written and its places in the pair.

    `positions` index the pair's tokens; `span` is (start, end) in characters of the
    segment's own text.
    """

    text: str
    segment: str
    positions: tuple[int, ...]
    span: tuple[int, int]


@dataclass(frozen=True, slots=True)
class TokenizedPair:
    """The word-pieces of a query and document exactly as the cross-encoder reads them.

    All sequences have one entry a token. `segment` is "query", "document" or
    "special"; `word_index` numbers the words within their segment (-1 for
    specials); `offsets` are (start, end) in characters of the segment's text.
    """

    tokens: tuple[str, ...]
    segment: tuple[str, ...]
    word_index: tuple[int, ...]
    offsets: tuple[tuple[int, int], ...]
    n_truncated_query: int
    n_truncated_doc: int
    query: str
    document: str

    @property
    def special_names(self) -> str:
        """The special tokens by name, each once: "[CLS] and [SEP]"."""
        pairs = zip(self.tokens, self.segment, strict=True)
        return " and ".join(dict.fromkeys(t for t, name in pairs if name == "special"))

    def words(self, segment: str) -> tuple[Word, ...]:
        """The words of "query" or "document" in reading order, spelt as in the text."""
        text = self.query if segment == "query" else self.document
        grouped: dict[int, list[int]] = {}
        for position, name in enumerate(self.segment):
            if name == segment:
                grouped.setdefault(self.word_index[position], []).append(position)
        words = []
        for positions in grouped.values():
            start = min(self.offsets[p][0] for p in positions)
            end = max(self.offsets[p][1] for p in positions)
            words.append(Word(text[start:end], segment, tuple(positions), (start, end)))
        return tuple(words)


@dataclass(frozen=True, slots=True)
class TokenBudget:
    """How much of a document one model reads.

    `limit` tokens hold `query_tokens` (0 for a model that reads the document alone),
    `special_tokens` and the first `read_tokens` of the document's `doc_tokens`. The text
    beyond character `read_until` of its `characters` is never read. `cut_word` is the word
    that the limit cuts in two, of which only the beginning is read; "" where it falls between
    two words.
    """

    model: str
    role: str
    limit: int
    query_tokens: int
    special_tokens: int
    doc_tokens: int
    read_tokens: int
    read_until: int
    characters: int
    cut_word: str = ""

    @property
    def unread_tokens(self) -> int:
        """How many of the document's tokens are never read."""
        return self.doc_tokens - self.read_tokens

    @property
    def unread_share(self) -> float:
        """The share of the document's tokens that is never read, 0 to 1."""
        return self.unread_tokens / self.doc_tokens if self.doc_tokens else 0.0


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What a model's tokenizer cannot read of a text.

    Of its `tokens`, `unknown` are the one token that stands for every unknown word; `words` are
    the first different spellings that became it. `removed` characters never become a token:
    control and zero-width characters, and signs that the tokenizer drops.
    """

    tokens: int
    unknown: int
    words: tuple[str, ...] = ()
    removed: int = 0

    @property
    def anything(self) -> bool:
        """Whether something of the text cannot be read, or there is nothing to read."""
        return self.tokens == 0 or self.unknown > 0 or self.removed > 0


@dataclass(frozen=True, slots=True)
class TokenMatches:
    """Late interaction on one pair: cosines of shape (query tokens, document tokens).

    `score` is the sum of the rows' maxima; `n_truncated` tokens of the document were not
    read. `special_rows` are the query tokens that no word of it stands behind.
    """

    model: str
    query_tokens: tuple[str, ...]
    doc_tokens: tuple[str, ...]
    similarities: Floats
    score: float
    n_truncated: int = 0
    special_rows: tuple[int, ...] = ()

    @property
    def best(self) -> tuple[int, ...]:
        """For each query token the document token that it matches best."""
        return tuple(int(column) for column in self.similarities.argmax(axis=1))


@dataclass(frozen=True, slots=True)
class LateMeasurement:
    """nDCG@10 over a whole collection: MaxSim, and the same encoder's mean-pooled vectors."""

    corpus: str
    documents: int
    queries: int
    maxsim: float
    own_bi_encoder: float

    @property
    def wins(self) -> bool:
        return self.maxsim > self.own_bi_encoder


def won_everywhere(measured: Sequence[LateMeasurement]) -> bool:
    """Whether MaxSim won on every collection, and on two of them at least: only then it ranks."""
    return len(measured) >= 2 and all(row.wins for row in measured)
