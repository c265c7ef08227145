"""Extracts that show why a document matched."""

from __future__ import annotations

import re

from engine.search.snippets import LENGTH, Spans, snippet
from engine.types import Document, Snippet

FILLER = " ".join(f"word{i:02}" for i in range(60))  # 60 words of 6 letters: 419 characters


def finding(pattern: str) -> Spans:
    return lambda text: [match.span() for match in re.finditer(pattern, text)]


def marked(extract: Snippet) -> list[str]:
    return [extract.text[start:end] for start, end in extract.marks]


def test_a_short_text_is_shown_whole_with_its_marks() -> None:
    extract = snippet(Document("d", "A  ball\n python, a python."), finding("python"))
    assert extract == Snippet("A ball python, a python.", ((7, 13), (17, 23)))


def test_the_title_is_not_part_of_the_extract() -> None:
    assert snippet(Document("d", "text", "title"), finding("title")) == Snippet("text")


def test_without_a_match_the_opening_is_shown() -> None:
    extract = snippet(Document("d", FILLER), finding("python"))
    assert extract.text.startswith("word00 word01")
    assert extract.text.endswith(" …")
    assert extract.marks == ()


def test_a_match_far_down_is_shown_with_whole_words_around_it() -> None:
    extract = snippet(Document("d", f"{FILLER} ball python {FILLER}"), finding("python"))
    assert marked(extract) == ["python"]
    assert extract.text.startswith("… word")
    assert extract.text.endswith(" …")
    words = extract.text.strip("… ").split()
    assert set(words) <= {*FILLER.split(), "ball", "python"}
    assert len(extract.text.strip("… ")) <= LENGTH


def test_the_stretch_with_most_matches_wins() -> None:
    text = f"python {FILLER} ball python and rock python {FILLER}"
    extract = snippet(Document("d", text), finding("python"))
    assert marked(extract) == ["python", "python"]
    assert "ball python and rock python" in extract.text


def test_the_opening_wins_where_it_is_as_good() -> None:
    extract = snippet(Document("d", f"python {FILLER} python {FILLER}"), finding("python"))
    assert extract.text.startswith("python word00")
    assert marked(extract) == ["python"]


def test_the_end_of_a_text_has_no_ellipsis_after_it() -> None:
    extract = snippet(Document("d", f"{FILLER} {FILLER} the last python"), finding("python"))
    assert extract.text.startswith("… ")
    assert extract.text.endswith("the last python")
    assert marked(extract) == ["python"]


def test_the_length_is_what_was_asked_for() -> None:
    extract = snippet(Document("d", FILLER), finding("python"), length=40)
    assert extract.text == "word00 word01 word02 word03 word04 …"


def test_a_match_far_down_a_text_without_spaces_is_shown() -> None:
    text = "蛇は爬虫類である。" * 60 + "python" + "猫は哺乳類である。" * 60
    extract = snippet(Document("d", text), finding("python"))
    assert marked(extract) == ["python"]
    assert len(extract.text.strip("… ")) <= LENGTH


def test_a_text_with_a_single_blank_is_not_cut_at_it() -> None:
    """Thai has a blank where a sentence ends: what follows it must not be lost."""
    text = f"{'แมว' * 30} {'นอน' * 100}"
    extract = snippet(Document("d", text), finding("น" * 9))
    assert len(extract.text.strip("… ")) == LENGTH
