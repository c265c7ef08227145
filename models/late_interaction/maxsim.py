"""Late interaction: every query token takes its best match among the document's tokens.

Khattab & Zaharia 2020, "ColBERT". The score (MaxSim) is the sum of the row maxima of the
cosines of query tokens and document tokens.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from cachetools import LRUCache

from engine.types import Cancel, CrossExamError, Floats, Reranker, Role, ScoredBatch, TokenMatches
from models.backends.backends import Backend
from models.backends.fair_lock import FairLock, WorkTime
from models.late_interaction.token_recipe import TokenRecipe
from models.text.wordpiece import Ids, WordPieces, batches_by_tokens, padded

TOKEN_BUDGET = 2048
LARGEST_BATCH = 16
REMEMBERED_TOKENS = 60_000


@dataclass(frozen=True, slots=True)
class TokenVectors:
    """The tokens of one text that count, and their unit vectors, shape (tokens, dimensions).

    `specials` are the places of those that are no part of the text.
    """

    tokens: tuple[str, ...]
    vectors: Floats
    n_truncated: int
    specials: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    """One text as the model reads it; `counts` marks the tokens that take part in MaxSim."""

    ids: Ids
    seen: Ids
    counts: tuple[int, ...]
    n_truncated: int
    own: range  # the places of the text's own tokens


class LateInteraction(Reranker):
    """Scores by MaxSim through a backend that returns unit states.

    The vectors of the latest texts are remembered, so that the matrix shown for a pair is
    computed from the very numbers that ranked it. Safe to share between threads.
    """

    kind = "MaxSim"

    def __init__(
        self,
        name: str,
        backend: Backend,
        pieces: WordPieces,
        recipe: TokenRecipe,
        *,
        revision: str = "",
        note: str = "",
    ) -> None:
        self._name = name
        self._backend = backend
        self._pieces = pieces
        self.recipe = recipe
        self._revision = revision
        self.note = note
        # a word that is no token of its own would stand for [UNK], and drop what is unknown
        numbers = (pieces.known_id(word) for word in recipe.skip)
        self._skip = frozenset(number for number in numbers if number is not None)
        self._remembered: LRUCache[tuple[str, str], TokenVectors] = LRUCache(
            REMEMBERED_TOKENS, getsizeof=_size
        )
        self._lock = Lock()
        self._fair_lock = FairLock()

    @property
    def name(self) -> str:
        return self._name

    @property
    def revision(self) -> str:
        """Which version of the weights it is."""
        return self._revision

    @property
    def backend(self) -> str:
        """Backend and precision, as shown to people."""
        return self._backend.label

    @property
    def max_length(self) -> int:
        return self.recipe.document_length

    def query_notice(self, query: str) -> str | None:
        """A sentence when the query is too long and will be cut, else None."""
        n_truncated = self._read(query, "query").n_truncated
        if not n_truncated:
            return None
        return f"{self._name} does not read the last {n_truncated} tokens of the query: shorten it."

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        """MaxSim of each document, in batches as their vectors are computed."""
        if not documents:
            return
        with self._fair_lock.timed() as query_time:
            query_vectors = self.vectors([query], "query")[0]
        remembered = [
            i for i, text in enumerate(documents) if ("document", text) in self._remembered
        ]
        unscored_positions = sorted(set(range(len(documents))) - set(remembered))
        lengths = [len(self._read(documents[i], "document").ids) for i in unscored_positions]
        batches = batches_by_tokens(lengths, budget=TOKEN_BUDGET, largest=LARGEST_BATCH)
        for positions in [
            remembered,
            *([unscored_positions[i] for i in batch] for batch in batches),
        ]:
            if not positions:
                continue
            if cancel is not None and cancel():
                return
            with self._fair_lock.timed() as batch_time:
                document_vectors = self.vectors([documents[i] for i in positions], "document")
                scores = tuple(maxsim(cosines(query_vectors, one)) for one in document_vectors)
            yield ScoredBatch(
                positions=tuple(positions),
                scores=scores,
                n_truncated=tuple(one.n_truncated for one in document_vectors),
                seconds=batch_time.seconds + query_time.seconds,
                tokens=sum(len(one.tokens) for one in document_vectors),
                cached=positions is remembered,
                waited_seconds=batch_time.waited + query_time.waited,
            )
            query_time = WorkTime()  # the first batch carries it

    def matches(self, query: str, document: str) -> TokenMatches:
        """The matrix behind one score; raises CrossExamError when a side has no token."""
        query_vectors, document_vectors = (
            self.vectors([query], "query")[0],
            self.vectors([document], "document")[0],
        )
        for side, vectors in (("query", query_vectors), ("document", document_vectors)):
            if not vectors.tokens:
                raise CrossExamError(f"the {side} has no token that counts: type a few words")
        values = cosines(query_vectors, document_vectors)
        return TokenMatches(
            self._name,
            query_vectors.tokens,
            document_vectors.tokens,
            values,
            maxsim(values),
            document_vectors.n_truncated,
            query_vectors.specials,
        )

    def token_ids(self, text: str) -> list[int]:
        """The ids of a text's own tokens."""
        return [int(number) for number in self._pieces.ids([text])[0]]

    def vectors(self, texts: Sequence[str], role: Role) -> list[TokenVectors]:
        """The vectors of each text, remembered or computed now."""
        with self._lock:
            vectors = {text: self._remembered.get((role, text)) for text in texts}
        texts_to_read = [text for text, each in vectors.items() if each is None]
        if texts_to_read:
            new_vectors = dict(zip(texts_to_read, self._embedded(texts_to_read, role), strict=True))
            vectors.update(new_vectors)
            with self._lock:
                for text in texts_to_read:
                    if _size(new_vectors[text]) <= self._remembered.maxsize:
                        self._remembered[(role, text)] = new_vectors[text]
        return [each for text in texts if (each := vectors[text]) is not None]

    def _embedded(self, texts: Sequence[str], role: Role) -> list[TokenVectors]:
        rows = [self._read(text, role) for text in texts]
        vectors: dict[int, TokenVectors] = {}
        for positions in batches_by_tokens(
            [len(row.ids) for row in rows], budget=TOKEN_BUDGET, largest=LARGEST_BATCH
        ):
            ids, _ = padded([rows[i].ids for i in positions], self._pieces.special.pad)
            attention_mask, _ = padded([rows[i].seen for i in positions], 0)
            with self._fair_lock.take():
                states = self._backend.forward(
                    ids, attention_mask, np.zeros_like(ids)
                )  # (b, tokens, d)
            for place, position in enumerate(positions):
                row = rows[position]
                vectors[position] = TokenVectors(
                    tuple(self._pieces.token(int(row.ids[i])) for i in row.counts),
                    np.ascontiguousarray(states[place, list(row.counts)], dtype=np.float32),
                    row.n_truncated,
                    tuple(n for n, place in enumerate(row.counts) if place not in row.own),
                )
        return [vectors[i] for i in range(len(texts))]

    def _read(self, text: str, role: Role) -> _Read:
        recipe, special_ids = self.recipe, self._pieces.special
        query = role == "query"
        prefix = recipe.query_prefix if query else recipe.document_prefix
        limit = recipe.query_length if query else recipe.document_length
        marks = [self._pieces.token_id(prefix.strip())] if prefix.strip() else []
        all_ids = self._pieces.ids([text])[0].tolist()
        kept_ids = all_ids[: limit - 2 - len(marks)]
        ids = [special_ids.cls, *marks, *kept_ids, special_ids.sep]
        attention_mask = [1] * len(ids)
        first = 1 + len(marks)
        counts = range(len(ids)) if recipe.specials else range(first, first + len(kept_ids))
        if not query:
            counted = [i for i in counts if ids[i] not in self._skip]
        else:
            filled = limit - len(ids) if recipe.expand else 0
            mask = self._pieces.token_id("[MASK]") if filled > 0 else 0
            counted = [*counts, *range(len(ids), len(ids) + filled)]
            ids += [mask] * filled
            attention_mask += [int(recipe.attend)] * filled
        return _Read(
            np.asarray(ids, dtype=np.int32),
            np.asarray(attention_mask, dtype=np.int32),
            tuple(counted),
            len(all_ids) - len(kept_ids),
            range(first, first + len(kept_ids)),
        )


def _size(vectors: TokenVectors) -> int:
    """How many tokens a text takes of what is remembered; one without any takes room too."""
    return max(len(vectors.tokens), 1)


def cosines(query: TokenVectors, document: TokenVectors) -> Floats:
    """Cosines of shape (query tokens, document tokens)."""
    values: Floats = query.vectors @ document.vectors.T
    return values


def maxsim(similarities: Floats) -> float:
    """The sum of the row maxima; 0 where a side has no token."""
    if similarities.size == 0:
        return 0.0
    return float(similarities.max(axis=1).astype(np.float64).sum())
