"""Searches that several tests of the pages read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest, app_test

from tests.pages.downloads import Downloads
from tests.pages.driver import opened
from tests.pages.hostile import in_library


@pytest.fixture(scope="session")
def compared(session_cache: Path) -> AppTest:
    """Compare with "python snake" at the default settings; read only."""
    return opened(q="python snake")


@pytest.fixture
def hostile_corpus(session_cache: Path, tmp_path: Path) -> Iterator[str]:
    """The name of a corpus whose every text is an attack, in the library for one test."""
    with in_library(session_cache, tmp_path) as name:
        yield name


@pytest.fixture
def downloads(monkeypatch: pytest.MonkeyPatch) -> Downloads:
    """What the pages of one test offer for download."""
    offered = Downloads()
    monkeypatch.setattr(app_test, "MediaFileManager", offered.manager_of_a_run)
    return offered
