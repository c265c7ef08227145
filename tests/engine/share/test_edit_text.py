from __future__ import annotations

import json
import re

import pytest

from engine.explain.counterfactual import MASK, Change, Edit, EditedText
from engine.share.edit_text import edit_of_text, edit_text, read_sides

UNEDITED = Edit(EditedText("python snake"), EditedText("A ball python is a snake."))


def spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in re.finditer(r"\w+", text)]


@pytest.mark.parametrize(
    "edit",
    [
        UNEDITED,
        Edit(EditedText("python snake", (Change((0, 6)),)), UNEDITED.document),
        Edit(
            EditedText("a rewritten query"),
            EditedText(UNEDITED.document.base, (Change((2, 6), MASK), Change((19, 24), "“ü”<b>"))),
        ),
        Edit(UNEDITED.query, EditedText("", ())),
    ],
)
def test_an_edit_is_read_as_it_was_written(edit: Edit) -> None:
    assert edit_of_text(edit_text(edit, UNEDITED), UNEDITED, spans) == edit


def test_what_was_not_edited_takes_no_room() -> None:
    assert edit_text(UNEDITED, UNEDITED) == "{}"
    dropped = Edit(EditedText("python snake", (Change((0, 6)),)), UNEDITED.document)
    assert edit_text(dropped, UNEDITED) == '{"q":{"c":[[0,6,""]]}}'


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"x":{}}',
        '{"q":[]}',
        '{"q":{"t":1}}',
        '{"q":{"c":{}}}',
        '{"q":{"c":[[0,6]]}}',
        '{"q":{"c":[[0,true,""]]}}',
        '{"q":{"c":[[0,6.0,""]]}}',
        '{"q":{"c":[["0",6,""]]}}',
        '{"q":{"c":[[0,6,null]]}}',
        f'{{"q":{{"c":[[0,6,"{"x" * 201}"]]}}}}',
        f'{{"q":{{"t":"{"x" * 20_001}"}}}}',
        '{"q":{"c":[' + ",".join(['[0,6,""]'] * 501) + "]}}",
        "[" * 100_000,
    ],
)
def test_what_is_no_edit_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_sides(text)


@pytest.mark.parametrize(
    "changes",
    [[[0, 5, "x"]], [[0, 12, "x"]], [[40, 44, "x"]], [[-6, 6, "x"]], [[7, 12, "x"], [7, 12, "y"]]],
)
def test_only_whole_words_are_changed_and_each_once(changes: list[object]) -> None:
    with pytest.raises(ValueError, match="is no word"):
        edit_of_text(json.dumps({"q": {"c": changes}}), UNEDITED, spans)
