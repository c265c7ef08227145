"""Scoring by passages with a reranker that can be computed by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from engine.search.passages import score_passages
from engine.types import Cancel, Cancelled, Reranker, ScoredBatch


class CountsAs(Reranker):
    """Scores a text by its number of "a", two texts a batch, last ones first."""

    name = "counts a"

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        positions = list(range(len(documents)))[::-1]
        for start in range(0, len(positions), 2):
            if cancel is not None and cancel():
                return
            batch = positions[start : start + 2]
            yield ScoredBatch(
                tuple(batch),
                tuple(float(documents[i].count("a")) for i in batch),
                (0,) * len(batch),
                0.0,
            )

    def query_notice(self, query: str) -> str | None:
        return None


TEXT = "xx aa aaaa x"
SPANS = [(0, 2), (3, 5), (6, 10), (11, 12)]


def test_each_window_has_its_own_score_and_the_whole_stands_beside() -> None:
    found = score_passages(CountsAs(), "q", TEXT, SPANS)

    assert [passage.score for passage in found.passages] == [0.0, 2.0, 4.0, 0.0]
    assert found.whole == 6.0


def test_max_p_takes_the_best_and_top_two_the_mean_of_the_two_best() -> None:
    found = score_passages(CountsAs(), "q", TEXT, SPANS)

    assert found.max_p == 4.0
    assert (found.best.start, found.best.end) == (6, 10)
    assert found.top_two == 3.0


def test_a_single_window_is_its_own_top_two() -> None:
    assert score_passages(CountsAs(), "q", TEXT, [(3, 5)]).top_two == 2.0


def test_a_cancelled_scoring_gives_no_half_result() -> None:
    with pytest.raises(Cancelled):
        score_passages(CountsAs(), "q", TEXT, SPANS, cancel=lambda: True)


def test_the_title_stands_before_every_window_but_the_first_that_has_it() -> None:
    found = score_passages(CountsAs(), "q", TEXT, SPANS, title="a")

    assert [passage.score for passage in found.passages] == [0.0, 3.0, 5.0, 1.0]
    assert found.whole == 6.0


def test_progress_is_told_until_all_texts_are_scored() -> None:
    told: list[tuple[int, int]] = []
    score_passages(
        CountsAs(), "q", TEXT, SPANS, on_progress=lambda done, of: told.append((done, of))
    )

    assert told == [(2, 5), (4, 5), (5, 5)]
