"""HTML and SVG built from parts: every text goes through `escaped`, and there is no other way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}
# What no HTML file may hold: controls, and halves of surrogate pairs that UTF-8 cannot write.
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
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
    return "".join(_ESCAPES.get(c, c) for c in _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text))


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
    for name in (element, *(name for name, _ in pairs)):
        if not _NAME.fullmatch(name) or name.lower().startswith("on") or name == "style":
            raise ValueError(f"{name!r} is no name of an element or attribute of a report")
    opening = element + "".join(
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


def _attribute_name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _number(value: Attribute) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
