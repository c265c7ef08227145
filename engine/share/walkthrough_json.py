"""A walkthrough as the text of a file, and back: nothing of a file is trusted.

The file is an object with `format`, `version`, `title` and `steps`; a step has the fields of
`engine.types.share.walkthroughs.WalkthroughStep`, its snapshot those of its kind.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from engine.share.checked_json import REMEDY, checked, json_values, read_json
from engine.share.linked_search import CORPUS
from engine.share.snapshot_json import SNAPSHOTS
from engine.share.walkthrough_editing import checked_words, within
from engine.types import CrossExamError
from engine.types.errors import shown
from engine.types.share.link_names import LinkNames
from engine.types.share.snapshots import ReportSection
from engine.types.share.walkthroughs import (
    LATENCY_PAGE,
    LONGEST_LINK,
    LONGEST_TITLE,
    MOST_STEPS,
    Walkthrough,
    WalkthroughStep,
)
from system.json_version import is_version

FORMAT, VERSION = "crossexam-walkthrough", 1


def walkthrough_text(walkthrough: Walkthrough) -> str:
    """The walkthrough as the text of a file that `walkthrough_from` reads."""
    values = json_values(walkthrough, SNAPSHOTS)
    whole = {"format": FORMAT, "version": VERSION, **values}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def report_sections(walkthrough: Walkthrough) -> tuple[ReportSection, ...]:
    """The steps with kept figures as sections of a report, in their order."""
    return tuple(
        ReportSection(
            step.heading or step.page,
            step.snapshot,
            step.note,
            state="frozen",
            times_first=step.page == LATENCY_PAGE,
        )
        for step in walkthrough.steps
        if step.snapshot is not None
    )


def walkthrough_from(text: str | bytes, file: str, names: LinkNames | None = None) -> Walkthrough:
    """The walkthrough of a file's text; raises CrossExamError for what it must not hold.

    `names` are the names that a link may have, by the page's address: a step of another page,
    with another name or with a value that this name cannot have, is refused. Without `names`
    links are left unchecked: for a caller that opens no page.
    """
    whole = read_json(text, file)
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise CrossExamError(f"{file}: no walkthrough of CrossExam: {REMEDY}")
    if not is_version(whole.get("version"), VERSION):
        raise CrossExamError(
            f"{file}: version is {shown(whole.get('version'))}: this CrossExam reads {VERSION}; "
            "open it with the one that wrote it"
        )
    values = {name: value for name, value in whole.items() if name not in ("format", "version")}
    try:
        return _checked(values, names)
    except CrossExamError as problem:
        raise CrossExamError(f"{file}: {problem}") from None


def _checked(values: dict[str, Any], names: LinkNames | None) -> Walkthrough:
    walkthrough = checked(Walkthrough, values, SNAPSHOTS, "")
    if not walkthrough.steps:
        raise CrossExamError("steps is empty: a walkthrough has one step at least")
    if len(walkthrough.steps) > MOST_STEPS:
        raise CrossExamError(
            f"steps has {len(walkthrough.steps):,} entries: give {MOST_STEPS} at most"
        )
    steps = tuple(
        _checked_step(step, names, f"steps[{number}]")
        for number, step in enumerate(walkthrough.steps)
    )
    return replace(
        walkthrough, title=within(walkthrough.title, LONGEST_TITLE, "title"), steps=steps
    )


def _checked_step(step: WalkthroughStep, names: LinkNames | None, where: str) -> WalkthroughStep:
    if names is not None:
        check_link(step, names, where)
    try:
        return checked_words(step)
    except CrossExamError as problem:
        raise CrossExamError(f"{where}: {problem}") from None


def check_link(step: WalkthroughStep, names: LinkNames, where: str) -> None:
    """Raise CrossExamError unless the page exists and its link may have these names and values."""
    if step.page not in names:
        pages = ", ".join(sorted(filter(None, names)))
        raise CrossExamError(f"{where}.page is {shown(step.page)}: give one of {pages}")
    if sum(len(name) + len(value) for name, value in step.link.items()) > LONGEST_LINK:
        raise CrossExamError(f"{where}.link is longer than {LONGEST_LINK:,} characters: shorten it")
    declared = {name.name: name for name in names[step.page]}
    for name, value in step.link.items():
        if name == CORPUS:  # which there are differs from place to place
            continue
        if name not in declared:
            raise CrossExamError(
                f"{where}.link has a name {shown(name)} that the page {step.page!r} does not "
                "have: leave it out"
            )
        try:
            declared[name].read(value)
        except ValueError:
            raise CrossExamError(
                f"{where}.link.{name} is {shown(value)}: give {declared[name].allowed}"
            ) from None
