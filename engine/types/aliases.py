"""Short names of types that stand everywhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Role = Literal["query", "document"]
Cancel = Callable[[], bool]
