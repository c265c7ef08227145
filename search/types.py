"""The words of the field as frozen values: what every other module passes around.

Nothing here computes a ranking; everything here can be hashed, compared and
printed. Ids are strings everywhere, ranks start at 1, seconds are floats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Role = Literal["query", "document"]
Cancel = Callable[[], bool]

BM25 = "bm25"
BI_ENCODER = "bi-encoder"
HYBRID = "hybrid"
CROSS_ENCODER = "cross-encoder"
BLEND = "blend"
STAGES = (BM25, BI_ENCODER, HYBRID, CROSS_ENCODER, BLEND)
FIRST_STAGES = (BM25, BI_ENCODER, HYBRID)
RUNS_FOR = {95: 20, 99: 100}  # fewer runs cannot carry that percentile: it is not shown


class CrossExamError(Exception):
    """A mistake the user can mend; its text names the value and the remedy."""


class Cancelled(CrossExamError):  # noqa: N818 - nothing went wrong
    """The user called the work off."""


@dataclass(frozen=True, slots=True)
class Document:
    """One passage. `span` is its (start, end) in characters within the parent's text."""

    doc_id: str
    text: str
    title: str = ""
    parent_id: str | None = None
    span: tuple[int, int] | None = None
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def content(self) -> str:
        """The text that every stage reads: title, a space, text (BEIR's recipe)."""
        return f"{self.title} {self.text}".strip()


@dataclass(frozen=True, slots=True)
class Query:
    """A query; `tags` say what it tests, `note` says so in a sentence."""

    query_id: str
    text: str
    tags: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Qrel:
    """A person's judgment: relevance 0 (not relevant) upwards, here mostly 0 to 3."""

    query_id: str
    doc_id: str
    relevance: int


@dataclass(frozen=True, slots=True)
class CorpusInfo:
    """Identity of a corpus. The fingerprint hashes the documents alone."""

    name: str
    documents: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A document in a ranking: the higher the score the better, rank 1 is the best."""

    doc_id: str
    score: float
    rank: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The hits of one stage, best first; `model` names what scored them.

    `kind` says what a score is ("MaxSim", "rating 1-10") where the stage does not. `last` are
    the documents that are ranked last by rule, whatever their score.
    """

    stage: str
    model: str
    hits: tuple[Hit, ...]
    kind: str = ""
    last: frozenset[str] = frozenset()

    def find(self, doc_id: str) -> Hit | None:
        """The hit of a document, or None where this stage does not list it."""
        return next((hit for hit in self.hits if hit.doc_id == doc_id), None)

    def ids(self, k: int | None = None) -> list[str]:
        """The first k document ids, best first (all without k)."""
        return [hit.doc_id for hit in self.hits[:k]]


@dataclass(frozen=True, slots=True)
class Movement:
    """Where a document stood before and after; None means: not in that list."""

    doc_id: str
    before: int | None
    after: int | None

    @property
    def change(self) -> int | None:
        """Places gained (positive: up), or None when it is missing on one side."""
        if self.before is None or self.after is None:
            return None
        return self.before - self.after


@dataclass(frozen=True, slots=True)
class ListQuality:
    """nDCG@10 of one list for one query; `judged` of its first `of` (at most 10) are judged."""

    ndcg: float
    judged: int
    of: int


@dataclass(frozen=True, slots=True)
class Snippet:
    """An extract of a document; `marks` are (start, end) of matched terms in `text`."""

    text: str
    marks: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Agreement:
    """How alike two rankings are: Kendall's tau (-1 to 1), RBO and overlap@k (0 to 1).

    `tau` is None where the lists share fewer than two documents; it is over the `shared` ones.
    """

    left: str
    right: str
    tau: float | None
    rbo: float
    overlap: float
    k: int = 10
    shared: int = 0


