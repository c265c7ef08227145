"""The one door: what a record does is joined to what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from engine.types import CrossExamError
from engine.types.registries.registry import Registry
from workbench.registries.joined import Joined


@dataclass(frozen=True)
class Shape:
    name: str


SQUARE, CIRCLE = Shape("square"), Shape("circle")


@pytest.fixture
def shapes() -> Registry[Shape]:
    return Registry("shape", (SQUARE,))


@pytest.fixture
def areas(shapes: Registry[Shape]) -> Joined[Shape, Callable[[float], float]]:
    return Joined(shapes)


def test_a_built_in_record_and_an_added_one_pass_through_one_door(
    shapes: Registry[Shape], areas: Joined[Shape, Callable[[float], float]]
) -> None:
    areas.register(SQUARE, lambda side: side * side)
    areas.register(CIRCLE, lambda radius: 3 * radius * radius)
    assert shapes.names == areas.names == ("square", "circle")
    assert (areas.of("square")(2), areas.of("circle")(2)) == (4, 12)
    areas.unregister("circle")
    assert [*shapes.names, *areas.names] == ["square", "square"]


def test_a_name_is_taken_once_by_its_record_alone(
    shapes: Registry[Shape], areas: Joined[Shape, Callable[[float], float]]
) -> None:
    with pytest.raises(CrossExamError, match="shape 'square' is registered already"):
        areas.register(Shape("square"), lambda side: side)
    areas.register(SQUARE, lambda side: side)
    with pytest.raises(CrossExamError, match="shape 'square' is registered already"):
        areas.register(SQUARE, lambda side: side)
    assert shapes.names == ("square",)


def test_a_record_without_a_function_says_what_to_do(
    areas: Joined[Shape, Callable[[float], float]],
) -> None:
    assert areas.names == ()
    with pytest.raises(CrossExamError, match="'square' says what it is and not what it does"):
        areas.of("square")
    with pytest.raises(CrossExamError, match="no shape is called 'line': choose one of square"):
        areas.of("line")
