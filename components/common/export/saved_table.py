"""The scripts of a view whose tables are built in the browser, each saved as CSV by its button."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent
SAVED_TABLE = (_HERE.parent / "drawing_parts.js", _HERE / "save_file.js", _HERE / "table_csv.js")
"""First among a view's scripts."""
