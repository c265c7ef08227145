"""What the links of the lessons can name."""

from __future__ import annotations

from dataclasses import replace

from engine.types.share.link_names import LinkName, identifier
from state.learn.lesson_address import LANGUAGE, LESSON, STEP


def _in_address(name: LinkName, *, begins_entry: bool = False) -> LinkName:
    return replace(name, kept_in_address=True, begins_entry=begins_entry)


LEARN_LINKS = {
    "lessons": (
        _in_address(identifier(LESSON, "the name of a lesson"), begins_entry=True),
        replace(_in_address(identifier(STEP, "a number from 1")), written_by_browser=True),
        _in_address(identifier(LANGUAGE, "a language")),
    )
}
