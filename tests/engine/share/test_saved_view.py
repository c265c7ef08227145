from __future__ import annotations

import json

import pytest

from engine.share.saved_view import read_view, view_json
from engine.types import CrossExamError

LINK = {"q": "python\nsnake", "own_doc": "“<b>” \u202e " + "x" * 5_000}


def test_a_view_is_read_as_it_was_written() -> None:
    view = read_view(view_json("attention", LINK), "view.json")
    assert (view.page, view.link) == ("attention", LINK)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"format": "other"}, "is no saved view"),
        ({"version": 2}, "has version 2 and this CrossExam reads version 1"),
        ({"version": True}, "has version True and this CrossExam reads version 1"),
        ({"page": 1}, "page"),
        ({"link": {"q": 1}}, "link"),
        ({"link": ["q"]}, "link"),
        ({"link": {"q": "x" * 20_001}}, "link"),
        ({"link": {"q": "a\ud800"}}, "half a surrogate pair"),
        ({"code": "import os"}, "code"),
    ],
)
def test_what_is_no_view_is_refused_by_name(changed: dict[str, object], sentence: str) -> None:
    text = json.dumps({**json.loads(view_json("compare", {})), **changed})
    with pytest.raises(CrossExamError, match=sentence):
        read_view(text, "view.json")


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"format": NaN}', "[" * 99_999])
def test_a_file_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(CrossExamError, match=r"view\.json"):
        read_view(text, "view.json")
