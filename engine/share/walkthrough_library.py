"""The walkthroughs that ship with the app: a folder of files, in the order of their names."""

from __future__ import annotations

from pathlib import Path

from engine.share.walkthrough_json import walkthrough_from
from engine.types.share.link_names import LinkNames
from engine.types.share.walkthroughs import Walkthrough

FOLDER = Path(__file__).parents[2] / "walkthroughs"


def shipped_walkthroughs(folder: Path, names: LinkNames | None) -> dict[str, Walkthrough]:
    """Each walkthrough by its file's name without suffix; raises CrossExamError for a bad file."""
    return {
        path.stem.partition("-")[2]: walkthrough_from(path.read_bytes(), path.name, names)
        for path in sorted(folder.glob("*.json"))
    }
