"""The power that a machine draws: from its counters where it has them, else estimated.

RAPL (running average power limit) counts the joules of each processor package; Linux
shows them under /sys/class/powercap, often to root alone. Without it the power is taken
from codecarbon's table of processors, else codecarbon's own default per thread.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

POWERCAP = Path("/sys/class/powercap")
FIXED_WATTS = 15.0
_MICRO = 1e-6


@dataclass(frozen=True, slots=True)
class Counter:
    """One package's counter of microjoules, which begins again at `wraps`."""

    path: Path
    wraps: int

    def read(self) -> int:
        return int(self.path.read_text(encoding="ascii"))


class Rapl:
    """The joules that all processor packages took since this meter was started; for one thread."""

    def __init__(self, counters: Sequence[Counter]) -> None:
        self._counters = tuple(counters)
        self._last = [counter.read() for counter in self._counters]
        self._joules = 0.0

    @classmethod
    def from_system(cls, folder: Path = POWERCAP) -> Rapl | None:
        """The counters of this machine, None where there are none that may be read."""
        counters = []
        for domain in sorted(folder.glob("*-rapl:*")):
            try:
                if not (domain / "name").read_text(encoding="ascii").startswith("package"):
                    continue  # a core or a memory domain lies within its package
                wraps = int((domain / "max_energy_range_uj").read_text(encoding="ascii"))
                counter = Counter(domain / "energy_uj", wraps)
                counter.read()
            except (OSError, ValueError):
                return None  # half of the packages would be half of the truth
            counters.append(counter)
        return cls(counters) if counters else None

    def joules(self) -> float:
        """Joules since the meter was started; read it at least once a minute, for counters wrap."""
        for number, counter in enumerate(self._counters):
            reading = counter.read()
            last_reading, self._last[number] = self._last[number], reading
            self._joules += _MICRO * (
                reading - last_reading
                if reading >= last_reading
                else reading + counter.wraps - last_reading
            )
        return self._joules


@dataclass(frozen=True, slots=True)
class Power:
    """Watts that are assumed while the processor works, and where the figure is from."""

    watts: float
    source: str


def assumed_power(processor: str, threads: int) -> Power:
    """The processor's power by codecarbon's offline table, or its default per thread.

    Nothing is sent and nothing is written: no tracker runs, only the table is read.
    """
    try:
        from codecarbon.core.cpu import DEFAULT_POWER_PER_CORE
        from codecarbon.input import DataSource
    except ImportError:
        return Power(FIXED_WATTS, "a round figure: codecarbon is not installed")
    table: Any = DataSource().get_cpu_power_data()  # type: ignore[no-untyped-call]
    processor_name = bare_name(processor)
    for name, watts in zip(table["Name"], table["TDP"], strict=True):
        if bare_name(str(name)) == processor_name:
            return Power(
                float(watts),
                f"the thermal design power of {name}, all cores, in codecarbon's table",
            )
    return Power(
        float(DEFAULT_POWER_PER_CORE * threads),
        f"codecarbon's default of {DEFAULT_POWER_PER_CORE:g} W a hardware thread, {threads} of "
        f"them, for its table does not have {processor}",
    )


def bare_name(processor: str) -> str:
    """A processor's name without marks, generation, clock and number of cores."""
    name = re.sub(r"\((?:R|TM)\)", "", processor, flags=re.IGNORECASE)
    name = re.sub(r"^\d+th Gen ", "", name)
    name = re.sub(r"\s*(?:@.*|with .*|\d+-Core Processor|CPU(?: @.*)?|Processor)$", "", name)
    name = re.sub(r"\s+CPU\b", "", name)
    return " ".join(name.split()).casefold()
