"""What Compare gives to take away is what the command writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cli
from state.app_resources import workbench
from tests.pages.downloads import Downloads
from tests.pages.driver import components, opened

QUERY = "python snake"


def without_times(text: str) -> dict[str, Any]:
    values: dict[str, Any] = json.loads(text)
    timed = ("timings", "total_seconds", "other_seconds", "exported")
    return {name: value for name, value in values.items() if name not in timed}


def test_the_files_of_the_page_are_those_of_the_command(
    downloads: Downloads, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    at = opened(q=QUERY, depth="6")
    monkeypatch.setattr("commands.search.workbench_of", lambda _: workbench())

    def written(name: str, *options: str) -> str:
        file = tmp_path / name
        rank = ["rank", QUERY, "--corpus", "senses", "--depth", "6", "--export", str(file)]
        assert cli.main([*rank, *options]) == 0
        return file.read_text("utf-8")

    assert downloads.text(at, "comparison") == written("a.csv")
    assert without_times(downloads.text(at, "JSON")) == without_times(written("a.json"))
    assert downloads.text(at, "Cross-encoder") == written("a.trec")
    assert downloads.text(at, "BM25") == written("b.run", "--export-stage", "bm25")


def test_the_columns_and_the_times_can_be_saved_as_pictures() -> None:
    at = opened(q=QUERY, depth="6")
    saved = {view["target"]: view for view in components(at, "crossexam_save_picture")}
    assert set(saved) == {"st-key-strip", "st-key-ranking_columns"}
    columns = saved["st-key-ranking_columns"]
    assert columns["title"] == "Rankings: “python snake”"
    assert columns["source"].startswith("CrossExam · corpus senses, fingerprint ")
    assert "query “python snake”" in columns["source"]
    assert "ms-marco-MiniLM-L-12-v2" in columns["source"]
