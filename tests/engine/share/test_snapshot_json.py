"""Snapshots survive their JSON unchanged; a file that was tampered with is refused by name."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.share.checked_json import LONGEST_TEXT, MOST_BYTES, MOST_ITEMS
from engine.share.snapshot_json import sections_from, sections_json, snapshot_from, snapshot_values
from engine.types import CrossExamError
from engine.types.share.snapshots import ReportSection, Snapshot
from tests.frozen import frozen_pair, frozen_quality, frozen_search


def sections() -> tuple[ReportSection, ...]:
    return (
        ReportSection("A search", frozen_search(), note="look at <b>rank 3</b>"),
        ReportSection("A pair", frozen_pair()),
        ReportSection("A run", frozen_quality(), state="frozen"),
    )


@pytest.mark.parametrize("snapshot", [frozen_search(), frozen_pair(), frozen_quality()])
def test_a_snapshot_survives_its_json(snapshot: Snapshot) -> None:
    assert snapshot_from(json.loads(json.dumps(snapshot_values(snapshot)))) == snapshot


def test_sections_survive_their_file() -> None:
    written = sections()
    assert sections_from(sections_json(written), "a.json") == written


def whole() -> Any:
    return json.loads(sections_json(sections()))


def set_at(place: tuple[Any, ...], value: Any) -> Any:
    values = target = whole()
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = value
    return values


SEARCH = ("sections", 0, "snapshot")


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("format",), "something", "no file of CrossExam's figures"),
        (("version",), 99, "version is 99"),
        (("sections",), {}, "sections is {}"),
        ((*SEARCH, "kind"), "os.system", "sections[0].snapshot.kind is 'os.system'"),
        ((*SEARCH, "query"), 7, "sections[0].snapshot.query is 7: a text is needed"),
        ((*SEARCH, "query"), "x" * (LONGEST_TEXT + 1), "20,001 characters"),
        ((*SEARCH, "columns", 0, "rows", 1, "score"), "1", "columns[0].rows[1].score is '1'"),
        ((*SEARCH, "columns", 0, "rows", 1, "rank"), 1.5, "a whole number is needed"),
        ((*SEARCH, "columns", 0, "rows", 1, "rank"), True, "a whole number is needed"),
        ((*SEARCH, "columns", 0, "rows", 1, "score"), 10**400, "a number up to"),
        ((*SEARCH, "columns", 0, "rows", 1, "marks"), [[1]], "2 entries are needed"),
        ((*SEARCH, "columns"), "x", "a list is needed"),
        ((*SEARCH, "notices"), ["x"] * (MOST_ITEMS + 1), "5,001 entries"),
        ((*SEARCH, "provenance"), None, "an object is needed"),
        ((*SEARCH, "provenance", "settings"), {"a": 1}, "settings['a'] is 1"),
        ((*SEARCH, "__class__"), "x", "a field '__class__'"),
        (("sections", 1, "snapshot", "attention", "weights"), [[0.1]], "do not fit"),
    ],
)
def test_a_tampered_file_is_refused_by_field_value_and_remedy(
    place: tuple[Any, ...], value: Any, words: str
) -> None:
    with pytest.raises(CrossExamError) as caught:
        sections_from(json.dumps(set_at(place, value)), "steps.json")
    assert words in str(caught.value)


def test_a_missing_field_is_named() -> None:
    values = whole()
    del values["sections"][0]["snapshot"]["query"]
    with pytest.raises(CrossExamError, match=r"sections\[0\].snapshot.query is missing"):
        sections_from(json.dumps(values), "steps.json")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "no JSON that can be read"),
        ("[" * 100_000, "no JSON that can be read"),
        ('{"format": NaN}', "NaN is no number"),
        (b"\xff\xfe\x00", "no JSON that can be read"),
        (" " * (MOST_BYTES + 1), "bytes are more than"),
        ("[]", "no file of CrossExam's figures"),
    ],
)
def test_what_is_no_json_is_refused(text: str | bytes, words: str) -> None:
    with pytest.raises(CrossExamError, match=words):
        sections_from(text, "steps.json")
