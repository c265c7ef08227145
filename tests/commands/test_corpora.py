"""`corpora` and `index`: what is remembered, and corpora that cannot be opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.commands.running import Output, failure

pytestmark = pytest.mark.usefixtures("session_models")


def test_what_was_indexed_appears_among_the_corpora(run_json: Any, pets: str) -> None:
    assert [row["name"] for row in run_json("corpora")] == ["senses", "pydoc"]
    result = run_json("index", "--corpus", pets)
    assert result["corpus"]["documents"] == 12
    assert (result["queries"], result["judgments"]) == (4, 7)
    assert len(result["warnings"]) == 1  # the empty document
    row = run_json("corpora")[-1]
    assert (row["name"], row["kind"], row["source"]) == ("pets", "path", pets)
    assert row["fingerprint"] == result["corpus"]["fingerprint"]
    assert row["documents"] == 12
    by_name = run_json("rank", "python snake", "--corpus", "pets")
    assert by_name["corpus"] == result["corpus"]


def test_an_unknown_corpus_is_an_error_that_names_the_known_ones(capsys: Output) -> None:
    line = failure(capsys, "rank", "snake", "--corpus", "nowhere")
    assert "'nowhere'" in line
    assert "'senses', 'pydoc'" in line


def test_a_malformed_row_names_its_file_and_line(capsys: Output, tmp_path: Path) -> None:
    path = tmp_path / "notes.jsonl"
    path.write_text('{"_id": "a", "text": "a snake"}\n{"_id": "b", "text": \n')
    assert f"{path}:2:" in failure(capsys, "rank", "snake", "--corpus", str(path))
