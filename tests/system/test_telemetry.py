"""No library of any process of ours reports its use: declined before it can be imported."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from system.telemetry import FOLDERS, SENDERS, SWITCHES, decline_telemetry

ROOT = Path(__file__).parents[2]
# Every first import that brings `search` in; each runs in a process of its own.
ENTRIES = (
    "cli",
    "models.backends.backends",
    "workbench.workbench",
    "server",
    "benchmarks.bench",
    "corpora.stores.corpus",
)
CHECK = """
import sys, threading
before = {thread.name for thread in threading.enumerate()}
import ENTRY
import openvino, onnxruntime
assert openvino.convert_model is not None
loaded = [name for name in sys.modules if "openvino_telemetry" in name and sys.modules[name]]
assert loaded == [], loaded
import openvino.tools.ovc as ovc
assert ovc.telemetry.__class__.__module__.endswith("telemetry_stub"), ovc.telemetry
names = {thread.name for thread in threading.enumerate()} - before
assert not [name for name in names if "elemetry" in name], names
"""


@pytest.mark.parametrize("entry", ENTRIES)
def test_no_module_and_no_thread_of_a_sender_is_active(entry: str, tmp_path: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if k not in (*SWITCHES, *FOLDERS)}
    done = subprocess.run(
        [sys.executable, "-c", CHECK.replace("ENTRY", entry)],
        cwd=ROOT,
        env={**environment, "HOME": str(tmp_path), "CROSSEXAM_CACHE": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert [path for path in tmp_path.iterdir() if path.name != "cache"] == []


def test_a_sender_cannot_be_imported_nor_found() -> None:
    for name in SENDERS:
        with pytest.raises(ModuleNotFoundError):
            __import__(name)
        with pytest.raises(ModuleNotFoundError):
            __import__(f"{name}.backend")


def test_switches_go_before_the_users_and_folders_after() -> None:
    environment = {"ORT_DISABLE_TELEMETRY": "0", "MPLCONFIGDIR": "/mine"}
    decline_telemetry(environment)
    assert environment["ORT_DISABLE_TELEMETRY"] == "1"
    assert environment["HF_HUB_DISABLE_TELEMETRY"] == "1"
    assert environment["MPLCONFIGDIR"] == "/mine"


def test_libraries_write_below_the_cache_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path))
    environment: dict[str, str] = {}
    decline_telemetry(environment)
    assert all(Path(environment[name]).is_relative_to(tmp_path) for name in FOLDERS)
