"""What is wrong with a folder of lessons as a whole, beyond each file by itself."""

from __future__ import annotations

from engine.learn.translations import differences
from engine.types.learn.lessons import LessonError, LessonLibrary

ORIGINAL = "en"


def library_errors(library: LessonLibrary) -> tuple[LessonError, ...]:
    """Errors of files, then translations that say other things, then places given twice."""
    errors = list(library.errors)
    originals = {each.name: each for each in library.lessons if each.language == ORIGINAL}
    places: dict[int, str] = {}
    for lesson in library.lessons:
        original = originals.get(lesson.name)
        if lesson.language == ORIGINAL:
            if (other := places.setdefault(lesson.order, lesson.name)) != lesson.name:
                errors.append(
                    LessonError(
                        lesson.path, 1, f"order {lesson.order} is that of {other}: take another"
                    )
                )
        elif original is None:
            errors.append(
                LessonError(lesson.path, 1, f"there is no {lesson.name}.md that it translates")
            )
        else:
            errors += differences(original, lesson)
    return tuple(errors)
