"""A walkthrough played by keys: in the browser, with the figures of now as the server has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.common import stage
from components.common.browser_view import BrowserView
from components.share.player.moved_view import moved_view
from components.share.player.snapshot_view import snapshot_view
from engine.types.share.differences import SnapshotDifferences
from engine.types.share.snapshots import Snapshot
from engine.types.share.walkthroughs import LATENCY_PAGE, WalkthroughStep

TOP, TOP_ON_STAGE = 10, 5  # documents of a list
MOST_LISTS, MOST_LISTS_ON_STAGE = 6, 3
MOST_TABLES_ON_STAGE = 1
_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_walkthrough",
    html='<div class="player"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.parents[2] / "common" / "drawing_parts.js", _HERE.with_suffix(".js")],
)


@dataclass(frozen=True, slots=True)
class PlayedStep:
    """A step, and how far its figures of now are.

    `now` and `differences` are None until they are computed; `waiting` says that they are to
    come, `problem` why they never will.
    """

    step: WalkthroughStep
    now: Snapshot | None = None
    differences: SnapshotDifferences | None = None
    waiting: bool = False
    problem: str = ""


@dataclass(frozen=True, slots=True)
class PlayerEvents:
    """What was asked for just now: to end, or to open the view of a step, by its number from 0."""

    ended: bool = False
    opened: int | None = None


def player(
    title: str, steps: Sequence[PlayedStep], *, token: str, pages: Mapping[str, str], key: str
) -> PlayerEvents:
    """Draw the walkthrough at the step where the browser left it.

    `token` tells it from another one, `pages` maps a page's address to its title.
    """
    result = _MOUNT(
        data=player_data(title, steps, token=token, pages=pages, on_stage=stage.is_on()),
        key=key,
        on_ended_change=lambda: None,
        on_opened_change=lambda: None,
    )
    number = result.opened
    is_step = (
        isinstance(number, int) and not isinstance(number, bool) and number in range(len(steps))
    )
    return PlayerEvents(ended=result.ended is True, opened=number if is_step else None)


def player_data(
    title: str,
    steps: Sequence[PlayedStep],
    *,
    token: str,
    pages: Mapping[str, str],
    on_stage: bool,
) -> dict[str, Any]:
    """The whole walkthrough as plain data; every text stays text."""
    return {
        "title": title,
        "token": token,
        "stage": on_stage,
        "steps": [_step(played, pages, on_stage=on_stage) for played in steps],
    }


def _step(played: PlayedStep, pages: Mapping[str, str], *, on_stage: bool) -> dict[str, Any]:
    step = played.step

    def view(snapshot: Snapshot | None) -> dict[str, Any] | None:
        if snapshot is None:
            return None
        of_times = step.page == LATENCY_PAGE
        if on_stage:
            return snapshot_view(
                snapshot,
                top=TOP_ON_STAGE,
                most_lists=MOST_LISTS_ON_STAGE,
                most_tables=MOST_TABLES_ON_STAGE,
                of_times=of_times,
            )
        return snapshot_view(snapshot, top=TOP, most_lists=MOST_LISTS, of_times=of_times)

    return {
        "heading": step.heading or pages.get(step.page, step.page),
        "note": [text for text in step.note.split("\n") if text.strip()],
        "page": pages.get(step.page, step.page),
        "kept": view(step.snapshot),
        "kept_words": _kept_words(played),
        "now": view(played.now),
        "now_words": _now_words(played),
        "moved": moved_view(played.differences) if played.differences else None,
    }


def _kept_words(played: PlayedStep) -> str:
    """Of when the figures are, and why none of now stand there."""
    snapshot = played.step.snapshot
    if snapshot is None:
        return "no figures were kept with this step"
    origin = snapshot.provenance
    said = f"figures of {origin.made_at[:10]}"
    if origin.corpus:
        said += f", corpus {origin.corpus}"
    if played.waiting:
        return f"{said}; those of now are being computed …"
    return f"{said}; those of now cannot be had: {played.problem}" if played.problem else said


def _now_words(played: PlayedStep) -> str:
    """That the figures were computed now, and whether they are as they were."""
    differences = played.differences
    if differences is None:
        return "computed now"
    if differences.nothing_moved:
        return "computed now; nothing moved since it was kept"
    if differences.within_drift:
        return "computed now; moved within the drift of the backends alone since it was kept"
    return "computed now; see below what moved since it was kept"
