"""What a worksheet says around a lesson's own words, in the languages that it speaks."""

from __future__ import annotations

from collections.abc import Mapping

ENGLISH: Mapping[str, str] = {
    "name": "Name",
    "date": "Date",
    "query": "Query",
    "order": "My order, as I expect it of {column}:",
    "because": "Because:",
    "saw": "What I see in {columns}:",
    "run": "Run the query: {query}",
    "tried": "What I tried, and what came of it:",
    "own_words": "What I take away, in my own words",
    "answers": "Answers: {title}",
    "recorded": "The recorded numbers",
}

GERMAN: Mapping[str, str] = {
    "name": "Name",
    "date": "Datum",
    "query": "Anfrage",
    "order": "Meine Reihenfolge, wie ich sie von {column} erwarte:",
    "because": "Weil:",
    "saw": "Was ich in {columns} sehe:",
    "run": "Rechne die Anfrage: {query}",
    "tried": "Was ich versucht habe, und was daraus wurde:",
    "own_words": "Was ich mitnehme, in meinen Worten",
    "answers": "Antworten: {title}",
    "recorded": "Die aufgezeichneten Zahlen",
}


def words_of(language: str) -> Mapping[str, str]:
    """The words in this language, else in English."""
    return {"de": GERMAN}.get(language, ENGLISH)
