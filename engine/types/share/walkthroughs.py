"""A walkthrough: views of the app in an order, each with words and the figures that it showed.

Its texts are data of whoever wrote it: they are shown as text and never as markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.types.share.snapshots import Snapshot
from engine.types.traces import BI_ENCODER, BM25, CROSS_ENCODER, HYBRID

SEARCH_PAGES = ("compare", "latency")  # pages whose figures are those of a search
EXPLAIN_PAGE, QUALITY_PAGE = "explain", "quality"
DIAGNOSE_PAGE, VOTE_PAGE = "diagnose", "blind-vote"
PAIR_PAGES = ("inside", "attention", EXPLAIN_PAGE, "what-if", "truncation", "maxsim")
TABLE_PAGES = (
    DIAGNOSE_PAGE,
    VOTE_PAGE,
    "parity",
    "corpora",
    "training",
    "models",
)  # whose figures are tables
LINK_PAGES = ("lessons",)  # that a step leads to, without figures of its own
LIVE_PAGES = (*SEARCH_PAGES, *PAIR_PAGES, DIAGNOSE_PAGE, QUALITY_PAGE, VOTE_PAGE)
LATENCY_PAGE, LAB, TIMED_SEARCH = "latency", "lab", "search"  # whose other labs are measurements
PART, TABLE_PARTS = "part", ("failures", "two")  # of Quality
USUAL_STAGES = (BM25, BI_ENCODER, HYBRID, CROSS_ENCODER)  # that are kept without a choice
MOST_STEPS = 30
LONGEST_TITLE, LONGEST_HEADING, LONGEST_NOTE = 120, 120, 1200  # characters
LONGEST_LINK = 60_000  # characters of a step's names and values together


@dataclass(frozen=True, slots=True)
class WalkthroughStep:
    """One view: the page's address with the values of its link, a heading, a note, its figures.

    `snapshot` holds the figures as they were when the step was kept, None where none were. A
    `live` step is computed anew when it is played, and what moved since is shown beside it.
    """

    page: str
    link: Mapping[str, str]
    heading: str
    note: str = ""
    snapshot: Snapshot | None = None
    live: bool = False


@dataclass(frozen=True, slots=True)
class Walkthrough:
    """Steps in the order in which they are played."""

    title: str = ""
    steps: tuple[WalkthroughStep, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A walkthrough that is being put together, and what it was before each change, newest last."""

    walkthrough: Walkthrough = field(default_factory=Walkthrough)
    earlier: tuple[Walkthrough, ...] = ()


def shows_tables(page: str, link: Mapping[str, str]) -> bool:
    """Whether the figures of this view are tables: of no search, no pair and no quality run."""
    return page in TABLE_PAGES or _is_part(page, link)


def can_be_live(page: str, link: Mapping[str, str]) -> bool:
    """Whether the figures of this view can be computed anew when it is played as a step."""
    return page in LIVE_PAGES and not _is_part(page, link)


def _is_part(page: str, link: Mapping[str, str]) -> bool:
    """Whether it is a part of its page with figures of its own."""
    if page == LATENCY_PAGE:
        return link.get(LAB, TIMED_SEARCH) != TIMED_SEARCH
    return page == QUALITY_PAGE and link.get(PART) in TABLE_PARTS
