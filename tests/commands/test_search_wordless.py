"""`rank` and documents without a word: last by rule, said, and by score where that is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cli

DOCUMENTS = {"dot": ".", "hormone": "The pancreas makes insulin.", "cats": "Cats sleep all day."}


@pytest.fixture
def corpus(session_models: None, tmp_path: Path) -> str:
    path = tmp_path / "docs.jsonl"
    lines = [json.dumps({"_id": doc_id, "text": text}) for doc_id, text in DOCUMENTS.items()]
    path.write_text("\n".join(lines))
    return str(path)


def ranked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[list[str], list[str]]:
    assert cli.main(["rank", "insulin", *arguments, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    reranked = next(r for r in found["rankings"] if r["stage"] == "cross-encoder")
    return [hit["doc_id"] for hit in reranked["hits"]], found["notices"]


def test_a_document_without_a_word_is_last_and_that_is_said(
    corpus: str, capsys: pytest.CaptureFixture[str]
) -> None:
    order, notices = ranked(capsys, "--corpus", corpus)
    assert order == ["hormone", "cats", "dot"]
    assert any("no word" in notice and "last by rule" in notice for notice in notices)


def test_by_score_the_cross_encoder_puts_it_above_what_is_not_relevant(
    corpus: str, capsys: pytest.CaptureFixture[str]
) -> None:
    order, notices = ranked(capsys, "--corpus", corpus, "--wordless", "score")
    assert order.index("dot") < order.index("cats")
    assert any("ranked by score" in notice for notice in notices)
