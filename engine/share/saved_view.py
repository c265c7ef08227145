"""A view as a small JSON file, and back: what is too long for a link."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.share.checked_json import checked, json_values, read_json
from engine.types import CrossExamError
from engine.types.errors import shown
from engine.types.share.saved_view import FORMAT, VERSION, SavedView
from system.json_version import is_version


def view_json(page: str, link: Mapping[str, str]) -> str:
    """The file of a view."""
    view = SavedView(FORMAT, VERSION, page, dict(link))
    return json.dumps(json_values(view, {}), ensure_ascii=False, indent=2) + "\n"


def read_view(text: str | bytes, file: str) -> SavedView:
    """The view of a file; raises CrossExamError for what is none of this version."""
    values = read_json(text, file)
    if not isinstance(values, dict) or values.get("format") != FORMAT:
        raise CrossExamError(f"{file} is no saved view: open one that “Copy link” gave")
    if not is_version(values.get("version"), VERSION):
        raise CrossExamError(
            f"{file} has version {shown(values.get('version'))} and this CrossExam reads version "
            f"{VERSION}: open it with the version that wrote it"
        )
    return checked(SavedView, values, {}, "")
