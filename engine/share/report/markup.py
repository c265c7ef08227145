"""HTML and SVG built from parts: every text goes through `escaped`, and there is no other way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

# What no HTML file may hold: controls, and halves of surrogate pairs that UTF-8 cannot write.
_CONTROLS = (set(range(0x20)) - set(map(ord, "\t\n\r"))) | set(range(0x7F, 0xA0))
_UNWRITABLE = (*_CONTROLS, *range(0xD800, 0xE000), 0xFFFE, 0xFFFF)
_ESCAPES = {
    **dict.fromkeys(_UNWRITABLE, "\N{REPLACEMENT CHARACTER}"),
    **{
        ord("&"): "&amp;",
        ord("<"): "&lt;",
        ord(">"): "&gt;",
        ord('"'): "&quot;",
        ord("'"): "&#39;",
    },
}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]*")
_EMPTY = frozenset({"meta", "br", "col"})

Attribute = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Markup:
    """Source that was built here, and needs no escape any more."""

    source: str


Child = Markup | str | None


def escaped(text: str) -> str:
    """The text as HTML and SVG show it, in an element or an attribute; never markup."""
    return text.translate(_ESCAPES)


def joined(children: Iterable[Child]) -> Markup:
    """The parts one after the other; texts are escaped, None is nothing."""
    return Markup(
        "".join(
            child.source if isinstance(child, Markup) else escaped(child)
            for child in children
            if child is not None
        )
    )


def tag(element: str, *children: Child, **attributes: Attribute) -> Markup:
    """An element; `class_` is `class`, `data_doc` is `data-doc`; None and False leave one out."""
    pairs = [(_attribute_name(name), value) for name, value in attributes.items()]
    opening = _checked(element) + "".join(
        f' {name}="{escaped("" if value is True else _number(value))}"'
        for name, value in pairs
        if value is not None and value is not False
    )
    if element in _EMPTY:
        return Markup(f"<{opening}>")
    return Markup(f"<{opening}>{joined(children).source}</{element}>")


def user_text(text: str) -> Markup:
    """Somebody's text, kept apart from the direction of ours: right-to-left signs end with it."""
    return tag("bdi", text)


def own_source(element: str, source: str) -> Markup:
    """A `<script>` or `<style>` of a file of ours; raises ValueError where it would end early."""
    if "</" in source or "<!--" in source:
        raise ValueError(f"the source of <{element}> may not hold '</' or '<!--'")
    return Markup(f"<{element}>{source}</{element}>")


@cache
def _attribute_name(name: str) -> str:
    return _checked(name.rstrip("_").replace("_", "-"))


@cache
def _checked(name: str) -> str:
    """The name of an element or attribute; raises ValueError for a handler, a style, no name."""
    if not _NAME.fullmatch(name) or name.lower().startswith("on") or name == "style":
        raise ValueError(f"{name!r} is no name of an element or attribute of a report")
    return name


def _number(value: Attribute) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
