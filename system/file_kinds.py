"""What the first bytes of a file say that was given as text: another kind of file, or UTF-16."""

from __future__ import annotations

import codecs
import re

UTF_16 = UTF_16_LE, UTF_16_BE = "utf-16-le", "utf-16-be"
SAMPLE = 4096
NULS = 0.25  # of all bytes, from which on text may be UTF-16
HIGHEST_RATIO = 200  # of unpacked to packed bytes; what is over it may be a bomb
SMALL = 1_000_000  # bytes; what is smaller may be packed as tightly as it likes
PACKED = "unpack it, or pack it by gzip (.gz)"
BY_NAME = "give a text file, or name it so"
KINDS = {  # by first bytes: what it is, and the remedy
    b"%PDF": ("a PDF", BY_NAME),
    b"\x89PNG": ("a PNG picture", BY_NAME),
    b"\xff\xd8\xff": ("a JPEG picture", BY_NAME),
    b"PK\x03\x04": ("a zip archive (or an Office document)", BY_NAME),
    b"SQLite format 3": ("an SQLite database", BY_NAME),
    b"\xd0\xcf\x11\xe0": ("an old Office document", BY_NAME),
    b"{\\rtf": ("a text with the marks of RTF", "save it as plain text"),
    b"\xfd7zXZ": ("an xz archive", PACKED),
    b"\x28\xb5\x2f\xfd": ("a Zstandard archive", PACKED),
    b"7z\xbc\xaf": ("a 7-Zip archive", PACKED),
    codecs.BOM_UTF32_LE: ("text in UTF-32", "save it as UTF-8"),
    codecs.BOM_UTF32_BE: ("text in UTF-32", "save it as UTF-8"),
}


BZIP2 = re.compile(rb"BZh[1-9](1AY&SY|\x17\x72\x45\x38\x50\x90)")
PARQUET = b"PAR1"


def other_kind(start: bytes) -> str:
    """What a file is that begins so and is no text, with the remedy; "" for a text."""
    for magic, (kind, remedy) in KINDS.items():
        if start.startswith(magic):
            return _said(kind, remedy)
    if BZIP2.match(start):
        return _said("a bzip2 archive", PACKED)
    if is_parquet(start):
        return _said("a Parquet file", BY_NAME)
    return ""


def is_parquet(start: bytes) -> bool:
    """Whether it begins as Parquet does and is no text: an id may be PAR1 too."""
    return start.startswith(PARQUET) and (start.endswith(PARQUET) or b"\0" in start)


def _said(kind: str, remedy: str) -> str:
    return f"this is {kind}, whatever its name says: {remedy}"


def marked_utf_16(start: bytes) -> str:
    """The encoding of UTF-16 whose byte order mark stands first, "" without one."""
    if start.startswith(codecs.BOM_UTF16_LE):
        return UTF_16_LE
    return UTF_16_BE if start.startswith(codecs.BOM_UTF16_BE) else ""


def unmarked_utf_16(start: bytes) -> str:
    """The encoding of UTF-16 that NUL bytes in every other place tell, "" where none do."""
    sample = start[:SAMPLE]
    half = max(len(sample) // 2, 1)
    for encoding, first in ((UTF_16_LE, 1), (UTF_16_BE, 0)):
        if sample[first::2].count(0) / half > 2 * NULS and _is_text(sample, encoding):
            return encoding
    return ""


def _is_text(sample: bytes, encoding: str) -> bool:
    text = sample[: len(sample) // 2 * 2].decode(encoding, "replace")
    return all(character.isprintable() or character in "\t\r\n" for character in text)
