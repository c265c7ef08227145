"""Where the right answers stand gives none of them away."""

from __future__ import annotations

from collections import Counter

from engine.learn.library import lesson_library


def test_right_answers_stand_in_every_place() -> None:
    places = Counter(
        place
        for lesson in lesson_library().lessons
        for step in lesson.steps
        for place, choice in enumerate(step.choices, 1)
        if choice.right
    )
    assert {1, 2, 3} <= set(places)
    assert max(places.values()) <= places.total() / 2, places
