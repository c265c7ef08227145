"""Corpus, read as a visitor reads it: figures, imports, the library."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from corpora.stores.database import Database, note
from jobs.visitor_jobs import Slot
from state.app_resources import workbench
from tests.library_rows import kept_library
from tests.library_rows import listed as library_list
from tests.pages.downloads import Downloads
from tests.pages.driver import (
    PATIENCE,
    choose,
    columns,
    components,
    finished,
    job_of,
    opened,
    said,
    says,
    shown_ids,
    table,
)

CORPUS = "pages/corpora/corpora.py"
CSV = (
    "nr,headline,story,year\n"
    "a1,Ball python care,Keep the snake warm and feed it one mouse a week,2001\n"
    "a2,Python tutorial,Write a function then call it in a loop,2002\n"
    "a1,Twice,The id of this row is there already,2003\n"
    "a4,=1+1,<script>window.hacked = 1</script> a snake,2004\n"
)


@pytest.fixture
def library(session_cache: Path) -> Iterator[Path]:
    """The cache folder, its library put back as it was when the test ends."""
    with kept_library(session_cache):
        yield session_cache


def view(name: str, **url: str) -> AppTest:
    at = opened(CORPUS, **url)
    choose(at, "corpus_view", name)
    return finished(at)


def uploaded(name: str, content: str) -> AppTest:
    at = view("Import")
    at.file_uploader(key="import_upload").set_value((name, content.encode(), "text/csv"))
    return finished(at)


def pressed(at: AppTest, key: str) -> AppTest:
    """The page after this button was pressed and the import that it started has ended."""
    at.button(key=key).click().run()
    assert job_of(at, Slot.IMPORT).wait(PATIENCE)
    return finished(at)


def charts(at: AppTest) -> list[dict[str, Any]]:
    return [json.loads(node.proto.spec) for node in at.get("plotly_chart")]


def test_the_figures_of_senses_sum_and_say_what_each_model_cuts() -> None:
    at = opened(CORPUS, q="python snake", depth="10")
    bench = workbench()
    corpus = bench.corpora.open("senses")
    figures = bench.tokens.corpus_figures(corpus)
    lengths, _, _ = charts(at)
    assert sum(lengths["data"][0]["y"]) == corpus.info.documents == 472
    rows = table(at, "How many documents each model cuts")
    bi, cross = figures.readings
    tokens = bench.tokens.query_tokens("python snake")
    texts = [document.content for document in corpus.store.get(corpus.store.ids())]
    encoder = bench.models.bi_encoder()
    assert bi.cut() == sum(encoder.n_truncated(text) > 0 for text in texts)
    assert rows[0][2]["text"] == f"{bi.cut():,}"
    assert rows[1][2]["text"] == f"{cross.cut(tokens):,}"
    assert rows[1][1]["text"] == f"{512 - 3 - tokens:,}"
    assert says(at, f"The bi-encoder cuts {bi.cut()} of 472 documents")


def test_a_query_lights_its_candidates_up_by_stage_and_without_one_none_is_lit() -> None:
    at = opened(CORPUS, q="python snake", depth="10")
    drawn = charts(at)[2]["data"]
    assert [trace["name"] for trace in drawn] == [
        "other documents",
        "BM25",
        "Bi-encoder",
        "Hybrid",
        "Cross-encoder",
        "Blend",
        "query",
    ]
    (search,) = at.session_state["_jobs"].values()
    listed = [min(10, len(ranking.hits)) for ranking in search.trace.rankings]
    assert [len(trace["x"]) for trace in drawn[1:]] == [*listed, 1]
    plain = charts(opened(CORPUS))[2]["data"]
    assert [trace["name"] for trace in plain] == ["documents"]


def test_an_upload_is_shown_with_its_columns_refused_for_a_bad_row_and_then_kept_without_it(
    library: Path, downloads: Downloads
) -> None:
    at = uploaded("my snakes.csv", CSV)
    assert at.selectbox(key="import_text_nr|headline|story|year").value == "story"
    assert at.selectbox(key="import_id_nr|headline|story|year").value == "nr"
    assert says(at, "Kept as fields: year")
    pressed(at, "start_import")
    assert says(at, "my snakes.csv:4: the id 'a1' is already in line 2")
    assert says(at, "Nothing was changed")
    at.selectbox(key="import_bad_rows").set_value("Keep the good rows")
    pressed(finished(at), "start_import")
    assert says(at, "my snakes: 3 documents. 1 row was left out (my snakes.csv 1).")
    (row,) = table(at, "Rows that were left out")
    assert row[0]["text"] == "my snakes.csv, line 4"
    content = downloads.text(at)
    (listed,) = csv.DictReader(io.StringIO(content))
    assert (listed["file"], listed["line"]) == ("my snakes.csv", "4")
    at.button(key="open_imported").click()
    finished(at)
    assert says(at, "## 3 documents in my snakes")
    found = opened(corpus="my snakes", q="snake mouse", depth="5")
    assert shown_ids(found, "cross-encoder")[0] == "a1"

    shelf = view("Library")
    (own,) = [row for row in table(shelf, "The local library") if row[0]["tag"] == "imported"]
    assert (own[0]["text"], own[1]["text"]) == ("my snakes", "3")
    assert own[3]["text"] == "all-MiniLM-L6-v2"
    shelf.button(key="ask_delete").click()
    finished(shelf)
    assert says(shelf, "Delete my snakes and its embeddings")
    assert "my snakes" in {entry.name for entry in library_list(library)}, "it asks first"
    shelf.button(key="keep_corpus").click()
    finished(shelf)
    shelf.button(key="ask_delete").click()
    finished(shelf)
    shelf.button(key="sure_delete").click()
    finished(shelf)
    assert says(shelf, "2 corpora, 0 of them your own")
    assert "my snakes" not in {entry.name for entry in library_list(library)}


def test_what_cannot_be_read_is_refused_before_any_form() -> None:
    at = uploaded("broken.csv", "id,text\n")
    assert not at.error, "a header alone can be mapped"
    at = uploaded("picture.csv", "%PDF-1.7")
    assert says(at, "picture.csv:1: this is a PDF")
    assert "start_import" not in {button.key for button in at.button}


def test_a_name_that_would_lead_out_of_its_folder_leads_nowhere(session_cache: Path) -> None:
    at = uploaded("../../evil\n.csv", "id,text\na,b\n")
    assert says(at, "**evil_.csv** is a CSV file"), said(at)
    assert not list(session_cache.parent.glob("evil*"))


def test_what_was_damaged_is_said_on_every_page_until_it_is_put_away(session_cache: Path) -> None:
    database = Database(session_cache)
    with database.writing() as connection:
        note(connection, "library.json was damaged: 2 of 3 corpora were recovered")
    try:
        at = opened(CORPUS)
        assert says(at, "2 of 3 corpora were recovered")
        at.button(key="put_notes_away").click()
        assert not says(finished(at), "2 of 3 corpora were recovered")
    finally:
        with database.writing() as connection:
            connection.execute("DELETE FROM notes")


def test_a_path_is_imported_split_and_given_judgments_later(library: Path, tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    text = "\n\n".join(f"Paragraph {i} about snakes and mice." for i in range(3))
    path.write_text(json.dumps({"_id": "d", "text": text}) + "\n")
    at = view("Import")
    choose(at, "import_way", "A path on this server")
    finished(at)
    at.text_input(key="import_path").set_value(str(path))
    finished(at)
    at.selectbox(key="import_split").set_value("Split by paragraph")
    pressed(finished(at), "start_import")
    assert says(at, "long: 1 document in 3 passages")
    choose(at, "corpus_view", "Library")
    finished(at)
    at.file_uploader(key="added_queries").set_value(("q.tsv", b"q1\tmice\n", "text/plain"))
    at.file_uploader(key="added_qrels").set_value(("q.qrels", b"q1 0 d 1\n", "text/plain"))
    pressed(finished(at), "add_judgments")
    assert says(at, "1 query, 1 judgment")
    corpus = workbench().corpora.open("long")
    assert corpus.judgments("q1") == {"d": 1}
    found = opened(corpus="long", q="mice", depth="5")
    assert sorted(shown_ids(found, "cross-encoder")) == ["d#1", "d#2", "d#3"]
    best = shown_ids(found, "cross-encoder")[0]
    found.toggle(key="by_document").set_value(True)
    finished(found)
    assert {stage: column["cards"][0]["id"] for stage, column in columns(found).items()} == (
        dict.fromkeys(columns(found), best)
    )
    assert [len(column["cards"]) for column in columns(found).values()] == [1, 1, 1, 1]
    at.selectbox(key="to_delete").set_value("long")
    finished(at).button(key="ask_delete").click()
    finished(at).button(key="sure_delete").click()
    finished(at)


def test_nothing_of_a_document_is_markup(library: Path) -> None:
    at = uploaded("hostile.csv", "id,text\n<b>,<script>hacked</script> **x**\n")
    for element in [*at.markdown, *at.caption, *at.info, *at.error]:
        assert "<script" not in element.value.replace(r"\<script", "")
    (preview, *_) = components(at, "crossexam_plain_table")
    assert preview["rows"][0][1]["note"] == "<script>hacked</script> **x**"
