"""Words that the models cannot read are named on every page and by the commands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import cli
from state.app_resources import workbench
from tests.pages.driver import ATTENTION, finished, opened, says
from workbench import model_loader

NAME = "unreadable-for-tests"
QUERY = "\N{CHERRIES}"
DOCUMENTS = {"snake": "\N{SNAKE}", "cherry": "桜", "rice": "飯"}
TRUNCATION, EXPLAIN, CORPUS = (
    "pages/explain/truncation.py",
    "pages/explain/explain.py",
    "pages/corpora/corpora.py",
)
QUERY_NOTICE = "The bi-encoder and the cross-encoder cannot read the query: “\N{CHERRIES}” becomes"


@pytest.fixture(scope="module")
def corpus(session_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a corpus of three documents that no model can read."""
    file = tmp_path_factory.mktemp("unreadable") / "corpus.jsonl"
    rows = [{"_id": doc_id, "title": "", "text": text} for doc_id, text in DOCUMENTS.items()]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert cli.main(["import", str(file), "--name", NAME]) == 0
    yield NAME
    assert cli.main(["delete", NAME, "--yes"]) == 0


def test_compare_says_that_equal_scores_are_of_words_that_cannot_be_read(corpus: str) -> None:
    at = opened(q=QUERY, corpus=corpus)
    assert says(at, QUERY_NOTICE)
    for model in ("The bi-encoder", "The cross-encoder"):
        assert says(at, f"{model} cannot read every word of 3 of the 3 documents that it lists")
    assert says(at, "of 3 it can read no word at all, so they are alike to it")


@pytest.mark.parametrize("page", [ATTENTION, EXPLAIN, TRUNCATION])
def test_pages_of_one_document_say_what_of_it_cannot_be_read(corpus: str, page: str) -> None:
    at = opened(page, q=QUERY, corpus=corpus, doc="cherry")
    assert says(at, QUERY_NOTICE)
    assert says(at, "cherry: the bi-encoder and the cross-encoder cannot read 1 of its 1 tokens")


def test_the_corpus_page_counts_documents_that_cannot_be_read(corpus: str) -> None:
    at = finished(opened(CORPUS, corpus=corpus))
    assert says(at, "cannot read every word of 3 of 3 documents (100.0% of all tokens)")


def test_a_query_that_leaves_no_token_is_said_to(corpus: str) -> None:
    at = opened(q="\u200b\u2060", corpus=corpus)
    assert says(at, "Nothing of the query is left after tokenising")


def test_the_commands_name_them_in_text_and_json(
    corpus: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The models that the pages have loaded, in place of loading them for each of nine commands.
    bi_encoder, cross_encoder = workbench().models.bi_encoder(), workbench().models.cross_encoder()
    monkeypatch.setattr(model_loader, "load_bi_encoder", lambda *_, **__: bi_encoder)
    monkeypatch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: cross_encoder)
    for command in (
        ["rank", QUERY, "--corpus", corpus],
        ["score", QUERY, "桜"],
        ["explain", QUERY, "cherry", "--corpus", corpus],
        ["explain", QUERY, "cherry", "--corpus", corpus, "--method", "attention"],
    ):
        assert cli.main(command) == 0
        assert QUERY_NOTICE in capsys.readouterr().out, command
        assert cli.main([*command, "--json"]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert any(text.startswith(QUERY_NOTICE) for text in printed["notices"]), command
    assert cli.main(["score", QUERY, "桜", "a cherry", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    counted = [row["unreadable"]["cross-encoder"]["unknown"] for row in printed["scores"]]
    assert counted == [1, 0]
    assert printed["query_unreadable"]["bi-encoder"]["unknown"] == 1
