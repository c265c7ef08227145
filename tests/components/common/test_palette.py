"""Colours that stand side by side stay apart under every colour vision."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from components.common.palette import (
    STAGE_COLOURS_DARK,
    STAGE_COLOURS_LIGHT,
    STATE_DARK,
    STATE_LIGHT,
)
from engine.types import BI_ENCODER, CROSS_ENCODER, Floats

LEAST = 0.10  # in OKLab
# Machado et al. 2009, severity 1, on linear RGB
VISIONS = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [
            [0.152286, 1.052583, -0.204868],
            [0.114503, 0.786281, 0.099216],
            [-0.003882, -0.048116, 1.051998],
        ]
    ),
    "deuteranopia": np.array(
        [
            [0.367322, 0.860646, -0.227968],
            [0.280085, 0.672501, 0.047413],
            [-0.011820, 0.042940, 0.968881],
        ]
    ),
    "tritanopia": np.array(
        [
            [1.255528, -0.076749, -0.178779],
            [-0.078411, 0.930809, 0.147602],
            [0.004733, 0.691367, 0.303900],
        ]
    ),
}
TO_CONES = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
TO_OKLAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab(colour: str, vision: Floats) -> Floats:
    """A colour as it is seen, in OKLab."""
    shares = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    seen: Floats = TO_OKLAB @ np.cbrt(TO_CONES @ np.clip(vision @ linear, 0, 1))
    return seen


@pytest.mark.parametrize("vision", VISIONS)
@pytest.mark.parametrize(
    ("stages", "state"), [(STAGE_COLOURS_LIGHT, STATE_LIGHT), (STAGE_COLOURS_DARK, STATE_DARK)]
)
def test_a_states_numbers_have_the_colour_of_neither_model(
    vision: str, stages: dict[str, str], state: tuple[str, str]
) -> None:
    colours = [stages[BI_ENCODER], stages[CROSS_ENCODER], *state]
    for one, other in combinations(colours, 2):
        apart = oklab(one, VISIONS[vision]) - oklab(other, VISIONS[vision])
        assert float(np.linalg.norm(apart)) >= LEAST, (one, other)
