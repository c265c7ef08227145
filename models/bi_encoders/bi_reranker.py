"""A bi-encoder asked about given documents: the cosine of each with the query."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.types import COSINE, Cancel, Reranker, ScoredBatch, Unreadable
from models.bi_encoders.bi_encoder import BiEncoder


class BiEncoderReranker(Reranker):
    """Scores pairs by cosine, for what asks a model of few texts. Implements `Reranker`."""

    kind = COSINE

    def __init__(self, encoder: BiEncoder) -> None:
        self._encoder = encoder

    @property
    def name(self) -> str:
        return self._encoder.name

    @property
    def revision(self) -> str:
        return self._encoder.revision

    @property
    def backend(self) -> str:
        return self._encoder.backend

    def unreadable(self, text: str) -> Unreadable:
        """What of a text its tokenizer cannot read."""
        return self._encoder.unreadable(text)

    def query_notice(self, query: str) -> str | None:
        """A sentence when the query is longer than the model reads, else None."""
        n_truncated = self._encoder.n_truncated(query)
        if not n_truncated:
            return None
        return (
            f"The query is longer than {self.name} reads: its last {n_truncated:,} tokens were not "
            "embedded."
        )

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        """One batch with all cosines; none when `cancel()` is true."""
        if not documents or (cancel is not None and cancel()):
            return
        with self._encoder.fair_lock.timed() as batch_time:
            side = self._encoder.encode([query], role="query")[0]
            cosines = self._encoder.encode(documents, role="document") @ side  # (documents,)
        yield ScoredBatch(
            tuple(range(len(documents))),
            tuple(float(cosine) for cosine in cosines),
            tuple(self._encoder.n_truncated(text) for text in documents),
            batch_time.seconds,
            waited_seconds=batch_time.waited,
        )
