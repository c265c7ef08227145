"""Models that were trained on this machine: the catalogue's own part, on the disk.

`<cache>/trained/<kind>/<name>/` holds a model in sentence-transformers' layout with
safetensors, and training.json, which is written before the folder is moved into place: a
folder is either there as a whole or not.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.types import BI_ENCODER, CROSS_ENCODER, CrossExamError, ModelCard
from models.training.checkpoint_dir import NAME, checked_name, read_object
from system.storage import cache_folder, sha256_of, sync_folder, sync_tree

RECORD = "training.json"
WEIGHTS = "model.safetensors"
ROLES = {"distilled": BI_ENCODER, "fine-tuned": CROSS_ENCODER}


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """A model of one's own: `before` and `after` are `measure` on `held_out` queries.

    `sentence` says how the difference stands to chance; `record` is all of training.json.
    """

    name: str
    role: str
    folder: Path
    parent: str
    teacher: str
    corpus: str
    fingerprint: str
    made_at: float
    measure: str
    before: float
    after: float
    held_out: int
    sentence: str
    record: Mapping[str, Any]

    @property
    def note(self) -> str:
        """What the catalogue says of it."""
        origin_phrase = f"trained from {self.parent}"
        if self.teacher:
            origin_phrase += f" by {self.teacher}"
        return (
            f"{origin_phrase} on {self.corpus}: {self.measure} {self.before:.3f} → "
            f"{self.after:.3f} on {self.held_out} held-out queries"
        )

    @property
    def better(self) -> bool | None:
        """True or False where chance is an unlikely explanation, None where it is not."""
        low, high = self.record["difference"]["interval"]
        return True if low > 0 else False if high < 0 else None


def trained_models() -> tuple[TrainedModel, ...]:
    """All of them, oldest first; a folder that is damaged is passed over."""
    models = []
    for path in (cache_folder() / "trained").glob(f"*/*/{RECORD}"):
        model = _read(path.parent)
        if model is not None:
            models.append(model)
    return tuple(sorted(models, key=lambda model: (model.made_at, model.name)))


def trained_model(name: str) -> TrainedModel | None:
    """The trained model of that name, None where there is none."""
    folder = trained_folder(name)
    return _read(folder) if folder is not None else None


def trained_at(name: str) -> float | None:
    """When the trained model of that name was made (s since 1970), None where there is none.

    It tells a model from one that had its name before.
    """
    model = trained_model(name)
    return model.made_at if model is not None else None


def trained_folder(name: str) -> Path | None:
    """Where the trained model of that name lies, None where there is none."""
    if NAME.fullmatch(name) is None or ".." in name:
        return None
    folder = place_of(name)
    return folder if (folder / RECORD).is_file() and (folder / WEIGHTS).is_file() else None


def place_of(name: str) -> Path:
    """Where a model of that name lies or would lie; raises CrossExamError for a wrong name."""
    kind, short_name = checked_name(name)
    return cache_folder() / "trained" / kind / short_name


def keep(model_folder: Path, name: str, record: Mapping[str, Any]) -> TrainedModel:
    """Move a folder with a model into the catalogue, its record within; returns what it is."""
    target_folder = place_of(name)
    if target_folder.exists():
        raise CrossExamError(f"there is a model {name!r} already: delete it or choose another name")
    try:
        text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        (model_folder / RECORD).write_text(text, encoding="utf-8")
        target_folder.parent.mkdir(parents=True, exist_ok=True)
        sync_tree(model_folder)
        model_folder.replace(target_folder)
        sync_folder(target_folder.parent)
    except OSError as error:
        raise CrossExamError(
            f"{name} cannot be written to {target_folder} ({error.strerror}): free some space, or "
            "set CROSSEXAM_CACHE to a folder that can be written"
        ) from error
    trained = _read(target_folder)
    if trained is None:
        raise CrossExamError(f"{name} was not written whole to {target_folder}: train it again")
    return trained


def delete_trained(name: str) -> None:
    """Delete a trained model for good; raises CrossExamError where there is none."""
    folder = trained_folder(name)
    if folder is None:
        raise CrossExamError(f"there is no model {name[:80]!r} of your own: it may be deleted")
    shutil.rmtree(folder)


def trained_card(model: TrainedModel, *, checksums: bool = False) -> ModelCard:
    """The model as a row of the catalogue."""
    from models.backends.selection import select_backend

    weights = model.folder / WEIGHTS
    sha256 = sha256_of(weights) if checksums else ""
    revision = str(model.record.get("made", ""))
    if sha256:
        revision += f", sha256 {sha256[:16]}"
    return ModelCard(
        name=model.name,
        role=model.role,
        source="trained on this machine",
        revision=revision,
        licence=str(model.record.get("licence") or "its parent's"),
        max_length=int(model.record.get("max_length") or 512),
        dimensions=model.record.get("dimensions"),
        size_bytes=weights.stat().st_size,
        available=True,
        note=model.note,
        backend=select_backend(sha256) if sha256 else None,
    )


def beside_parents(
    cards: tuple[ModelCard, ...], *, checksums: bool = False
) -> tuple[ModelCard, ...]:
    """The cards with each trained model after its parent, its children after it."""
    placed = list(cards)
    for model in trained_models():
        card = trained_card(model, checksums=checksums)
        family = {model.parent}
        insert_index = len(placed)
        for i, other in enumerate(placed):
            if other.name in family or (insert_index == i and _is_child(other.name, family)):
                insert_index = i + 1
        placed.insert(insert_index, card)
    return tuple(placed)


def _is_child(name: str, family: set[str]) -> bool:
    model = trained_model(name)
    if model is not None and model.parent in family:
        family.add(name)
        return True
    return False


def _read(folder: Path) -> TrainedModel | None:
    record = read_object(folder / RECORD)
    if record is None or not (folder / WEIGHTS).is_file():
        return None
    kind = folder.parent.name
    try:
        return TrainedModel(
            name=f"{kind}/{folder.name}",
            role=ROLES[kind],
            folder=folder,
            parent=str(record["parent"]),
            teacher=str(record.get("teacher") or ""),
            corpus=str(record["corpus"]),
            fingerprint=str(record["fingerprint"]),
            made_at=float(record["made_at"]),
            measure=str(record["measure"]),
            before=float(record["before"]),
            after=float(record["after"]),
            held_out=int(record["difference"]["queries"]),
            sentence=str(record["sentence"]),
            record=record,
        )
    except (KeyError, TypeError, ValueError):
        return None
