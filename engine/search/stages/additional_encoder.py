"""A bi-encoder chosen by name: a first stage of its own, over the whole corpus."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from engine.search.stages.failure import failure_of, passes_on
from engine.search.stages.retrievers import DenseStage
from engine.search.stages.stages import Context, Outcome
from engine.types import BI_ENCODER, Cancelled, Encoder, Ranking, StageTiming, Unreadable
from engine.types.ranker_names import stage_of
from engine.types.traces import LOAD

# By name; may be given log, on_progress and cancel, for it may have to embed the corpus first.
FindRetriever = Callable[..., DenseStage]


class AdditionalRetriever:
    """A dense retriever under an additional ranker's stage. Implements `Retriever`."""

    def __init__(self, name: str, dense: DenseStage) -> None:
        self.stage = stage_of(name)
        self._name = name
        self._dense = dense

    @property
    def model(self) -> str:
        return self._dense.model

    @property
    def reach(self) -> int | None:
        """How many hits it lists at most; None where it can list the whole corpus."""
        return self._dense.reach

    def with_encoder(self, encoder: Encoder) -> AdditionalRetriever:
        """The same index behind another instance of the model that its vectors come from."""
        return AdditionalRetriever(self._name, self._dense.with_encoder(encoder))

    def n_truncated(self, text: str) -> int:
        """How many tokens of a text the encoder leaves out."""
        return self._dense.n_truncated(text)

    def unreadable(self, text: str) -> Unreadable | None:
        """What of a text the encoder's tokenizer cannot read; None where it does not tell."""
        return self._dense.unreadable(text)

    def retrieve(self, query: str, k: int) -> tuple[Ranking, tuple[StageTiming, ...]]:
        """The k nearest documents and the time of the steps embed, search and sort."""
        ranking, timings = self._dense.retrieve(query, k)
        assert ranking.stage == BI_ENCODER
        return replace(ranking, stage=self.stage), tuple(
            replace(step, stage=self.stage) for step in timings
        )


class NamedFirstStage:
    """Retrieves with the bi-encoder or attached run that `find` gives for a name.

    Where it fails the search goes on: the outcome says why in `failure`.
    """

    def __init__(self, name: str, find: FindRetriever) -> None:
        self.name = stage_of(name)
        self._ranker_name = name
        self._find = find

    def run(self, context: Context) -> Iterator[Outcome]:
        start = time.perf_counter()
        nothing = Ranking(self.name, self._ranker_name, ())
        try:
            retriever = self._find(self._ranker_name)
            loading = StageTiming(self.name, LOAD, time.perf_counter() - start, 0, 0)
            ranking, timings = retriever.retrieve(context.query, context.settings.pool)
        except Cancelled:
            yield Outcome(nothing, (), done=False)
        except BaseException as error:  # whatever it is, the others go on ranking
            if passes_on(error):
                raise
            yield Outcome(nothing, (), failure=failure_of(error))
        else:
            yield Outcome(ranking, (loading, *timings) if timings else ())