@dataclass(frozen=True, slots=True)
class StageTiming:
    """Seconds spent in one step of a stage; `cached` says that nothing was computed.

    `measured_seconds` is what a cached step took when it was computed; 0 where that is not
    known. It is no part of this search's time.
    """

    stage: str
    step: str
    seconds: float
    n_in: int
    n_out: int
    cached: bool = False
    measured_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Usage:
    """What a remote reranker consumed; `dollars` is None where no price is known.

    `malformed` answers could not be read; `price_note` says by which price `dollars`
    was worked out.
    """

    requests: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    search_units: float = 0.0
    malformed: int = 0
    dollars: float | None = None
    price_note: str = ""

    def __add__(self, other: Usage) -> Usage:
        """Both together; the dollars are known only where both are."""
        known = self.dollars is not None and other.dollars is not None
        if self.requests == 0 or other.requests == 0:
            spent = self.dollars if other.requests == 0 else other.dollars
        else:
            spent = (self.dollars or 0.0) + (other.dollars or 0.0) if known else None
        return Usage(
            self.requests + other.requests,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.search_units + other.search_units,
            self.malformed + other.malformed,
            spent,
            other.price_note or self.price_note,
        )


@dataclass(frozen=True, slots=True)
class SearchTrace:
    """Everything that a page, the CLI or a report shows of one search.

    While a search runs, ever fuller traces are yielded: `complete` is False,
    `scored` of `to_score` pairs are done, and the cross-encoder's ranking holds
    the pairs scored so far. `truncated` maps a document to the tokens of it
    that the cross-encoder never read. `scoring` is the stage that is scoring now;
    `usage` is what each remote reranker consumed, by stage, and `failures` says why a
    named reranker has no whole ranking.
    """

    query: str
    corpus: CorpusInfo
    rankings: tuple[Ranking, ...] = ()
    timings: tuple[StageTiming, ...] = ()
    total_seconds: float = 0.0
    complete: bool = False
    scored: int = 0
    to_score: int = 0
    truncated: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    scoring: str = ""
    usage: Mapping[str, Usage] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)

    @property
    def other_seconds(self) -> float:
        """What the steps do not explain: total minus their sum, never negative."""
        return max(0.0, self.total_seconds - sum(t.seconds for t in self.timings))

    def ranking(self, stage: str) -> Ranking | None:
        return next((r for r in self.rankings if r.stage == stage), None)

    def stage_seconds(self, stage: str) -> float:
        return sum(t.seconds for t in self.timings if t.stage == stage)

    def measured_seconds(self, stage: str) -> float:
        """What the stage's remembered scores took when they were computed, before this search."""
        return sum(t.measured_seconds for t in self.timings if t.stage == stage)


