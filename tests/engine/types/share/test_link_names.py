from __future__ import annotations

import pytest

from engine.types.share.link_names import (
    LinkName,
    as_list,
    between,
    choice,
    choices,
    listed,
    number,
    switch,
    text,
)

VIEW = choice("view", {"a": "The first", "b": "The second"}, "The first")


def test_a_choice_is_read_by_its_name_and_written_as_it() -> None:
    assert VIEW.read("b") == "The second"
    assert VIEW.text("The second") == "b"


def refuses(name: LinkName, value: str) -> bool:
    """Whether reading the value raises what a reader of links waits for."""
    try:
        name.read(value)
    except ValueError:
        return True
    return False


@pytest.mark.parametrize("value", [None, "The first"])
def test_the_default_and_no_choice_are_left_out(value: str | None) -> None:
    assert VIEW.text(value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (VIEW, "The second"),  # the words on screen are no name
        (VIEW, ""),
        (switch("s"), "yes"),
        (number("n", 1, 5, None), "6"),
        (number("n", 1, 5, None), "2.5"),
        (number("n", 0, 1, None, kind=float), "nan"),
        (text("t", 3), "four"),
        (choices("c", {"x": 1, "y": 2}, []), "x,z"),
    ],
)
def test_what_cannot_be_is_refused(name: LinkName, value: str) -> None:
    assert refuses(name, value)
    assert not refuses(VIEW, "a")


def test_a_switch_that_is_on_by_default_is_written_when_it_is_off() -> None:
    on = switch("s", default=True)
    assert on.text(False) == "0"
    assert on.read("0") is False
    assert on.text(True) is None


def test_an_emptied_text_is_written_where_the_default_is_not_empty() -> None:
    assert text("t", 9, default="python").text("") == ""
    assert text("t", 9).text("") is None


def test_several_values_keep_their_order_and_their_commas() -> None:
    names = ["bm25", "a, b", "50%", "c"]
    assert as_list(names) == "bm25,a%2C b,50%25,c"
    assert listed(str)(as_list(names)) == names
    assert listed(str)("") == []
    assert choices("c", {"x": 1, "y": 2}, []).text([2, 1]) == "y,x"


def test_a_number_is_read_within_its_bounds() -> None:
    assert [between(1, 3, int)(each) for each in ("1", "3")] == [1, 3]
    assert number("n", 1, 5_000, None).allowed == "1 to 5,000"
