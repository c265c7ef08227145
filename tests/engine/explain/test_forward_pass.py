"""Which layers decide a ranking, of values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from engine.explain.forward_pass import ranking_formation
from engine.types import Floats


def lens(*values: float) -> Floats:
    return np.array(values, dtype=np.float32)


def test_the_last_quiet_layer_and_the_layer_from_which_the_order_stands() -> None:
    formation = ranking_formation([lens(0, 0.1, 1, 4, 4), lens(0, 0, 2, 5, 3), lens(0, 0, 0, 0, 0)])
    assert formation is not None
    assert formation.quiet_until == 1
    assert formation.quiet_spread == pytest.approx(0.1)
    assert formation.final_spread == pytest.approx(4)
    assert formation.settled_from == 4
    assert formation.leaders == (0, 0, 1, 1, 0)


def test_an_order_that_never_changes_stands_from_the_embeddings() -> None:
    formation = ranking_formation([lens(1, 2, 3), lens(0, 0, 0)])
    assert formation is not None
    assert (formation.settled_from, formation.quiet_until) == (0, 0)


@pytest.mark.parametrize("lenses", [[], [lens(1, 2)], [lens(0, 2), lens(1, 2)]])
def test_without_two_documents_that_differ_no_ranking_forms(lenses: list[Floats]) -> None:
    assert ranking_formation(lenses) is None
