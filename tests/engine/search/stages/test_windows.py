"""The first stage's best are scored first, so that a list can be read before all is scored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest

from engine.search.settings import Settings
from engine.search.stages.stages import Context, RerankStage
from engine.search.stages.windows import first_window, in_windows
from engine.types import BI_ENCODER, Cancel, Document, Hit, Ranking, Reranker, ScoredBatch
from engine.types.registries.search_parameters import EXACT
from tests.tiny import TinyStore

IDS = [f"d{i:02}" for i in range(25)]


@dataclass
class LongestFirst(Reranker):
    """Scores a text by its number, two a batch and the longest first; keeps what it was asked."""

    asked: list[int] = field(default_factory=list)
    scored: list[str] = field(default_factory=list)
    name: str = "toy"

    def query_notice(self, query: str) -> str | None:
        return None

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        self.asked.append(len(documents))
        order = sorted(range(len(documents)), key=lambda i: -len(documents[i]))
        for start in range(0, len(order), 2):
            if cancel is not None and cancel():
                return
            positions = tuple(order[start : start + 2])
            self.scored += [documents[position] for position in positions]
            scores = tuple(float(documents[position].split()[0][1:]) for position in positions)
            yield ScoredBatch(positions, scores, (0,) * len(positions), 0.0)


def texts() -> list[str]:
    """Texts whose lengths run against their order."""
    return [f"{doc_id} {'x' * i}" for i, doc_id in enumerate(IDS)]


@pytest.mark.parametrize(
    ("candidates", "first"), [(0, 0), (5, 5), (10, 10), (11, 10), (50, 10), (51, 11), (500, 100)]
)
def test_a_fifth_comes_first_and_ten_at_least(candidates: int, first: int) -> None:
    assert first_window(candidates) == first


def test_every_document_is_scored_once_the_first_window_before_the_others() -> None:
    reranker = LongestFirst()
    batches = list(in_windows(reranker, "q", texts(), cancel=lambda: False))
    assert reranker.asked == [10, 15]
    positions = [position for batch in batches for position in batch.positions]
    assert sorted(positions) == list(range(25))
    assert sorted(positions[:10]) == list(range(10)), "the first stage's best"
    assert positions[:2] == [9, 8], "by length within the window"
    assert positions[10:12] == [24, 23]
    assert [score for batch in batches for score in batch.scores] == positions


def test_a_cancel_in_the_first_window_asks_for_no_other() -> None:
    reranker = LongestFirst()
    stopped = lambda: len(reranker.scored) >= 4  # noqa: E731
    assert len(list(in_windows(reranker, "q", texts(), cancel=stopped))) == 2
    assert reranker.asked == [10]


@pytest.mark.parametrize("best_first", [True, False])
def test_the_stage_lists_the_first_ten_early_and_ends_with_the_same_order(
    best_first: bool,
) -> None:
    reranker = LongestFirst()
    store = TinyStore([Document(d, "", text) for d, text in zip(IDS, texts(), strict=True)])
    first = Ranking(BI_ENCODER, "toy", tuple(Hit(d, 0.0, i + 1) for i, d in enumerate(IDS)))
    settings = Settings(first_stage=BI_ENCODER, depth=25, precision=EXACT)
    context = Context("q", settings, {BI_ENCODER: first}, lambda: False)
    stage = RerankStage(reranker, store, best_first=best_first)
    outcomes = list(stage.run(context))
    at_ten = next(outcome for outcome in outcomes if outcome.scored == 10)
    assert not at_ten.done
    assert (sorted(at_ten.ranking.ids()) == IDS[:10]) is best_first
    assert outcomes[-1].done
    assert outcomes[-1].ranking.ids() == IDS[::-1]
    assert reranker.asked == ([10, 15] if best_first else [25])
