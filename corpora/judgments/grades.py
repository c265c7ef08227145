"""Grades as people write them: whole numbers, fractions and words, as whole numbers."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from corpora.readers.input_errors import did_you_mean, shown
from engine.types import CrossExamError

# Words from worst to best: the number of each is its place.
SCALES: tuple[tuple[tuple[str, ...], ...], ...] = (
    (("irrelevant", "not relevant", "non relevant", "i"), ("complement", "c"),
     ("substitute", "s"), ("exact", "e")),
    (("irrelevant", "not relevant", "non relevant", "nonrelevant", "no", "n", "false", "off"),
     ("relevant", "yes", "y", "true", "on")),
    (("irrelevant", "not relevant", "non relevant", "none"),
     ("partial", "partially relevant", "partial match", "somewhat relevant"),
     ("exact", "relevant", "exact match", "fully relevant", "highly relevant", "full")),
    (("bad", "irrelevant"), ("fair",), ("good",), ("excellent",), ("perfect",)),
    (("irrelevant", "not relevant"), ("marginal", "marginally relevant", "related", "fair"),
     ("relevant", "good"), ("highly relevant", "very relevant", "excellent"),
     ("perfect", "perfectly relevant", "vital", "perfect match")),
    (("none", "not relevant", "irrelevant"), ("low", "poor"), ("medium", "moderate", "ok"),
     ("high", "strong")),
)  # fmt: skip
FACTORS = (1, 2, 3, 4, 5, 8, 10, 20, 25, 50, 100, 1000)
LARGEST = 10**9
LEAST_WORDS = 2
CLOSE = 1e-6


@dataclass(frozen=True, slots=True)
class Grades:
    """How the grades of one file become whole numbers: by words, and by a factor.

    `sentence` says what was done, "" where nothing was.
    """

    words: Mapping[str, int] = field(default_factory=dict)
    factor: int = 1
    sentence: str = ""

    def number(self, text: str) -> int | None:
        """The relevance that a text stands for; None for one that stands for none."""
        word = _normal(text)
        if word in self.words:
            return self.words[word]
        value = _value(text)
        if value is None or abs(value) >= LARGEST:
            return None
        scaled = value * self.factor
        return round(scaled) if abs(scaled - round(scaled)) <= CLOSE * self.factor else None


def grades_of(texts: Iterable[str], chosen: Mapping[str, int] | None = None) -> Grades:
    """How these texts are read: by the words that were chosen, else by a usual scale.

    Fractions are multiplied by the least factor that makes all of them whole; nDCG does not
    change by that.
    """
    distinct_texts = dict.fromkeys(texts)
    numbers = [value for text in distinct_texts if (value := _value(text)) is not None]
    words = list(
        dict.fromkeys(_normal(t) for t in distinct_texts if t.strip() and _value(t) is None)
    )
    mapped = {_normal(word): grade for word, grade in (chosen or {}).items()}
    unmapped_words = [word for word in words if word not in mapped]
    if unmapped_words and not numbers and len(words) >= LEAST_WORDS:
        mapped = {**_by_scale(words), **mapped}
    factor = next((f for f in FACTORS if all(_is_whole(v * f) for v in numbers)), 1)
    sentences = []
    if words and mapped:
        used_words = sorted((mapped[word], word) for word in words if word in mapped)
        sentences.append(
            "words as grades: " + ", ".join(f"{word} = {grade}" for grade, word in used_words)
        )
    if factor > 1:
        sentences.append(
            f"grades with fractions: all were multiplied by {factor}, which leaves nDCG as it is"
        )
    return Grades(mapped, factor, "; ".join(sentences))


def grades_from_text(text: str) -> dict[str, int]:
    """The words of a command line: "exact=2,partial=1,irrelevant=0"."""
    grade_of: dict[str, int] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        word, mark, number = part.rpartition("=")
        if not mark or not word.strip() or not number.strip().lstrip("-").isdigit():
            raise CrossExamError(
                f"grades {shown(text)}: write each word and its number, as in "
                "exact=2,partial=1,irrelevant=0"
            )
        grade_of[word.strip()] = int(number)
    return grade_of


def about_grade(text: str, words: Iterable[str] = ()) -> str:
    """What is wrong with a text that is no grade, and how to say what it stands for.

    `words` are those that the file's other grades are read by.
    """
    return (
        f"the relevance {shown(text)} is no number and no known word"
        f"{did_you_mean(_normal(text), words).rstrip('?')}: write 0, 1, 2 or 3, or say "
        f"what its words stand for (--grades '{text.strip()[:20]}=1,…')"
    )


def heads_grades(name: str, texts: Sequence[str], chosen: Collection[str] = ()) -> bool:
    """Whether a cell is the name over a column of these grades: no grade, nor a slip of one."""
    if _value(name) is not None or not name.strip():
        return False
    if any(_value(text) is not None for text in texts):
        return True
    distinct_words = list(dict.fromkeys(_normal(text) for text in texts if text.strip()))
    grade_words = {_normal(word) for word in chosen} | set(_by_scale(distinct_words))
    word = _normal(name)
    most_are_grades = 2 * sum(each in grade_words for each in distinct_words) > len(distinct_words)
    return (
        most_are_grades
        and word not in distinct_words
        and not did_you_mean(word, {*grade_words, *distinct_words})
    )


def _by_scale(words: Sequence[str]) -> dict[str, int]:
    """The grades of the scale that knows most of the words, if it knows more than half of them.

    What it does not know, a slip of the pen perhaps, is left to be refused or left out by name.
    """
    scales = [{name: n for n, names in enumerate(scale) for name in names} for scale in SCALES]
    best = max(scales, key=lambda grade_of: sum(word in grade_of for word in words))
    mapped = {word: best[word] for word in words if word in best}
    return mapped if len(mapped) >= LEAST_WORDS and 2 * len(mapped) > len(words) else {}


def _value(text: str) -> float | None:
    """The number that a text is, with a point or a comma; None for a word."""
    plain = text.strip()
    if not plain.isascii() or "_" in plain:
        return None
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _is_whole(value: float) -> bool:
    return abs(value - round(value)) <= CLOSE * max(1.0, abs(value))


def _normal(text: str) -> str:
    return " ".join(text.replace("-", " ").replace("_", " ").casefold().split())
