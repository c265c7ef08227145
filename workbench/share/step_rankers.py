"""Which additional rankers a walkthrough's step is computed with: none that somebody must allow.

A step may come from a file of a stranger. So it asks no ranker that is sent texts, and none that
is read from a folder or downloaded, unless the visitor uses that one already.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from engine.types.ranker_names import parsed, stage_of
from engine.types.share.link_names import listed
from engine.types.share.snapshots import SearchSnapshot
from engine.types.share.walkthroughs import WalkthroughStep
from models.loading import is_own_model

WhyNot = Callable[[str], str]
RANKERS = "rankers"  # the name of a link that names additional rankers


def why_not_asked(name: str, agreed: Collection[str] = ()) -> str:
    """Why a step is not computed with this ranker, "" where it is one of the app's own.

    `agreed` are those that the visitor uses already.
    """
    ranker = parsed(name)
    if ranker.record.attached:  # its lists are kept with the corpus
        return ""
    if ranker.remote:
        return "it is sent texts elsewhere, which no step does by itself"
    if is_own_model(ranker.model.partition("#")[0]) or name in agreed:
        return ""
    return "it is not the app's own: it is read from a folder, or downloaded"


def linked_rankers(link: Mapping[str, str]) -> list[str]:
    """The additional rankers that a link names."""
    return listed(str)(link.get(RANKERS, ""))


def stages_of(step: WalkthroughStep, usual: Collection[str], columns: str) -> tuple[str, ...]:
    """The stages whose lists a step shows: as they were kept, or as its link says."""
    if isinstance(step.snapshot, SearchSnapshot):
        return tuple(column.stage for column in step.snapshot.columns)
    if chosen := step.link.get(columns):
        return tuple(listed(str)(chosen))
    return (*usual, *(stage_of(name) for name in linked_rankers(step.link)))