@dataclass(frozen=True, slots=True)
class Run:
    """A query set through a pipeline: one ranking and its timings by query id."""

    name: str
    rankings: Mapping[str, Ranking]
    timings: Mapping[str, tuple[StageTiming, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Measure values by query and their mean, and how much of the top k was judged.

    `judged_at_k` is the share, 0 to 1, of the top k that carries a judgment. Every judged query
    is in the mean: `missing` ones have no result in the run and `irrelevant` ones no relevant
    document, both count 0. `unknown` queries of the run carry no judgment and are left out.
    """

    run: str
    mean: Mapping[str, float]
    by_query: Mapping[str, Mapping[str, float]]
    judged_at_k: float
    k: int = 10
    missing: tuple[str, ...] = ()
    irrelevant: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ScoredBatch:
    """Scores of some of the documents handed to a reranker, in whatever order.

    `positions` index into the documents; `scores` are raw logits; `n_truncated`
    counts the tokens of each document that were cut; `seconds` is the batch's
    own time and `tokens` the tokens that went through the model, padding
    included. `tokenise_seconds` were spent before the first batch on the tokens of
    all pairs; `tokenise_cached` says that every text's tokens were remembered.
    `cached` says that the scores themselves were: nothing was computed; they took
    `measured_seconds` when they were.
    `waited_seconds` went by before it, while the model read for other visitors.
    `usage` is what a remote service consumed for it, `notices` what a person should know.
    """

    positions: tuple[int, ...]
    scores: tuple[float, ...]
    n_truncated: tuple[int, ...]
    seconds: float
    tokens: int = 0
    tokenise_seconds: float = 0.0
    tokenise_cached: bool = False
    cached: bool = False
    measured_seconds: float = 0.0
    waited_seconds: float = 0.0
    usage: Usage | None = None
    notices: tuple[str, ...] = ()


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
class AttentionMap:
    """The two cross blocks of a cross-encoder's self-attention, all layers and heads.

    query_to_doc[layer, head, q, d]: attention that query token q pays to document
    token d; doc_to_query[layer, head, d, q] the other way. The two differ. Their
    rows do not sum to 1, for the rest of the mass stays within the own segment
    or goes to special tokens: `query_mass[layer, head, 3]` and
    `doc_mass[layer, head, 3]` hold the mean share that query (document) tokens
    send to [query, document, special] tokens; each such triple sums to 1.
    """

    query_tokens: tuple[str, ...]
    doc_tokens: tuple[str, ...]
    query_to_doc: Floats
    doc_to_query: Floats
    query_mass: Floats
    doc_mass: Floats
    score: float
    pair: TokenizedPair
    special_to_doc: Floats | None = None
    special_to_query: Floats | None = None
    query_to_special: Floats | None = None
    doc_to_special: Floats | None = None

    @property
    def layers(self) -> int:
        return int(self.query_to_doc.shape[0])

    @property
    def heads(self) -> int:
        return int(self.query_to_doc.shape[1])


@dataclass(frozen=True, slots=True)
class Place:
    """Where one document stands in one stage.

    `rank` and `score` are None where the stage cannot place it at all (no query
    term in it, say). `listed` is False for a place worked out afterwards: beyond
    the depth, so that the pipeline itself never saw it. `of` is how many documents
    the rank is among; `note` says why it could not be worked out.
    """

    stage: str
    rank: int | None
    score: float | None
    listed: bool
    of: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The answer to "where is this document?": its place in every stage.

    `lost_at` is the stage whose list it fell out of, None while it was kept.
    """

    doc_id: str
    places: tuple[Place, ...]
    lost_at: str | None
    sentence: str


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


FLAGGED_ABOVE = 0.05  # a residual that is said to be large


@dataclass(frozen=True, slots=True)
class Attribution:
    """What moved a score (or where heads looked), word by word, query first.

    `values` are logits for the methods that explain the score, shares of attention
    for those that follow it. `baseline_score` is the score of the input that carries
    no information, and `residual` is |sum of values - (score - baseline_score)| /
    max(|score - baseline_score|, 1 logit); both are None where a method has none.
    `special_value` is the sum over the special tokens, which `specials` names: part of that
    sum but no word. `word_change` is the most that a word's value moved when the `steps` of an
    integral were last doubled; None where nothing is integrated.
    """

    method: str
    words: tuple[str, ...]
    values: tuple[float, ...]
    baseline_score: float | None
    score: float
    residual: float | None
    segments: tuple[str, ...] = ()
    special_value: float = 0.0
    baseline: str = ""
    steps: int = 0
    specials: str = "[CLS] and [SEP]"
    word_change: float | None = None

    def of(self, segment: str) -> tuple[tuple[str, float], ...]:
        """(word, value) of "query" or "document", in reading order."""
        rows = zip(self.words, self.values, self.segments, strict=True)
        return tuple((word, value) for word, value, name in rows if name == segment)


@dataclass(frozen=True, slots=True)
class LabelScore:
    """What a classifier gives one label of a pair: its logit, and its probability, 0 to 1.

    `ranks` says that this label's probability is the score.
    """

    label: str
    logit: float
    probability: float
    ranks: bool = False


@dataclass(frozen=True, slots=True)
class EngineFigure:
    """What one engine gave on the same texts, once measured on this machine.

    `per_second` counts pairs (a bi-encoder: texts), 0 where it did not run; `difference`
    is the largest to fp32 torch, in logits (a bi-encoder: in cosine). `note` says why it
    cannot be chosen.
    """

    engine: str
    label: str
    per_second: float
    difference: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Which engine runs a model and why; `figures` is empty where nothing was measured."""

    engine: str
    reason: str
    unit: str = "pairs"
    figures: tuple[EngineFigure, ...] = ()

    @property
    def figure(self) -> EngineFigure | None:
        """What the chosen engine gave."""
        return next((found for found in self.figures if found.engine == self.engine), None)


@dataclass(frozen=True, slots=True)
class ModelCard:
    """A row of the catalogue. `size_bytes` is 0 and `available` False when absent.

    `engine` says what runs it, where there is a choice.
    """

    name: str
    role: str
    source: str
    revision: str
    licence: str
    max_length: int
    dimensions: int | None
    size_bytes: int
    available: bool
    note: str = ""
    engine: EngineChoice | None = None


@dataclass(frozen=True, slots=True)
class AttentionView:
    """One choice of layer and head, ready to draw: words (or pieces) and their links.

    query_to_doc[q, d] is what query unit q gives to document unit d, doc_to_query[d, q]
    the other way. `crossing` is the mean share of attention mass that crosses between
    query and document, `to_special` the mean share that goes to [CLS] and [SEP], for
    query rows and document rows, each 0 to 1. `specials` names those tokens.
    """

    query_units: tuple[str, ...]
    doc_units: tuple[str, ...]
    query_to_doc: Floats
    doc_to_query: Floats
    query_crossing: float
    doc_crossing: float
    query_to_special: float
    doc_to_special: float
    layer: int | None
    head: int | None
    merged: bool
    specials: str = "[CLS] and [SEP]"


class DocumentStore(Protocol):
    """Texts by id; nothing assumes that a corpus fits in memory."""

    def get(self, doc_ids: Sequence[str]) -> list[Document]: ...

    def ids(self) -> Sequence[str]: ...

    def __len__(self) -> int: ...


class Encoder(Protocol):
    """Turns texts into L2-normalised vectors, shape (len(texts), dimensions)."""

    @property
    def name(self) -> str: ...

    def encode(self, texts: Sequence[str], role: Role = "query") -> Floats: ...

    def n_truncated(self, text: str) -> int:
        """How many tokens of a text lie beyond the limit and are not embedded."""
        ...


class Retriever(Protocol):
    """Finds the k best documents of its corpus for a query."""

    @property
    def stage(self) -> str: ...

    @property
    def model(self) -> str: ...

    def retrieve(self, query: str, k: int) -> tuple[Ranking, tuple[StageTiming, ...]]: ...


class LexicalIndex(Protocol):
    """Scores every document for the terms of a query."""

    @property
    def name(self) -> str: ...

    def terms(self, text: str) -> list[str]: ...

    def scores(self, query_terms: Sequence[str]) -> NDArray[np.float64]:
        """One score a document, shape (len(self),)."""
        ...

    def __len__(self) -> int: ...


class VectorIndex(Protocol):
    """Inner-product search over L2-normalised vectors."""

    def search(self, vector: Floats, k: int) -> tuple[Floats, NDArray[np.int64]]:
        """(scores, positions) of the k nearest, best first, each of shape (k,)."""
        ...

    def __len__(self) -> int: ...


class Reranker(Protocol):
    """Scores (query, document) pairs together and yields batches as they finish."""

    @property
    def name(self) -> str: ...

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]: ...

    def query_notice(self, query: str) -> str | None:
        """A sentence when the query is too long and will be cut, else None."""
        ...


@runtime_checkable
class NamesUnreadable(Protocol):
    """A model that tells what of a text its tokenizer cannot read."""

    def unreadable(self, text: str) -> Unreadable: ...


@runtime_checkable
class RemembersScores(Protocol):
    """A reranker that keeps the scores of the pairs it read last."""

    def forget(self, query: str, documents: Sequence[str]) -> None:
        """Drop what is remembered of these pairs, so that they are scored afresh."""
        ...


@runtime_checkable
class Explainable(Protocol):
    """A model that shows its tokens and its attention."""

    def tokenize_pair(self, query: str, document: str) -> TokenizedPair: ...

    def attention(self, query: str, document: str) -> AttentionMap: ...
