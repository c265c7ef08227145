"""The corpus page's views: what they write and what they add up to."""

from __future__ import annotations

import numpy as np
import pytest

from components.common.job_progress import rough, sentence
from components.corpora.facts import terms_figure
from components.corpora.lengths import ModelRoom, cut_sentence, lengths_figure
from components.corpora.library import size_in_words
from components.corpora.map import MapPoint, map_figure, map_sentence
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER
from jobs.progress import Progress

ROOMS = [
    ModelRoom("org/bi", BI_ENCODER, 256, 254, 3, 1000, 0.01),
    ModelRoom("org/cross", CROSS_ENCODER, 512, 499, 0, 1000, 0.0),
]


@pytest.mark.parametrize("lengths", [[0], [5] * 10, [1, 10, 300, 9000], list(range(2000)), []])
def test_every_document_is_in_a_bar(lengths: list[int]) -> None:
    chart = lengths_figure(lengths, ROOMS, dark=False)
    assert sum(chart.data[0].y) == len(lengths)


def test_the_last_bar_says_that_it_holds_all_that_is_longer() -> None:
    chart = lengths_figure([10] * 500 + [9000], ROOMS, dark=True)
    assert chart.data[0].customdata[-1].endswith(" to 9,000 tokens")
    labels = [note.text for note in chart.layout.annotations]
    assert labels[:-1] == ["Bi-encoder reads 254", "Cross-encoder reads 499"]
    assert labels[-1].endswith(" and longer")


def test_the_sentence_says_which_model_cuts_what() -> None:
    assert cut_sentence(ROOMS) == (
        "The bi-encoder cuts 3 of 1,000 documents (0.3%), "
        "the cross-encoder cuts 0 of 1,000 documents."
    )


def test_titles_on_the_map_are_no_markup_and_ranks_are_told() -> None:
    point = MapPoint(1.0, 2.0, "<b>T</b> & more", {BM25: 2, CROSS_ENCODER: 1})
    chart = map_figure(
        np.zeros((2, 2), np.float32),
        ["<i>a</i>", "b"],
        [point],
        [BM25, BI_ENCODER, CROSS_ENCODER],
        (0.0, 0.0),
        dark=False,
    )
    others, lexical, dense, cross, query = chart.data
    assert others.text[0] == "&lt;i&gt;a&lt;/i&gt;"
    assert lexical.text[0] == "&lt;b&gt;T&lt;/b&gt; &amp; more<br>BM25 #2, Cross-encoder #1"
    assert (len(dense.x), len(cross.x), len(query.x)) == (0, 1, 1)
    assert lexical.marker.size < cross.marker.size


def test_the_map_says_how_much_it_tells() -> None:
    assert "They hold 6% of the spread" in map_sentence("PCA", 0.06, 472, 472)
    assert "4,000 of 5,000 documents are drawn" in map_sentence("PCA", 0.06, 4000, 5000)


def test_terms_are_no_markup() -> None:
    chart = terms_figure([("<b>", 3, 2)], 10, dark=False)
    assert chart.layout.yaxis.ticktext == ("&lt;b&gt;",)


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0 bytes"), (999, "999 bytes"), (1500, "1.5 kB"), (99_960, "100 kB"), (2.5e9, "2.5 GB")],
)
def test_sizes_are_in_words(number: float, text: str) -> None:
    assert size_in_words(int(number)) == text


def test_progress_tells_rate_and_time_left() -> None:
    assert sentence(Progress("embedding", 40, 100, seconds=4.0, rate=10.0)) == (
        "Embedding: 40 of 100 (4 s, 10 a second, about 6 s left)"
    )
    assert sentence(Progress("embedding", 100, 100, seconds=4.0, rate=25.0)) == (
        "Embedding: 100 of 100 (4 s, 25 a second)"
    )
    assert sentence(Progress("reading", 1, 3, "runs", seconds=8.0, rate=0.25)) == (
        "Reading: 1 of 3 runs (8 s, 4 s each, about 8 s left)"
    )
    assert sentence(Progress("opening", 0, 0, seconds=2.0)) == "Opening … (2 s)"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.2, "1 s"), (89, "89 s"), (200, "3 min"), (7300, "2 h 2 min")]
)
def test_a_time_to_come_is_no_finer_than_it_can_be_known(seconds: float, text: str) -> None:
    assert rough(seconds) == text
