"""Every download goes by the one button whose file is written on the click."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[3]
DOOR = "components/common/downloads.py"


def test_no_page_offers_a_file_that_was_made_before_the_click() -> None:
    callers = [
        str(path.relative_to(ROOT))
        for place in ("pages", "components", "state")
        for path in sorted((ROOT / place).rglob("*.py"))
        if ".download_button(" in path.read_text(encoding="utf-8")
    ]
    assert callers == [DOOR]
