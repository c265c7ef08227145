"""How much memory this process holds, and the most it held in a while."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident bytes of the whole process: now, and the most since the last reset."""

    resident: int
    peak: int


def memory(status: Path = _STATUS) -> Memory | None:
    """What the system says of this process; None where it does not (not Linux)."""
    try:
        text = status.read_text(encoding="ascii")
    except OSError:
        return None
    values = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    try:
        return Memory(_bytes(values["VmRSS"]), _bytes(values["VmHWM"]))
    except (KeyError, ValueError):
        return None


def reset_peak(clear: Path = _CLEAR) -> bool:
    """Have the peak begin anew from what is held now; whether the system let us."""
    with contextlib.suppress(OSError):
        clear.write_text("5", encoding="ascii")
        return True
    return False


def _bytes(text: str) -> int:
    number, unit = text.split()
    if unit != "kB":
        raise ValueError(unit)
    return int(number) * 1024
