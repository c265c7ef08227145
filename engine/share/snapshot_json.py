"""Snapshots as JSON, and back: the values that a walkthrough's file holds for each step.

A snapshot is an object with `kind` ("search", "pair", "quality" or "figures") and the fields of
its dataclass in `engine.types.share.snapshots`. A file says its `format` and `version`.
"""

from __future__ import annotations

import json
from typing import Any

from engine.share.checked_json import REMEDY, checked, json_values, read_json
from engine.types import CrossExamError
from engine.types.errors import shown
from engine.types.share.figures import FiguresSnapshot
from engine.types.share.snapshots import (
    PairSnapshot,
    QualitySnapshot,
    ReportSection,
    SearchSnapshot,
    Snapshot,
)
from system.json_version import is_version

FORMAT, VERSION = "crossexam-snapshots", 1
SNAPSHOTS: dict[str, type] = {
    "search": SearchSnapshot,
    "pair": PairSnapshot,
    "quality": QualitySnapshot,
    "figures": FiguresSnapshot,
}


def snapshot_values(snapshot: Snapshot) -> dict[str, Any]:
    """The snapshot as plain values, to be written as JSON."""
    values: dict[str, Any] = json_values(snapshot, SNAPSHOTS)
    return values


def snapshot_from(values: Any, where: str = "snapshot") -> Snapshot:
    """The snapshot of these values; raises CrossExamError for what is none.

    `where` names the place in the file, for errors: "steps[2].snapshot".
    """
    kind = values.get("kind") if isinstance(values, dict) else None
    cls = SNAPSHOTS.get(kind) if isinstance(kind, str) else None
    if cls is None:
        raise CrossExamError(
            f"{where}.kind is {shown(kind)}: it must be one of {', '.join(SNAPSHOTS)}; {REMEDY}"
        )
    snapshot: Snapshot = checked(cls, values, SNAPSHOTS, where)
    return snapshot


def sections_json(sections: tuple[ReportSection, ...]) -> str:
    """Sections as the text of a file that `sections_from` reads."""
    values = [json_values(section, SNAPSHOTS) for section in sections]
    whole = {"format": FORMAT, "version": VERSION, "sections": values}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False)


def sections_from(text: str | bytes, file: str) -> tuple[ReportSection, ...]:
    """The sections of such a file; raises CrossExamError for one that is none."""
    whole = read_json(text, file)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise CrossExamError(f"{file}: no file of CrossExam's figures: {REMEDY}")
    if not is_version(whole.get("version"), VERSION):
        raise CrossExamError(
            f"{file}: version is {shown(whole.get('version'))}: this CrossExam reads {VERSION}; "
            "open it with the one that wrote it"
        )
    values = whole.get("sections")
    if not isinstance(values, list):
        raise CrossExamError(f"{file}: sections is {shown(values)}: a list is needed; {REMEDY}")
    return tuple(
        checked(ReportSection, section, SNAPSHOTS, f"sections[{number}]")
        for number, section in enumerate(values)
    )
