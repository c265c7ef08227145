"""The machine that a figure was measured on.

A leaf beside `engine.types`: it imports nothing of ours, so models may use it too.
"""

from __future__ import annotations

import importlib.metadata
import os
import platform
from pathlib import Path

PACKAGES = ("torch", "openvino", "transformers", "faiss-cpu", "rank-bm25")


def hardware() -> dict[str, str | int]:
    """Processor, cores, system, Python and the versions that speed depends on."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count() or 1
    facts: dict[str, str | int] = {
        "processor": processor(),
        "cores": cores,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
    }
    for name in PACKAGES:
        try:
            facts[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return facts


def processor() -> str:
    """The processor's name as the system gives it."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or "unknown processor"


def has_int8_units() -> bool:
    """Whether the processor multiplies whole numbers of 8 bits in one step (VNNI or AMX)."""
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return False
    flags = next((line for line in text.splitlines() if line.startswith("flags")), "")
    return bool({"avx512_vnni", "avx_vnni", "amx_int8"} & set(flags.split()))


def hardware_sentence(
    facts: dict[str, str | int], *, backends: dict[str, str], threads: int | None
) -> str:
    """The machine in words; `backends` maps a model's role to its backend and precision."""
    cores = int(facts["cores"])
    parts = [f"{facts['processor']}, {cores} core{'' if cores == 1 else 's'}"]
    if threads is not None:
        parts[0] += f", {threads} thread{'' if threads == 1 else 's'} a forward pass"
    same = len(set(backends.values())) == 1
    if same:
        parts.append(f"both models by {next(iter(backends.values()))}")
    else:
        parts.append(", ".join(f"{role} by {label}" for role, label in backends.items()))
    versions = [f"{name} {facts[name]}" for name in PACKAGES if name in facts]
    parts.append(", ".join([f"Python {facts['python']}", *versions, str(facts["system"])]))
    return "Measured on " + "; ".join(parts) + "."
