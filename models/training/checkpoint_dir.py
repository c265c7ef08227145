"""The folder in which a model is trained: what outlives a stop, a crash and a power cut.

    plan.json        what was asked for
    examples.jsonl   what is learnt from, with the teacher's margins or the labels
    checkpoints/     the trainer's own; one counts once progress.json lies in it
    best/            the model of the best measurement on the dev queries so far

Nothing of it is ever unpickled by us, and the trainer reads its optimizer's state with
`weights_only=True`, which refuses everything but tensors and plain values.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.types import CrossExamError
from engine.types.registries.measures import NDCG
from models.training.curves import TrainingCurves, curves_from
from system.storage import cache_folder, replace_folder, write_text_atomically

NAME = re.compile(r"(distilled|fine-tuned)/([A-Za-z0-9][A-Za-z0-9._-]{0,59})")
PLAN, EXAMPLES, PROGRESS = "plan.json", "examples.jsonl", "progress.json"
_STEP = re.compile(r"checkpoint-(\d+)")


def checked_name(name: str) -> tuple[str, str]:
    """(kind, short name); raises CrossExamError for a name that is no name of a trained model."""
    match = NAME.fullmatch(name)
    if match is None or ".." in name:
        raise CrossExamError(
            f"{name[:80]!r} is no name for a model of your own: use up to 60 letters, digits, "
            "points, hyphens and underscores"
        )
    return match.group(1), match.group(2)


class CheckpointDir:
    """The files of one training, by the name of the model that it makes."""

    def __init__(self, name: str, base: Path | None = None) -> None:
        kind, short_name = checked_name(name)
        self.name = name
        root = base if base is not None else cache_folder() / "training"
        self.folder = root / kind / short_name

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints"

    @property
    def best(self) -> Path:
        return self.folder / "best"

    def plan(self) -> dict[str, Any] | None:
        """What was asked for; None where nothing was begun, or it cannot be read."""
        return read_object(self.folder / PLAN)

    def keep_plan(self, plan: Mapping[str, Any]) -> None:
        self._write(PLAN, json.dumps(plan, ensure_ascii=False, indent=1) + "\n")

    def examples(self) -> list[dict[str, Any]] | None:
        """The rows that are learnt from; None before they were written."""
        try:
            lines = (self.folder / EXAMPLES).read_text(encoding="utf-8").splitlines()
            return [json.loads(line) for line in lines]
        except (OSError, ValueError):
            return None

    def keep_examples(self, rows: list[dict[str, Any]]) -> None:
        self._write(EXAMPLES, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))

    def newest(self) -> Path | None:
        """The last checkpoint that was written whole."""
        checkpoints = [
            (int(match.group(1)), path)
            for path in self.checkpoints.glob("checkpoint-*")
            if (match := _STEP.fullmatch(path.name)) and read_object(path / PROGRESS) is not None
        ]
        return max(checkpoints)[1] if checkpoints else None

    def curves(self) -> TrainingCurves:
        """The curves up to the newest checkpoint."""
        newest = self.newest()
        values = read_object(newest / PROGRESS) if newest is not None else None
        try:
            return curves_from(values) if values is not None else TrainingCurves()
        except (KeyError, TypeError, ValueError):
            return TrainingCurves()

    def step(self) -> int:
        """The step of the newest checkpoint, 0 before the first."""
        newest = self.newest()
        return int(newest.name.rpartition("-")[2]) if newest is not None else 0

    def keep_best(self, write: Callable[[Path], None], step: int, value: float) -> None:
        """Have `write` fill a folder with the model, and put it in place of the best so far."""
        new_folder = self.folder / ".best-new"
        shutil.rmtree(new_folder, ignore_errors=True)
        new_folder.mkdir(parents=True)
        write(new_folder)
        (new_folder / "best.json").write_text(json.dumps({"step": step, "value": value}), "utf-8")
        replace_folder(new_folder, self.best)

    def best_so_far(self) -> tuple[int, float] | None:
        """(step, value) of the best measurement, None before the first."""
        record = read_object(self.best / "best.json")
        return (int(record["step"]), float(record["value"])) if record is not None else None

    def keep_values(self, name: str, values: Mapping[str, Any]) -> None:
        """Keep something that was measured, to be had again with `values_of`."""
        self._write(f"{name}.json", json.dumps(values))

    def values_of(self, name: str) -> dict[str, Any] | None:
        """What was kept under that name, None where nothing was."""
        return read_object(self.folder / f"{name}.json")

    def measure(self) -> str:
        """What it is measured by, as its plan says."""
        return str((self.plan() or {}).get("measure") or NDCG.name)

    def clear(self) -> None:
        """Forget this training for good."""
        shutil.rmtree(self.folder, ignore_errors=True)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other processes out; raises CrossExamError where one is at work here.

        The lock ends with the process, however that ends.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("a") as handle:
            try:
                import fcntl

                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except ImportError:
                pass  # no such locks on this system
            except OSError as error:
                raise CrossExamError(
                    f"{self.name} is being trained by another process: wait for it, stop it "
                    "there, or choose another name"
                ) from error
            yield

    def _write(self, name: str, text: str) -> None:
        try:
            write_text_atomically(self.folder / name, text)
        except OSError as error:
            raise CrossExamError(
                f"{self.folder / name} cannot be written ({error.strerror}): free some space or "
                "set CROSSEXAM_CACHE to a folder that can be written"
            ) from error


def unfinished(base: Path | None = None) -> tuple[CheckpointDir, ...]:
    """The trainings that were begun and not ended, by name."""
    root = base if base is not None else cache_folder() / "training"
    trainings = []
    for path in sorted(root.glob(f"*/*/{PLAN}")):
        try:
            trainings.append(CheckpointDir(f"{path.parent.parent.name}/{path.parent.name}", base))
        except CrossExamError:
            continue
    return tuple(trainings)


def read_object(path: Path) -> dict[str, Any] | None:
    """The object in a JSON file, None where there is none."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None
