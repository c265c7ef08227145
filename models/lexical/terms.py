"""The tokeniser of BM25: what counts as a term.

A term is a run of letters, digits and underscores with the marks that belong to them
(`\\w` over Unicode; accents, vowel signs). Soft hyphens and zero-width characters are
removed. Each term is put into Unicode's compatibility form (NFKC: full-width and
half-width letters, ligatures and superscripts become plain ones) and into lower case.
English stop words are left out; there is no stemming.

Han, kana, Hangul, Thai, Lao, Khmer and Myanmar are written without a blank between words,
or, in Korean, with particles grown on to them. Their runs are cut into overlapping pairs
of characters, as Lucene's CJKAnalyzer does. Of a document the single characters are terms
too, so that a query of one character finds it; of a query only where it stands alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from models.lexical.stopwords import ENGLISH_STOP_WORDS

RECIPE = "NFKC, bigrams"  # changes whenever the terms of a text change
BEYOND_MARKS = 0x20000  # above lie Han and the variation selectors, which are removed
_DOT_ABOVE = "\u0307"  # what lower-casing leaves behind the i of a Turkish İ
_IGNORED = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0001-\U000e01ef"
)
_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Myanmar
    "\u1780-\u17ff\u1950-\u19df\u1a20-\u1aaf\uaa80-\uaadf"  # Khmer, the Tai scripts
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u2f00-\u2fdf\u3005-\u3007\u3021-\u3029\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"  # Han
    "\U00020000-\U000323af"
    "\u3031-\u3035\u3041-\u312f\u31a0-\u31bf\u31f0-\u31ff\uff66-\uffdc"  # kana, Bopomofo
    "\U0001aff0-\U0001b16f"
)
# Parts of the syllable before them that are letters to Unicode: the vowels and finals of
# decomposed Hangul, the half-width voicing signs of katakana.
_TRAILING = "\u1161-\u11ff\ud7b0-\ud7ff\uff9e\uff9f"


def _marks() -> str:
    """All combining marks as ranges for a character class of a regular expression."""
    ranges: list[list[int]] = []
    for code in range(BEYOND_MARKS):
        if unicodedata.category(chr(code))[0] == "M":
            if ranges and ranges[-1][1] == code - 1:
                ranges[-1][1] = code
            else:
                ranges.append([code, code])
    return "".join(f"{chr(low)}-{chr(high)}" for low, high in ranges)


_MARKS = _marks()
_RUN = re.compile(rf"[\w\u2f00-\u2fdf][\w\u2f00-\u2fdf{_MARKS}{_IGNORED}]*")
_PART = re.compile(
    rf"(?P<unspaced>(?:[{_UNSPACED}][{_MARKS}{_TRAILING}{_IGNORED}]*)+)|[^{_UNSPACED}]+"
)
_CHARACTER = re.compile(rf"[{_UNSPACED}][{_MARKS}{_TRAILING}{_IGNORED}]*")
_DROPPED = re.compile(rf"[{_IGNORED}]")
_ASCII_TERM = re.compile(r"\w+")

Unit = tuple[str, int, int]  # a word or a character: its folded text, start and end


def terms(text: str) -> list[str]:
    """The terms of a query, in order, repeats kept: "The snakes, 上野の" -> snakes, 上野, 野の."""
    return _terms(text, with_characters=False)


def document_terms(text: str) -> list[str]:
    """The terms of a document: 上野 has 上 and 野 beside the 上野 that a query of it has."""
    return _terms(text, with_characters=True)


def term_spans(text: str, wanted: frozenset[str]) -> list[tuple[int, int]]:
    """(start, end) of every wanted term in `text` as it is written, for marking matches.

    Overlapping pairs of characters are one span.
    """
    spans: list[tuple[int, int]] = []
    for units in _units(text):
        for i, (unit, start, end) in enumerate(units):
            if unit in wanted:
                spans.append((start, end))
            if i + 1 < len(units) and unit + units[i + 1][0] in wanted:
                spans.append((start, units[i + 1][2]))
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def spelt_for_index_backend(query_terms: list[str]) -> str:
    """The terms as one text that a search engine's tokeniser cuts into exactly these terms.

    Engines cut at what is no letter or digit, each in its own way; a term that holds such
    a character, an underscore or a vowel sign, is written as the hexadecimal of its UTF-8.
    """
    return " ".join(t if t.isalnum() else f"u{t.encode('utf-8').hex()}" for t in query_terms)


def _terms(text: str, *, with_characters: bool) -> list[str]:
    if text.isascii():
        return [t for t in _ASCII_TERM.findall(text.lower()) if t not in ENGLISH_STOP_WORDS]
    terms: list[str] = []
    for units in _units(text):
        if len(units) == 1 and units[0][0] not in ENGLISH_STOP_WORDS:
            terms.append(units[0][0])
        for i in range(len(units) if len(units) > 1 else 0):
            if with_characters:
                terms.append(units[i][0])
            if i + 1 < len(units):
                terms.append(units[i][0] + units[i + 1][0])
    return terms


def _units(text: str) -> Iterator[list[Unit]]:
    """Each word by itself; of a run without blanks the list of its characters."""
    for run in _RUN.finditer(text):
        for part in _PART.finditer(text, *run.span()):
            one_by_one = _CHARACTER.finditer(text, *part.span()) if part["unspaced"] else (part,)
            units = [_unit(match) for match in one_by_one]
            if kept := [unit for unit in units if unit[0]]:
                yield kept


def _unit(match: re.Match[str]) -> Unit:
    """The folded match; its end is where the last character that counts ends."""
    matched = match.group()
    shown_length = len(matched)
    while shown_length and _DROPPED.match(matched[shown_length - 1]):
        shown_length -= 1
    return _folded(matched), match.start(), match.start() + shown_length


def _folded(term: str) -> str:
    plain = unicodedata.normalize("NFKC", _DROPPED.sub("", term)).lower()
    return unicodedata.normalize("NFC", plain.replace(f"i{_DOT_ABOVE}", "i"))
