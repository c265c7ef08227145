"""A cache folder that an earlier version filled, as `tests/sample` keeps it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parent / "sample"
NAME, FINGERPRINT = "house", "68076c56180c2c90"
DATABASE = "crossexam.sqlite3"


def write_earlier_cache(folder: Path) -> Path:
    """Fill `folder` with the sample and return it."""
    shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns("*.sql", "shown.json", "*.md"))
    script = (SAMPLE / "crossexam.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        connection.executescript(script.replace("{cache}", str(folder)))
    return folder


def shown_before() -> dict[str, Any]:
    """What the earlier version printed and drew of the sample."""
    values: dict[str, Any] = json.loads((SAMPLE / "shown.json").read_text(encoding="utf-8"))
    return values


def rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of people's and machines' work, by table."""
    tables = ("corpora", "judgments", "machine_judgments", "runs")
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return {t: connection.execute(f"SELECT * FROM {t} ORDER BY id").fetchall() for t in tables}
