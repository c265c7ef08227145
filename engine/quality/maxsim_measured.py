"""What benchmarks/late_interaction.py measured of the packaged encoder's MaxSim."""

from __future__ import annotations

import json
from pathlib import Path

from engine.types import CrossExamError, LateMeasurement

FILE = Path(__file__).parent.parent / "benchmarks" / "late_interaction.json"


def packaged_measurements(path: Path = FILE) -> tuple[LateMeasurement, ...]:
    """A row for each collection, () where nothing was measured."""
    if not path.is_file():
        return ()
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["collections"]
        return tuple(
            LateMeasurement(
                corpus=str(row["corpus"]),
                documents=int(row["documents"]),
                queries=int(row["queries"]),
                maxsim=float(row["maxsim"]),
                own_bi_encoder=float(row["own_bi_encoder"]),
            )
            for row in rows
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CrossExamError(
            f"{path}: not what benchmarks.late_interaction writes ({error}); run it again"
        ) from error


def offered_as_ranker(measured: tuple[LateMeasurement, ...]) -> bool:
    """Whether MaxSim won on every collection, and on two of them at least."""
    return len(measured) >= 2 and all(row.wins for row in measured)
