"""An attached run as a first stage: it lists what another system returned, and computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.search.attached.matching import matched_lists
from engine.types import Encoder, Query, Ranking, StageTiming, Unreadable
from engine.types.ranker_names import stage_of
from engine.types.registries.rankers import RUN
from engine.types.runs import AttachedRun
from engine.types.words import query_key

SCORE, RANK = "its own score", "minus its rank"


class AttachedRetriever:
    """The lists of one attached run. Implements `DenseStage`, though no model reads a text.

    For a query that the run has no list for it lists nothing.
    """

    def __init__(self, name: str, source: str, kind: str, lists: Mapping[str, Ranking]) -> None:
        self.stage = stage_of(f"{RUN}:{name}")
        self.model = f"{name} ({source})"
        self._kind = kind
        self._lists = lists
        self.reach: int | None = max((len(each.hits) for each in lists.values()), default=0)

    @classmethod
    def from_run(cls, run: AttachedRun, queries: Iterable[Query]) -> AttachedRetriever:
        """What lists the run for the corpus' queries, and for other texts that it names."""
        lists = matched_lists(run.rankings, run.texts, queries).lists
        return cls(run.head.name, run.head.source, RANK if run.ranked else SCORE, lists)

    def retrieve(self, query: str, k: int) -> tuple[Ranking, tuple[StageTiming, ...]]:
        """The first k of the run's list; no time is said, for nothing is searched here."""
        listed = self._lists.get(query_key(query))
        hits = listed.hits[:k] if listed is not None else ()
        return Ranking(self.stage, self.model, hits, kind=self._kind), ()

    def n_truncated(self, text: str) -> int:  # noqa: ARG002
        """None of a text is left out here: nothing here reads it."""
        return 0

    def unreadable(self, text: str) -> Unreadable | None:  # noqa: ARG002
        """What the other system could not read is not known."""
        return None

    def with_encoder(self, encoder: Encoder) -> AttachedRetriever:  # noqa: ARG002
        """The same run: it has no encoder."""
        return self
