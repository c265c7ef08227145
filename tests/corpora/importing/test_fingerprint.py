from __future__ import annotations

import hashlib

from corpora.importing.fingerprint import fingerprint
from engine.types import Document


def test_it_is_the_first_16_digits_of_framed_sha256() -> None:
    framed = b"".join(len(p).to_bytes(8, "big") + p for p in (b"a", b"T", "é".encode()))
    expected = hashlib.sha256(framed).hexdigest()[:16]
    assert fingerprint([Document("a", "é", "T")]) == expected


def test_moving_a_character_between_parts_changes_it() -> None:
    variants = [
        [Document("ab", "c", "d")],
        [Document("a", "c", "bd")],
        [Document("a", "bc", "d")],
        [Document("ab", "c"), Document("d", "")],
        [Document("ab", "", "c"), Document("", "d")],
    ]
    assert len({fingerprint(documents) for documents in variants}) == len(variants)


def test_order_counts_and_fields_do_not() -> None:
    one, two = Document("1", "x"), Document("2", "y")
    assert fingerprint([one, two]) != fingerprint([two, one])
    assert fingerprint([one]) == fingerprint([Document("1", "x", fields={"url": "u"})])
