"""The text of each page of a PDF that Chromium printed.

Skia, which writes it, keeps every object plain and every stream deflated, and gives each font a
map from its glyphs to Unicode; nothing else of the format is read here.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from pathlib import Path

OBJECT = re.compile(rb"(?:^|\n)(\d+) 0 obj\s(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"^(.*?)stream\r?\n(.*)\nendstream", re.DOTALL)
REFERENCE = rb"\s*(\d+) 0 R"
SHOWN = re.compile(rb"/(F\d+) [-\d.]+ Tf|<([0-9A-Fa-f]+)>|\b(T[jJ])\b")
RANGES = re.compile(rb"beginbf(char|range)\n(.*?)endbf", re.DOTALL)
HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


def pages_of(path: Path) -> list[str]:
    """The text of each page, in the order in which it is painted."""
    objects = {int(number): body for number, body in OBJECT.findall(path.read_bytes())}
    root = next(body for body in objects.values() if b"/Type /Catalog" in body)
    return [_text(page, objects) for page in _pages(_target(root, b"Pages"), objects)]


def _target(body: bytes, key: bytes) -> int:
    match = re.search(rb"/" + key + REFERENCE, body)
    assert match, f"no /{key.decode()}"
    return int(match[1])


def _pages(number: int, objects: dict[int, bytes]) -> Iterator[bytes]:
    """The pages below a node of the tree, in order."""
    body = objects[number]
    if b"/Kids" not in body:
        yield body
        return
    kids = re.search(rb"/Kids\s*\[(.*?)\]", body, re.DOTALL)
    assert kids
    for kid in re.findall(rb"(\d+) 0 R", kids[1]):
        yield from _pages(int(kid), objects)


def _stream(body: bytes) -> bytes:
    match = STREAM.search(body)
    assert match
    return zlib.decompress(match[2]) if b"/FlateDecode" in match[1] else match[2]


def _text(page: bytes, objects: dict[int, bytes]) -> str:
    fonts = {name: _glyphs(objects[int(n)], objects) for name, n in _fonts(page, objects)}
    shown: list[str] = []
    glyphs: dict[int, str] = {}
    for font, codes, _ in SHOWN.findall(_stream(objects[_target(page, b"Contents")])):
        if font:
            glyphs = fonts[font]
        elif codes:
            shown += [glyphs.get(int(codes[at : at + 4], 16), "") for at in range(0, len(codes), 4)]
    return "".join(shown)


def _fonts(page: bytes, objects: dict[int, bytes]) -> list[tuple[bytes, bytes]]:
    resources = page
    if re.search(rb"/Resources" + REFERENCE, page):
        resources = objects[_target(page, b"Resources")]
    block = re.search(rb"/Font\s*<<(.*?)>>", resources, re.DOTALL)
    return re.findall(rb"/(F\d+) (\d+) 0 R", block[1]) if block else []


def _glyphs(font: bytes, objects: dict[int, bytes]) -> dict[int, str]:
    """What each glyph of a font stands for."""
    glyphs: dict[int, str] = {}
    for kind, block in RANGES.findall(_stream(objects[_target(font, b"ToUnicode")])):
        for line in block.strip().splitlines():
            codes = HEX.findall(line)
            text = bytes.fromhex(codes[-1].decode()).decode("utf-16-be")
            first = int(codes[0], 16)
            last = int(codes[1], 16) if kind == b"range" else first
            for step in range(last - first + 1):
                glyphs[first + step] = text[:-1] + chr(ord(text[-1]) + step)
    return glyphs
