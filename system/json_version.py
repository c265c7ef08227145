"""The number of a version in a JSON file."""

from __future__ import annotations


def is_version(value: object, version: int) -> bool:
    """Whether a value of a file is this version: a true, which equals 1 in Python, is none."""
    return type(value) is int and value == version
