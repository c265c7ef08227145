"""A walkthrough comes back from its file as it was; what a file must not hold is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.share.walkthrough_json import walkthrough_from, walkthrough_text
from engine.types import CrossExamError
from engine.types.share.link_names import identifier, number, text
from engine.types.share.walkthroughs import MOST_STEPS, Walkthrough
from tests.engine.share.snapshots import explained, step, tabled, walkthrough

NAMES = {
    "compare": (text("q", 4000), number("depth", 5, 500, 50)),
    "explain": (text("q", 4000), identifier("doc", "the id of a document")),
}
HOSTILE = "<script>alert(1)</script> \u202egnp.exe =HYPERLINK(1)"


def test_a_file_gives_back_what_was_written() -> None:
    pair = step(
        "Explained", page="explain", link={"q": "x", "doc": "care"}, snapshot=explained(1.5)
    )
    vote = step("Voted", page="compare", snapshot=tabled(("a", 1.0), (HOSTILE, None)))
    before = Walkthrough(
        HOSTILE, (step(HOSTILE, note=HOSTILE), pair, vote, step("No figures", snapshot=None))
    )
    assert walkthrough_from(walkthrough_text(before), "a.json", NAMES) == before


def values() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(walkthrough_text(walkthrough("A", "B")))
    return whole


def put(whole: dict[str, Any], path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        whole = whole[key]
    whole[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (("format",), "another", "no walkthrough of CrossExam"),
        (("version",), 2, "version is 2"),
        (("version",), True, "version is True"),
        (("steps",), [], "steps is empty"),
        (
            ("steps", 1, "page"),
            "../etc/passwd",
            "steps[1].page is '../etc/passwd': give one of compare",
        ),
        (("steps", 0, "link", "q"), 7, "steps[0].link['q'] is 7"),
        (("steps", 0, "link", "fetch"), "1", "has a name 'fetch'"),
        (("steps", 0, "link", "depth"), "100000", "link.depth is '100000': give 5 to 500"),
        (("steps", 0, "link", "q"), "x" * 4001, "link.q is"),
        (("steps", 0, "heading"), "x" * 121, "heading has 121 characters: give at most 120"),
        (("steps", 0, "snapshot", "columns", 0, "rows", 0, "score"), "high", "score is 'high'"),
        (("steps", 0, "snapshot", "kind"), "__import__", "kind is '__import__'"),
        (("steps", 0, "run"), "rm -rf", "a field 'run'"),
        (("title",), ["a"], "title is ['a']"),
        (("title",), "a\ud800", r"title holds half a surrogate pair ('\ud800')"),
        (("steps", 0, "link", "\udfff"), "x", "link key holds half a surrogate pair"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_field(
    path: tuple[Any, ...], value: Any, words: str
) -> None:
    whole = values()
    put(whole, path, value)
    with pytest.raises(CrossExamError) as refused:
        walkthrough_from(json.dumps(whole), "bad.json", NAMES)
    assert words in str(refused.value)
    assert str(refused.value).startswith("bad.json: ")


@pytest.mark.parametrize("content", ["", "[]", "{", "null", b"\xff\xfe\x00", "[" * 100_000])
def test_what_is_no_walkthrough_at_all_is_refused(content: str | bytes) -> None:
    with pytest.raises(CrossExamError, match=r"^no\.json: "):
        walkthrough_from(content, "no.json", NAMES)


def test_too_many_steps_and_too_long_a_link_are_refused() -> None:
    whole = values()
    whole["steps"] *= MOST_STEPS
    with pytest.raises(CrossExamError, match="steps has 60 entries: give 30 at most"):
        walkthrough_from(json.dumps(whole), "long.json", NAMES)
    whole = values()
    whole["steps"][0]["link"] = {f"name {n}": "x" * 19_000 for n in range(4)}
    with pytest.raises(CrossExamError, match="link is longer than 60,000"):
        walkthrough_from(json.dumps(whole), "long.json", NAMES)
