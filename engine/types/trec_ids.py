"""Ids in TREC files, whose columns are parted by white space: how such an id is written there.

White space becomes percent codes of its UTF-8 bytes, as in an address: "refund policy.md" is
"refund%20policy.md". An id that has no white space is written as it is, unless reading it back
would change it; then its percent signs become %25. So `unescaped_id(escaped_id(x)) == x` for
every id.
"""

from __future__ import annotations

import re
import sys

SPACES = tuple(chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace())


def _code(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode("utf-8"))


CODES = {"%": "%25", **{space: _code(space) for space in SPACES}}
LETTERS = {code: letter for letter, code in CODES.items()}
CODED = re.compile("|".join(sorted(map(re.escape, LETTERS), key=len, reverse=True)), re.IGNORECASE)


def escaped_id(doc_id: str) -> str:
    """The id as a TREC file carries it."""
    if not any(c.isspace() for c in doc_id) and unescaped_id(doc_id) == doc_id:
        return doc_id
    return "".join(CODES.get(character, character) for character in doc_id)


def unescaped_id(written: str) -> str:
    """The id that a TREC file's column stands for."""
    return CODED.sub(lambda code: LETTERS[code[0].upper()], written) if "%" in written else written
