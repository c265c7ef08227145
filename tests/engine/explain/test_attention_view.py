"""The attention view, on arrays small enough to sum by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.explain.attention_view import crossing_grid, view_of
from engine.types import AttentionMap, Floats, TokenizedPair

# "Café" is one piece, "snakes" two in the query; "Ball" one, "pythons" two in the document.
PAIR = TokenizedPair(
    tokens=("[CLS]", "cafe", "snake", "##s", "[SEP]", "ball", "python", "##s", "[SEP]"),
    segment=("special", *["query"] * 3, "special", *["document"] * 3, "special"),
    word_index=(-1, 0, 1, 1, -1, 0, 1, 1, -1),
    offsets=((0, 0), (0, 4), (5, 10), (10, 11), (0, 0), (0, 4), (5, 11), (11, 12), (0, 0)),
    n_truncated_query=0,
    n_truncated_doc=0,
    query="Café snakes",
    document="Ball pythons",
)

# (q, d): rows café, snake, ##s; columns ball, python, ##s
TO_DOC = [[0.10, 0.20, 0.05], [0.02, 0.30, 0.10], [0.04, 0.10, 0.20]]
# (d, q): rows ball, python, ##s; columns café, snake, ##s
TO_QUERY = [[0.01, 0.02, 0.03], [0.10, 0.40, 0.20], [0.06, 0.20, 0.10]]


def floats(values: object) -> Floats:
    return np.array(values, dtype=np.float32)


def stack(block: object) -> Floats:
    """Two layers of two heads: 0.1 and 0.2 times the block, then 0.3 and 0.4 times it."""
    scales = floats([[0.1, 0.2], [0.3, 0.4]])
    stacked: Floats = scales[:, :, None, None] * floats(block)[None, None]
    return stacked


@pytest.fixture
def attention() -> AttentionMap:
    mass = floats([[[0.5, 0.2, 0.3], [0.4, 0.4, 0.2]], [[0.1, 0.6, 0.3], [0.2, 0.0, 0.8]]])
    return AttentionMap(
        query_tokens=("cafe", "snake", "##s"),
        doc_tokens=("ball", "python", "##s"),
        query_to_doc=stack(TO_DOC),
        doc_to_query=stack(TO_QUERY),
        query_mass=mass,
        doc_mass=mass[..., ::-1].copy(),
        score=-3.95,
        pair=PAIR,
        query_to_special=stack([[0.1, 0.2, 0.3], [0.2, 0.2, 0.2], [0.4, 0.0, 0.6]]),
        doc_to_special=stack([[0.3, 0.2, 0.1], [0.1, 0.1, 0.1], [0.3, 0.5, 0.7]]),
        special_to_query=stack([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9]]),
        special_to_doc=stack([[0.9, 0.8, 0.7], [0.6, 0.5, 0.4], [0.3, 0.2, 0.1]]),
    )


def test_one_head_gives_its_own_pieces(attention: AttentionMap) -> None:
    view = view_of(attention, layer=1, head=0, merge_words=False)
    assert view.query_units == ("cafe", "snake", "##s")
    assert view.doc_units == ("ball", "python", "##s")
    np.testing.assert_allclose(view.query_to_doc, 0.3 * floats(TO_DOC), rtol=1e-6)
    np.testing.assert_allclose(view.doc_to_query, 0.3 * floats(TO_QUERY), rtol=1e-6)


def test_words_are_summed_as_targets_and_averaged_as_sources(attention: AttentionMap) -> None:
    view = view_of(attention, layer=0, head=0)
    np.testing.assert_allclose(
        view.query_to_doc, floats([[0.010, 0.025], [0.003, 0.035]]), rtol=1e-5
    )
    np.testing.assert_allclose(
        view.doc_to_query, floats([[0.001, 0.005], [0.008, 0.045]]), rtol=1e-5
    )


def test_words_come_from_the_original_text(attention: AttentionMap) -> None:
    view = view_of(attention, layer=None, head=None)
    assert view.query_units == ("Café", "snakes")
    assert view.doc_units == ("Ball", "pythons")


def test_a_word_keeps_the_mean_mass_of_its_pieces(attention: AttentionMap) -> None:
    pieces = view_of(attention, layer=0, head=1, merge_words=False).query_to_doc.sum(axis=1)
    words = view_of(attention, layer=0, head=1).query_to_doc.sum(axis=1)
    np.testing.assert_allclose(words, [pieces[0], pieces[1:].mean()], rtol=1e-6)


def test_the_two_directions_are_not_each_others_transpose(attention: AttentionMap) -> None:
    view = view_of(attention, layer=0, head=0, merge_words=False)
    assert view.query_to_doc[0, 2] == pytest.approx(0.005)
    assert view.doc_to_query[2, 0] == pytest.approx(0.006)


@pytest.mark.parametrize(
    ("layer", "head", "scale"),
    [(None, None, 0.25), (0, None, 0.15), (1, None, 0.35), (None, 1, 0.3), (1, 1, 0.4)],
)
def test_no_layer_or_head_means_their_mean(
    attention: AttentionMap, layer: int | None, head: int | None, scale: float
) -> None:
    view = view_of(attention, layer=layer, head=head, merge_words=False)
    np.testing.assert_allclose(view.query_to_doc, scale * floats(TO_DOC), rtol=1e-5)
    assert (view.layer, view.head) == (layer, head)


def test_the_masses_are_those_of_the_choice(attention: AttentionMap) -> None:
    one = view_of(attention, layer=1, head=0)
    assert one.query_crossing == pytest.approx(0.6)
    assert one.query_to_special == pytest.approx(0.3)
    assert one.doc_crossing == pytest.approx(0.3)
    assert one.doc_to_special == pytest.approx(0.1)
    everything = view_of(attention, layer=None, head=None)
    assert everything.query_crossing == pytest.approx(0.3)


def test_specials_follow_the_words_as_targets_and_sources(attention: AttentionMap) -> None:
    view = view_of(attention, layer=0, head=0, show_special=True)
    assert view.query_units == ("Café", "snakes", "[CLS]", "[SEP] 1", "[SEP] 2")
    assert view.doc_units == ("Ball", "pythons", "[CLS]", "[SEP] 1", "[SEP] 2")
    # snakes → [CLS], [SEP] 1, [SEP] 2: the mean of its two pieces
    np.testing.assert_allclose(view.query_to_doc[1, 2:], [0.03, 0.01, 0.04], rtol=1e-5)
    # [CLS] → Ball, pythons: pythons is the sum of its two pieces
    np.testing.assert_allclose(view.query_to_doc[2, :2], [0.09, 0.15], rtol=1e-5)
    # [SEP] 2 → Café, snakes
    np.testing.assert_allclose(view.doc_to_query[4, :2], [0.07, 0.17], rtol=1e-5)


def test_what_specials_give_each_other_is_left_out(attention: AttentionMap) -> None:
    view = view_of(attention, layer=0, head=0, show_special=True)
    assert np.isnan(view.query_to_doc[2:, 2:]).all()
    assert np.isnan(view.doc_to_query[2:, 2:]).all()
    assert np.isfinite(view.query_to_doc[:2]).all()


def test_specials_that_were_not_recorded_are_refused(attention: AttentionMap) -> None:
    without = replace(attention, special_to_doc=None)
    with pytest.raises(ValueError, match="show_special=False"):
        view_of(without, layer=0, head=0, show_special=True)


def test_a_layer_out_of_range_names_the_range(attention: AttentionMap) -> None:
    with pytest.raises(ValueError, match="layer 2 is not among 0 to 1"):
        view_of(attention, layer=2, head=None)


def test_a_map_that_does_not_fit_its_pair_is_refused(attention: AttentionMap) -> None:
    wrong = replace(attention, doc_tokens=("ball",))
    with pytest.raises(ValueError, match="1 document tokens, its pair 3"):
        view_of(wrong, layer=0, head=0)


def test_the_grid_averages_both_directions(attention: AttentionMap) -> None:
    # query → document is entry 1 of the query's mass, document → query entry 0 of its own
    expected = [[(0.2 + 0.3) / 2, (0.4 + 0.2) / 2], [(0.6 + 0.3) / 2, (0.0 + 0.8) / 2]]
    np.testing.assert_allclose(crossing_grid(attention), expected, rtol=1e-6)
