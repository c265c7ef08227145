"""The whole report: one HTML file of sections, with a policy that forbids every request."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from engine.share.report.figures import counted
from engine.share.report.figures_section import figures_section
from engine.share.report.markup import Markup, joined, own_source, tag, user_text
from engine.share.report.opening import opening
from engine.share.report.pair_section import pair_section
from engine.share.report.quality_section import quality_section
from engine.share.report.search_section import search_section
from engine.types import CrossExamError
from engine.types.share.snapshots import (
    PairSnapshot,
    QualitySnapshot,
    ReportSection,
    SearchSnapshot,
    Snapshot,
)
from system.project_version import project_version

_HERE = Path(__file__)
STYLE = _HERE.with_suffix(".css").read_text("utf-8")
SCRIPT = _HERE.with_suffix(".js").read_text("utf-8")
FILE_NAME = "crossexam-report.html"


def report_html(
    title: str, sections: Sequence[ReportSection], *, now: datetime | None = None
) -> str:
    """A report of these sections, in their order, as the text of one file.

    It asks nothing of the network, holds no markup of anybody's text, prints, and is whole
    without its script. Raises CrossExamError without a section.
    """
    if not sections:
        raise CrossExamError("a report has no section: add a search, a pair or a quality run")
    written = (now or datetime.now(UTC)).astimezone(UTC).strftime("%d %B %Y, %H:%M UTC")
    several = len(sections) > 1
    body = tag(
        "body",
        tag(
            "header",
            tag("h1", user_text(title)),
            tag("p", f"Written on {written} by CrossExam {project_version()}.", class_="facts"),
            _contents(sections) if several else None,
        ),
        tag("main", *(_section(s, place, several) for place, s in enumerate(sections))),
        tag("footer", tag("p", FOOTER, class_="facts")),
        own_source("script", SCRIPT),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy()),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        own_source("style", STYLE),
    )
    return f"<!DOCTYPE html>\n{tag('html', head, body, lang='en').source}\n"


FOOTER = (
    "This file is whole: it asks nothing of the network and can be sent, kept and printed. Its "
    "figures are frozen; they do not change when the search does."
)


def snapshot_title(snapshot: Snapshot) -> str:
    """What a report of this alone is called."""
    if isinstance(snapshot, SearchSnapshot):
        return f"The search “{snapshot.query}”"
    if isinstance(snapshot, PairSnapshot):
        return f"“{snapshot.title or snapshot.doc_id}” for “{snapshot.query}”"
    if isinstance(snapshot, QualitySnapshot):
        return f"Quality on {snapshot.provenance.corpus}"
    return snapshot.title


def report_of(snapshot: Snapshot, *, now: datetime | None = None) -> str:
    """A report of one snapshot."""
    title = snapshot_title(snapshot)
    return report_html(title, [ReportSection(title, snapshot)], now=now)


def _section(section: ReportSection, place: int, several: bool) -> Markup:
    heading = tag("h2", "In short")
    if several:
        state = tag("span", section.state, class_="state") if section.state else None
        heading = tag("h2", f"{place + 1}. ", user_text(section.heading), " ", state)
    note = tag("p", user_text(section.note), class_="note") if section.note else None
    return tag(
        "section",
        heading,
        note,
        opening(section.snapshot),
        _figures(section, f"part-{place}"),
        class_="step",
        id=f"step-{place}",
    )


def _figures(section: ReportSection, name: str) -> Markup:
    snapshot = section.snapshot
    if isinstance(snapshot, SearchSnapshot):
        return search_section(snapshot, name, times_first=section.times_first)
    if isinstance(snapshot, PairSnapshot):
        return pair_section(snapshot, name)
    if isinstance(snapshot, QualitySnapshot):
        return quality_section(snapshot, name)
    return figures_section(snapshot, name)


def _contents(sections: Sequence[ReportSection]) -> Markup:
    entries = (
        tag("li", tag("a", user_text(section.heading), href=f"#step-{place}"))
        for place, section in enumerate(sections)
    )
    return tag("nav", joined([counted(len(sections), "part")]), tag("ol", *entries))


def _policy() -> str:
    """Nothing is loaded from anywhere; of script and style only these two run."""
    return (
        f"default-src 'none'; script-src '{_hash(SCRIPT)}'; style-src '{_hash(STYLE)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"
