"""What all tests share: one cache for the session, and the real models, each loaded once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import local_script_runner

from models.bi_encoders.bi_encoder import BiEncoder
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER
from models.cross_encoders.cross_encoder import CrossEncoder
from models.loading import load_bi_encoder, load_cross_encoder
from system.telemetry import FOLDERS
from tests.process_guard import NO_STRACE
from workbench import model_loader


@pytest.fixture(scope="session", autouse=True)
def session_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty cache folder for the whole session, so that no test touches the user's."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSEXAM_CACHE", str(folder))
        for variable, name in FOLDERS.items():
            patch.setenv(variable, str(folder / "libraries" / name))
        patch.setenv("WNSEARCHDIR", str(folder / "no-wordnet"))  # the same library everywhere
        yield folder


@pytest.fixture(scope="session", autouse=True)
def read_once() -> Iterator[None]:
    """What a server does once, and every AppTest again: 0.24 s, and 0.03 s for each run.

    Each asks the installed packages whether they bring components, and compiles the pages.
    """
    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        patch.setattr(local_script_runner, "ScriptCache", cache(ScriptCache))
        yield


def _cross_encoder(backend: str, cache: Path) -> CrossEncoder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSEXAM_CACHE", str(cache))
        patch.setenv("CROSSEXAM_ENGINE", backend)
        return load_cross_encoder(DEFAULT_CROSS_ENCODER)


def _bi_encoder(backend: str, cache: Path) -> BiEncoder:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSEXAM_CACHE", str(cache))
        patch.setenv("CROSSEXAM_ENGINE", backend)
        return load_bi_encoder(DEFAULT_BI_ENCODER)


@pytest.fixture(scope="session")
def torch_cross_encoder(session_cache: Path) -> CrossEncoder:
    return _cross_encoder("torch", session_cache)


@pytest.fixture(scope="session")
def openvino_cross_encoder(session_cache: Path) -> CrossEncoder:
    return _cross_encoder("openvino", session_cache)


@pytest.fixture(scope="session")
def torch_bi_encoder(session_cache: Path) -> BiEncoder:
    return _bi_encoder("torch", session_cache)


@pytest.fixture(scope="session")
def openvino_bi_encoder(session_cache: Path) -> BiEncoder:
    return _bi_encoder("openvino", session_cache)


@pytest.fixture
def session_models(
    openvino_bi_encoder: BiEncoder,
    openvino_cross_encoder: CrossEncoder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The session's models instead of loading them for each command, and a cache of one's own."""
    monkeypatch.setattr(model_loader, "load_bi_encoder", lambda *_, **__: openvino_bi_encoder)
    monkeypatch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: openvino_cross_encoder)
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))


def pytest_sessionfinish() -> None:
    """End what pages started: a thread inside a forward pass at exit aborts the process."""
    if "jobs.background" in sys.modules:
        from jobs.background import end_all

        end_all(60.0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it loudly when no process was traced."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NO_STRACE in str(report.longrepr) for report in skipped):
        terminalreporter.section("nothing is sent", sep="!", red=True, bold=True)
        terminalreporter.line(f"{NO_STRACE}. Install it: apt-get install strace")
