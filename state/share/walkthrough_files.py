"""The walkthroughs that ship with the app, and those that a visitor opens from a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from engine.share.walkthrough_json import walkthrough_from
from engine.share.walkthrough_library import FOLDER, shipped_walkthroughs
from engine.types.share.link_names import LinkNames
from engine.types.share.walkthroughs import Walkthrough
from state.share.app_pages import link_names


def shipped() -> Mapping[str, Walkthrough]:
    """The walkthroughs that ship with the app, by name, in their order."""
    changed = tuple((path.name, path.stat().st_mtime_ns) for path in sorted(FOLDER.glob("*.json")))
    return _shipped(str(FOLDER), changed, link_names())


def read(content: bytes, file: str) -> Walkthrough:
    """The walkthrough of a file; raises CrossExamError for what it must not hold."""
    return walkthrough_from(content, file, link_names())


@st.cache_resource(show_spinner=False, max_entries=2)
def _shipped(
    folder: str,
    changed: tuple[tuple[str, int], ...],  # noqa: ARG001
    _names: LinkNames,
) -> Mapping[str, Walkthrough]:
    return shipped_walkthroughs(Path(folder), _names)
