"""The commands `diagnose` and `check`, as a person and as a team's CI call them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cli
from tests.commands.running import Output, failure

pytestmark = pytest.mark.usefixtures("session_models")


def test_a_diagnosis_tells_the_chain_and_the_first_cause(pets: str, run_json: Any) -> None:
    ranked = run_json("rank", "feeding a snake", "--corpus", pets)
    hits = next(r for r in ranked["rankings"] if r["stage"] == "cross-encoder")["hits"]
    last = hits[-1]["doc_id"]
    told = run_json("diagnose", "feeding a snake", last, "--corpus", pets, "--top", "1")
    assert (told["rank"], told["met"]) == (len(hits), False)
    places = {link["place"]["stage"]: link["place"]["rank"] for link in told["chain"]}
    assert places["cross-encoder"] == len(hits)
    assert told["causes"]
    best = run_json("diagnose", "feeding a snake", hits[0]["doc_id"], "--corpus", pets)
    assert best["met"]
    assert best["causes"] == []
    pasted = run_json("diagnose", "feeding a snake", "A snake eats a mouse.", "--corpus", pets)
    assert not pasted["in_corpus"]
    assert pasted["causes"][0]["kind"] == "missing"


def test_the_words_that_separate_it_from_the_one_above_are_evidence(
    pets: str, run_json: Any
) -> None:
    asked = ("diagnose", "borrow money", "bank", "--corpus", pets, "--depth", "5", "--top", "1")
    causes = run_json(*asked, "--words")["causes"]
    (held_against,) = [c for c in causes if c["kind"] in ("outscored", "misjudged")]
    labels = [each["label"] for each in held_against["evidence"]]
    assert labels[-3:-1] == ["Words that speak for the one above", "Words that speak for this one"]
    assert "of a gap of +" in held_against["evidence"][-1]["value"], "the one above has more"


def test_a_document_that_is_not_there_is_said(pets: str, capsys: Output) -> None:
    line = failure(capsys, "check", "--corpus", pets, "--cases", "/no/such/file")
    assert "/no/such/file" in line


def test_the_cases_of_a_repository_pass_and_then_fail_when_the_corpus_changes(
    pets: str, run_json: Any, capsys: Output
) -> None:
    ranked = run_json("rank", "feeding a snake", "--corpus", pets)
    hits = next(r for r in ranked["rankings"] if r["stage"] == "cross-encoder")["hits"]
    best = hits[0]["doc_id"]
    cases = Path(pets) / "cases.jsonl"
    case = {"query": "feeding a snake", "doc": best, "top": 1}
    cases.write_text(json.dumps(case) + "\n", encoding="utf-8")
    asked = ("check", "--corpus", pets, "--cases", str(cases))
    assert run_json(*asked)["passed"] == 1

    corpus = Path(pets) / "corpus.jsonl"
    rows = [json.loads(line) for line in corpus.read_text("utf-8").splitlines() if line.strip()]
    for row in rows:
        if row["_id"] == best:
            row["title"], row["text"] = "Office chairs", "Chairs with wheels for an office."
    corpus.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    assert cli.main(asked) == 1
    printed = capsys.readouterr().out
    assert printed.startswith("FAILED")
    assert "0 passed, 1 failed" in printed
