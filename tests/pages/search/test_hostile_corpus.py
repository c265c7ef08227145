from __future__ import annotations

import csv
import io

import pytest
from streamlit.testing.v1 import AppTest

from engine.types import CROSS_ENCODER
from tests.pages.downloads import Downloads
from tests.pages.driver import ATTENTION, columns, components, finished, opened, protos, said, says
from tests.pages.hostile import FORMULA, QUERY, ROWS, SCRIPT, TITLES


def no_markup_but_ours(at: AppTest) -> None:
    """Markdown with document text in it is escaped and HTML is off."""
    for element in [*at.markdown, *at.caption, *at.info, *at.error]:
        proto = element.proto
        assert not getattr(proto, "allow_html", False), element.value
        text = getattr(proto, "body", "")
        assert "<script" not in text.replace(r"\<script", "")
        assert "<img" not in text.replace(r"\<img", "")
        assert "](http" not in text.replace(r"\]\(http", "")
    for proto in protos(at, "html"):
        assert "hacked" not in str(proto)


def test_hostile_titles_and_texts_reach_the_columns_as_data(hostile_corpus: str) -> None:
    at = opened(corpus=hostile_corpus, q=QUERY, depth="6")
    cards = columns(at)[CROSS_ENCODER]["cards"]
    assert {card["id"]: card["title"] for card in cards} == TITLES
    texts = {card["id"]: "".join(piece for piece, _ in card["snippet"]) for card in cards}
    assert "onerror" in texts["<b>1</b>"]
    assert SCRIPT in texts["2"]
    (view,) = components(at, "crossexam_ranking_columns")
    assert set(view["where"]) == set(TITLES), "an id called __proto__ is a key like any other"
    no_markup_but_ours(at)


@pytest.mark.parametrize("row", ROWS, ids=[str(number) for number in range(len(ROWS))])
def test_where_is_shows_a_hostile_title_as_it_is_written(
    hostile_corpus: str, row: dict[str, str]
) -> None:
    at = opened(corpus=hostile_corpus, q=QUERY, depth="6")
    at.text_input(key="where").input(row["_id"])
    finished(at)
    assert says(at, f"**{row['title']}** ({row['_id']})"), said(at)
    no_markup_but_ours(at)


def test_a_hostile_query_is_shown_as_it_is_written(hostile_corpus: str) -> None:
    at = opened(corpus=hostile_corpus, q=f"{SCRIPT} **python**", depth="6")
    assert columns(at)[CROSS_ENCODER]["cards"]
    no_markup_but_ours(at)


def test_formulas_are_disarmed_in_the_csv(hostile_corpus: str, downloads: Downloads) -> None:
    at = opened(corpus=hostile_corpus, q="=python snake", depth="6")
    file = downloads.file(at, "comparison")
    found = list(csv.DictReader(io.StringIO(file.content.decode("utf-8"))))
    titles = {row["doc_id"]: row["title"] for row in found}
    assert titles == TITLES | {"4": f"'{FORMULA}"}
    assert {row["query"] for row in found} == {"'=python snake"}


def test_attention_of_hostile_documents_is_data_too(hostile_corpus: str) -> None:
    at = opened(ATTENTION, corpus=hostile_corpus, q=QUERY, depth="6", doc="<b>1</b>", doc2="5")
    one, other = components(at, "crossexam.token_links")
    assert "script" in one["document"]
    assert "textarea" in other["document"]
    assert any("<script>" in label for label in at.selectbox(key="doc").options)
    no_markup_but_ours(at)
    at.toggle(key="bertviz_on").set_value(True)
    finished(at)
    pages = [proto.srcdoc for proto in protos(at, "iframe")]
    assert len(pages) == 2
    for page in pages:
        assert "window.hacked" not in page
        assert "<img" not in page
