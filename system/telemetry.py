"""Keeps libraries from reporting their use, and from writing beside the cache folder.

A leaf that `search` runs before anything else of ours, so that it holds in every process (app,
command line, benchmarks, trainings) before a library is imported that would send something.
Where a package only sends, it cannot be imported at all; where the sender is built in, as in ONNX
Runtime, its own switch is set. A switch may be renamed by an upgrade: the test that traces whole
processes is what tells.
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from types import ModuleType

from system.storage import cache_folder

# Packages that only send: OpenVINO reports each import to an analytics service, from a forked
# process, and keeps an id in the home folder. Without the package it uses a stub of its own.
SENDERS = ("openvino_telemetry",)
# Read when the library is imported. "Offline" is the hub client's: models are brought by
# `models.hub.hub_download` alone, and only when a person asked for one.
SWITCHES = {
    "DO_NOT_TRACK": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "HF_UPDATE_DOWNLOAD_COUNTS": "0",
    "ORT_DISABLE_TELEMETRY": "1",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
    "TRANSFORMERS_OFFLINE": "1",
}
# Where libraries would otherwise write into the home or the temporary folder.
FOLDERS = {
    "HF_MODULES_CACHE": "modules",
    "IR_DATASETS_HOME": "ir_datasets",
    "MPLCONFIGDIR": "matplotlib",
    "TORCHINDUCTOR_CACHE_DIR": "torch",
}


def decline_telemetry(environment: MutableMapping[str, str] | None = None) -> None:
    """Have no library of this process, or of one that it starts, send or write elsewhere.

    What the user set in the environment about folders stays.
    """
    variables = os.environ if environment is None else environment
    variables.update(SWITCHES)
    for variable, name in FOLDERS.items():
        variables.setdefault(variable, str(cache_folder() / "libraries" / name))
    modules: MutableMapping[str, ModuleType | None] = sys.modules  # type: ignore[assignment]
    for package in SENDERS:
        # None makes the import system raise ModuleNotFoundError, for its submodules too.
        modules[package] = None
