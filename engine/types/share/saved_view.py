"""A view in a file: what a link would say, of any length."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FORMAT, VERSION = "crossexam-view", 1


@dataclass(frozen=True, slots=True)
class SavedView:
    """The address of a page ("what-if") and the values of its link by their names.

    `format` and `version` say what the file is.
    """

    format: str
    version: int
    page: str
    link: Mapping[str, str]
