"""The text of a step as blocks of runs.

Paragraphs, "- " lists, **bold**, *emphasis* and [words](light:TARGET); whatever else looks like
markup stays the characters that it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from engine.types.learn.lessons import TextBlock, TextRun

PARAGRAPH, LIST = "paragraph", "list"
_MARKED = re.compile(
    r"\*\*(?P<bold>\S(?:.*?\S)?)\*\*"
    r"|\*(?P<emphasis>[^\s*](?:[^*]*[^\s*])?)\*"
    r"|\[(?P<words>[^\[\]]+)\]\(light:(?P<light>[^()\s]+)\)"
)


def blocks_of(text: str) -> tuple[TextBlock, ...]:
    """Paragraphs and lists in order."""
    blocks: list[TextBlock] = []
    for chunk in re.split(r"\n\s*\n", text.strip()):
        for kind, items in _grouped(chunk.splitlines()):
            blocks.append(TextBlock(kind, tuple(tuple(runs_of(item)) for item in items)))
    return tuple(blocks)


def runs_of(
    text: str, *, bold: bool = False, emphasis: bool = False, light: str = ""
) -> Iterator[TextRun]:
    """The words of a line by their look."""
    start = 0
    for match in _MARKED.finditer(text):
        if match.start() > start:
            yield TextRun(text[start : match.start()], bold, emphasis, light)
        if match["bold"] is not None:
            yield from runs_of(match["bold"], bold=True, emphasis=emphasis, light=light)
        elif match["emphasis"] is not None:
            yield from runs_of(match["emphasis"], bold=bold, emphasis=True, light=light)
        else:
            yield from runs_of(match["words"], bold=bold, emphasis=emphasis, light=match["light"])
        start = match.end()
    if start < len(text):
        yield TextRun(text[start:], bold, emphasis, light)


def lights_in(blocks: Sequence[TextBlock]) -> list[str]:
    """What the words of a text light up, in order."""
    return [run.light for block in blocks for item in block.items for run in item if run.light]


def plain_text(blocks: Sequence[TextBlock]) -> str:
    """The words alone, an item a line."""
    return "\n".join("".join(run.text for run in item) for block in blocks for item in block.items)


def _grouped(lines: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """Lines as (kind, items): those after "- " as a list, those before it as a paragraph."""
    kind, items = PARAGRAPH, list[str]()
    for line in lines:
        if line.startswith("- "):
            if kind == PARAGRAPH and items:
                yield kind, [" ".join(items)]
                items = []
            kind = LIST
            items.append(line[2:].strip())
        elif kind == LIST:
            items[-1] = f"{items[-1]} {line.strip()}"
        elif line.strip():
            items.append(line.strip())
    if items:
        yield kind, items if kind == LIST else [" ".join(items)]
