"""What a corpus is like: lengths, words, languages and what it holds twice."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import starmap
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.statistics.near_duplicates import NearPair, near_duplicates
from engine.types import Cancel, Cancelled, DocumentStore, ProgressCallback
from engine.types.words import words_of

READ_AT_ONCE = 512
TOP_TERMS = 30
LANGUAGE_SAMPLE = 1000
LEAST_LETTERS = 20  # a guess on less is none
LETTER = re.compile(r"[^\W\d_]")

Counts = Callable[[Sequence[str]], list[tuple[int, int]]]  # (tokens, unknown among them) a text


class TokenCount(NamedTuple):
    """How many tokens a text has, and how many of them stand for what cannot be read."""

    tokens: int
    unknown: int


@dataclass(frozen=True, slots=True)
class ModelReading:
    """How many tokens of each document a model meets, and how many of them it has room for.

    `room` is what its limit leaves beside special tokens and, for a cross-encoder, a query.
    `unknown` of each document's tokens stand for words that the model cannot read.
    """

    model: str
    role: str
    limit: int
    reserved: int
    lengths: NDArray[np.int64]
    unknown: NDArray[np.int64]

    def room(self, query_tokens: int = 0) -> int:
        """The tokens of a document that are read beside a query of so many."""
        return max(0, self.limit - self.reserved - query_tokens)

    def cut(self, query_tokens: int = 0) -> int:
        """How many documents are longer than that."""
        return int((self.lengths > self.room(query_tokens)).sum())

    @property
    def with_unknown(self) -> int:
        """How many documents hold a word that the model cannot read."""
        return int((self.unknown > 0).sum())

    @property
    def unreadable(self) -> int:
        """How many documents hold such words and nothing else."""
        return int(((self.unknown > 0) & (self.unknown == self.lengths)).sum())

    @property
    def unknown_share(self) -> float:
        """The share of all tokens that stand for words which cannot be read, 0 to 1."""
        return float(self.unknown.sum() / max(1, self.lengths.sum()))

    def unread_share(self, query_tokens: int = 0) -> float:
        """The share of all tokens that is never read, 0 to 1."""
        beyond = np.maximum(self.lengths - self.room(query_tokens), 0).sum()
        return float(beyond / max(1, self.lengths.sum()))


@dataclass(frozen=True, slots=True)
class Term:
    """A term, how often it occurs, and in how many documents."""

    term: str
    count: int
    documents: int


@dataclass(frozen=True, slots=True)
class CorpusFigures:
    """All of it. `languages` counts guesses over `guessed` documents, at even distances.

    `duplicates` hold positions in the corpus.
    """

    documents: int
    readings: tuple[ModelReading, ...]
    terms: tuple[Term, ...]
    vocabulary: int
    words: int
    once: int
    languages: tuple[tuple[str, int], ...]
    guessed: int
    duplicates: tuple[NearPair, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """A model by its limit and how it counts the tokens of texts, and the unknown among them."""

    model: str
    role: str
    limit: int
    reserved: int
    counts: Counts


def corpus_figures(
    store: DocumentStore,
    readers: Sequence[Reader],
    *,
    terms: Callable[[str], list[str]],
    unlisted: frozenset[str] = frozenset(),
    on_progress: ProgressCallback | None = None,
    cancel: Cancel | None = None,
) -> CorpusFigures:
    """Count everything in the documents' content (title and text), as the models read it.

    The `unlisted` terms are counted, but are not among the most frequent that are listed.
    """
    report = on_progress or _silent
    total = len(store)
    token_counts: list[list[TokenCount]] = [[] for _ in readers]  # a reader, a text
    term_counts: Counter[str] = Counter()
    term_documents: Counter[str] = Counter()
    contents: list[str] = []
    for texts in _chunks(store):
        if cancel is not None and cancel():
            raise Cancelled("counting was cancelled")
        report("counting tokens and words", len(contents), total)
        for reader, reader_counts in zip(readers, token_counts, strict=True):
            reader_counts.extend(starmap(TokenCount, reader.counts(texts)))
        for text in texts:
            words = terms(text)
            term_counts.update(words)
            term_documents.update(set(words))
        contents.extend(texts)
    languages, n_guessed = guess_languages(contents, report)
    return CorpusFigures(
        documents=total,
        readings=tuple(
            ModelReading(r.model, r.role, r.limit, r.reserved, *_columns(reader_counts))
            for r, reader_counts in zip(readers, token_counts, strict=True)
        ),
        terms=tuple(
            Term(term, count, term_documents[term])
            for term, count in _most_common(
                Counter({t: n for t, n in term_counts.items() if t not in unlisted}), TOP_TERMS
            )
        ),
        vocabulary=len(term_counts),
        words=term_counts.total(),
        once=sum(1 for count in term_counts.values() if count == 1),
        languages=tuple(languages),
        guessed=n_guessed,
        duplicates=tuple(
            near_duplicates(
                contents,
                words=lambda text: words_of(text.casefold()),
                on_progress=lambda done, of: report("looking for near-duplicates", done, of),
                cancel=cancel,
            )
        ),
    )


def _columns(reader_counts: Sequence[TokenCount]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Lengths and unknown tokens of all documents, each of shape (documents,)."""
    table = np.array(reader_counts, dtype=np.int64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


def guess_languages(
    texts: Sequence[str], report: ProgressCallback
) -> tuple[list[tuple[str, int]], int]:
    """(language code, documents) most frequent first, and how many were guessed, by py3langid.

    At most a thousand documents at even distances; those with hardly a letter are left out.
    """
    from py3langid.langid import classify

    step = max(1, -(-len(texts) // LANGUAGE_SAMPLE))
    sample = [text for text in texts[::step] if len(LETTER.findall(text[:400])) >= LEAST_LETTERS]
    languages: Counter[str] = Counter()
    for number, text in enumerate(sample):
        if number % 100 == 0:
            report("guessing languages", number, len(sample))
        languages[str(classify(text)[0])] += 1
    return _most_common(languages, len(languages)), len(sample)


def _most_common(counts: Counter[str], most: int) -> list[tuple[str, int]]:
    """The most frequent first, equally frequent ones by name."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:most]


def _chunks(store: DocumentStore) -> Iterator[list[str]]:
    ids = store.ids()
    for start in range(0, len(ids), READ_AT_ONCE):
        yield [document.content for document in store.get(ids[start : start + READ_AT_ONCE])]
