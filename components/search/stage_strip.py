"""One strip with the milliseconds of every stage of a search, and their total."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from components.common.browser_view import BrowserView
from components.common.palette import stage_colour, stage_label
from components.common.wording import cache_words, milliseconds
from engine.types import SearchTrace

_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_stage_strip",
    html='<div class="strip"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


def stage_strip(trace: SearchTrace, *, key: str) -> None:
    """Draw what each stage of a search took; what no step explains is "other"."""
    _MOUNT(data=pack(trace), key=key)


def pack(trace: SearchTrace) -> dict[str, Any]:
    """Parts in the order of the search, "other" last, each with its share of their sum."""
    order = list(dict.fromkeys(timing.stage for timing in trace.timings))
    parts = [_part(trace, stage) for stage in order]
    if trace.timings:
        parts.append(_make("other", trace.other_seconds, "", "time that no step explains"))
    total_seconds = sum(part["seconds"] for part in parts) or 1.0
    for part in parts:
        part["share"] = part["seconds"] / total_seconds
    return {"parts": parts, "total": milliseconds(trace.total_seconds), "running": _running(trace)}


def _running(trace: SearchTrace) -> str:
    if trace.complete:
        return ""
    return f"so far; scored {trace.scored} of {trace.to_score}" if trace.to_score else "so far"


def _part(trace: SearchTrace, stage: str) -> dict[str, Any]:
    steps = [timing for timing in trace.timings if timing.stage == stage]
    detail = " · ".join(
        f"{step.step} {milliseconds(step.seconds)}{' (cached)' if step.cached else ''}"
        for step in steps
    )
    return _make(stage, trace.stage_seconds(stage), cache_words(steps), detail)


def _make(stage: str, seconds: float, cached: str, detail: str) -> dict[str, Any]:
    return {
        "label": stage_label(stage),
        "colours": [stage_colour(stage, dark) for dark in (False, True)],
        "seconds": seconds,
        "text": milliseconds(seconds),
        "cached": cached,
        "detail": detail,
    }
