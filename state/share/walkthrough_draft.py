"""The walkthrough that this visitor puts together, and the one of a file that they opened.

Both are the visitor's, so that they are there again after the browser loaded the page anew; they
live in the server's memory, and are gone when it ends.
"""

from __future__ import annotations

from engine.types.share.walkthroughs import Draft, Walkthrough
from state.visitor import visitor_work


def draft() -> Draft:
    """What was put together so far."""
    return visitor_work().draft


def keep_draft(changed: Draft) -> None:
    """Have this in place of what was put together so far."""
    visitor_work().draft = changed


def opened_walkthrough() -> Walkthrough | None:
    """The walkthrough of the file that was opened last, None without one."""
    return visitor_work().opened_walkthrough


def keep_opened(walkthrough: Walkthrough) -> None:
    """Remember the walkthrough of a file."""
    visitor_work().opened_walkthrough = walkthrough
