"""A lesson as its file has it: shows, steps, choices and claims.

The text of a file is data of whoever wrote it: it is shown as text and never as markup.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from engine.types.errors import CrossExamError

PREDICT, REVEAL, WHY, DO, BREAK = "predict", "reveal", "why", "do", "break"
STEPS = (PREDICT, REVEAL, WHY, DO, BREAK)
MOST_PAIRS = 10  # that a live step scores
LONGEST_QUERY, LONGEST_TEXT = 500, 10_000  # characters


class LessonError(CrossExamError):
    """What is wrong with a lesson's file, beginning with `folder/file:line:`.

    The folders above are left out: the text stands on screens, too.
    """

    def __init__(self, path: Path, line: int, problem: str) -> None:
        place = "/".join(filter(None, (path.parent.name, path.name)))
        super().__init__(f"{place if place.isprintable() else repr(place)}:{line}: {problem}")
        self.path = path
        self.line = line
        self.problem = problem

    @property
    def lesson(self) -> str:
        """The name of the lesson whose file it is."""
        return lesson_name(self.path)


def lesson_name(path: Path) -> str:
    """The lesson's name by its file's, in any language: "negation.de.md" is "negation"."""
    return path.name.partition(".")[0]


@dataclass(frozen=True, slots=True)
class TextRun:
    """Words of one look; `light` is what they light up on the picture, "" for nothing."""

    text: str
    bold: bool = False
    emphasis: bool = False
    light: str = ""


@dataclass(frozen=True, slots=True)
class TextBlock:
    """A paragraph (one item) or a list ("list", an item a line)."""

    kind: str
    items: tuple[tuple[TextRun, ...], ...]


@dataclass(frozen=True, slots=True)
class LessonDocument:
    """A document of a show: one of a corpus (`corpus`, `doc_id`), or the lesson's own text.

    The title of an own text is its label alone and is not read by the models. `query` stands in
    for the show's where it is given; `x` is its place on a curve.
    """

    key: str
    title: str = ""
    text: str = ""
    corpus: str = ""
    doc_id: str = ""
    query: str = ""
    x: float | None = None

    @property
    def own(self) -> bool:
        return not self.doc_id


@dataclass(frozen=True, slots=True)
class Show:
    """What a lesson shows: a table of numbers, columns by rows.

    The rows are documents (`pairs`, `search`), points (`curve`) or ways to answer the queries
    of a day (`cost`). `first_stage` finds the at most ten candidates that a search's
    cross-encoder reads. BM25 counts how rare a word is in `corpus`.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    query: str = ""
    documents: tuple[LessonDocument, ...] = ()
    corpus: str = "senses"
    top: int = 5
    first_stage: str = "bi_encoder"
    curve: str = ""
    points: tuple[int, ...] = ()
    corpus_size: int = 0
    queries_a_day: int = 0
    depth: int = 0
    line: int = 0

    def document(self, key: str) -> LessonDocument | None:
        return next((document for document in self.documents if document.key == key), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """An answer to choose, whether it is right, and what is said once it is chosen."""

    text: str
    right: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a lesson says about one column of its show.

    `kind` is one of `engine.types.learn.lessons.CLAIMS`; `keys` are the rows that it is about,
    `numbers` its bounds.
    """

    kind: str
    column: str
    keys: tuple[str, ...]
    numbers: tuple[float, ...] = ()
    line: int = 0


FIRST, LAST, ORDER, ABOVE, TIMES = "first", "last", "order", "above", "times"
BETWEEN, WITHIN, RANK, MISSING = "between", "within", "rank", "missing"
CLAIMS = (FIRST, LAST, ORDER, ABOVE, TIMES, BETWEEN, WITHIN, RANK, MISSING)


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it asks or shows, and what it lights up.

    `rank` is how many documents are to be put into order (0: choices instead), by the column
    `by`; `why` is said of each document that was placed wrongly. `edit` is the document whose
    text a visitor may write anew.
    """

    kind: str
    heading: str
    text: tuple[TextBlock, ...]
    show: str
    lights: tuple[str, ...] = ()
    choices: tuple[Choice, ...] = ()
    rank: int = 0
    by: str = ""
    why: Mapping[str, str] = field(default_factory=dict)
    reveal: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    suggest: str = ""
    goal: str = ""
    edit: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson in one language; `name` is its file's without language and suffix."""

    name: str
    language: str
    title: str
    summary: str
    group: str
    order: int
    minutes: int
    take_away: str
    shows: Mapping[str, Show]
    steps: tuple[Step, ...]
    path: Path


@dataclass(frozen=True, slots=True)
class PlanPart:
    """A lesson of the class plan, the minutes that it is given, and what the class does."""

    lesson: str
    minutes: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClassPlan:
    """Lessons in the order of a class, with their minutes."""

    title: str
    parts: tuple[PlanPart, ...]

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)


@dataclass(frozen=True, slots=True)
class LessonLibrary:
    """What the folder of lessons holds, by order; what is wrong with the other files."""

    lessons: tuple[Lesson, ...]
    errors: tuple[LessonError, ...] = ()
    plan: ClassPlan | None = None

    def lesson(self, name: str, language: str = "en") -> Lesson | None:
        """The lesson of that name in this language, else in English, else None."""
        lesson_by_language = {
            lesson.language: lesson for lesson in self.lessons if lesson.name == name
        }
        return lesson_by_language.get(language) or lesson_by_language.get("en")

    def languages(self, name: str) -> tuple[str, ...]:
        """The languages in which a lesson can be read."""
        return tuple(lesson.language for lesson in self.lessons if lesson.name == name)
