"""Short names of types that stand everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Role = Literal["query", "document"]
Cancel = Callable[[], bool]
ProgressCallback = Callable[[str, int, int], None]
"""Hears how far work is: the step, how much of it is done, of how much (0: not known)."""
CountCallback = Callable[[int, int], None]
"""Hears done and total of one step, whose name the caller knows."""
Log = Callable[[str], None]
"""Hears a sentence about what is being done."""


def silent(_: str) -> None:
    """A Log that hears nothing."""
