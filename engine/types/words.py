"""What counts as a word of a text in whatever script, for lengths and for runs of words."""

from __future__ import annotations

import re

# Thai, Lao, Myanmar, Khmer, kana and Han are written without a blank between words.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af"
)
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")


def query_key(text: str) -> str:
    """What two spellings of one query share: its case and outer spaces aside."""
    return text.strip().casefold()


def words_of(text: str) -> list[str]:
    """The words between blanks; of scripts without blanks every character is one."""
    return _WORD.findall(text)
