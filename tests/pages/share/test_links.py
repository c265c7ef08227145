"""Links of real pages: what one session chose, another opens; what differs is said."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from engine.search.settings import Settings
from engine.share.saved_view import view_json
from engine.types.share.link_names import LinkName
from pages.share.page_links import PAGE_LINKS
from state import url_state
from state.share import link_versions, page_link
from tests.pages.driver import ROOT, choose, components, finished, opened, said, says, shown_ids

LONG = "A crane " * 1_500
SEARCH = {"q": "python snake", "depth": "5"}


def addresses() -> list[str]:
    """The address of every page of the navigation; the start page has none."""
    text = (ROOT / "state" / "navigation.py").read_text("utf-8")
    return ["", *re.findall(r'url_path="([\w-]+)"', text)]


def test_every_page_has_its_names_and_none_means_two_things() -> None:
    assert PAGE_LINKS.keys() <= set(addresses())
    declared: dict[str, LinkName] = {}
    for name in url_state.of_search():
        declared[name.name] = name
    for names in PAGE_LINKS.values():
        assert len({name.name for name in names}) == len(names)
        for name in names:
            assert declared.setdefault(name.name, name) == name, f"{name.name} means two things"


def documented() -> str:
    """The table of `docs/links.md`, from what the pages declare."""
    rows = (
        f"| {address} | {', '.join(f'`{name.name}`' for name in names)} |"
        for address, names in PAGE_LINKS.items()
    )
    return "\n".join(["| page | names |", "|---|---|", *rows])


def test_the_documentation_lists_what_each_link_names() -> None:
    text = (ROOT / "docs" / "links.md").read_text("utf-8")
    _, _, rest = text.partition("<!-- names -->\n")
    table = rest.partition("\n<!-- end of names -->")[0]
    assert table == documented(), "put what documented() gives into docs/links.md"


def same_view_again(page: str, at: AppTest) -> AppTest:
    """Another session at the link that this one wrote, which writes the same."""
    link = dict(at.query_params)
    again = opened(page, **link)
    assert dict(again.query_params) == link
    return again


def test_compare_keeps_columns_baseline_rows_and_what_was_looked_up() -> None:
    at = opened(**SEARCH)
    choose(at, "columns", ["bm25", "cross-encoder"])
    at.selectbox(key="baseline_bi-encoder").set_value("bm25")
    at.selectbox(key="rows").set_value(20)
    at.text_input(key="where").input("python-ball-care")
    finished(at)
    assert at.query_params["columns"] == "bm25,cross-encoder"
    again = same_view_again("pages/search/compare.py", at)
    (view,) = components(again, "crossexam_ranking_columns")
    assert [column["stage"] for column in view["columns"]] == ["bm25", "cross-encoder"]
    assert shown_ids(again, "bm25") == shown_ids(at, "bm25")
    assert again.text_input(key="where").value == "python-ball-care"


def test_a_ranking_that_is_not_here_is_said() -> None:
    at = opened(**SEARCH, columns="bm25,reranker:none-such")
    assert says(at, "The link has columns='reranker:none-such', which is not offered here: give")
    assert at.query_params["columns"] == "bm25", "what is left of it"


def test_what_if_keeps_the_edits() -> None:
    page = "pages/explain/what_if.py"
    edits = '{"q":{"c":[[0,6,""]]}}'
    at = opened(page, **SEARCH, doc="python-ball-care", edits=edits)
    assert at.query_params["edits"] == edits
    assert not at.button(key="reset").disabled
    wrong = opened(page, **SEARCH, doc="python-ball-care", edits='{"q":{"c":[[1,6,""]]}}')
    assert says(wrong, "The link's edit is of another text")
    assert "edits" not in wrong.query_params
    assert says(opened(page, **SEARCH, edits="<b>"), "The link has edits='<b>', which cannot be")


def test_truncation_keeps_its_windows() -> None:
    at = opened(
        "pages/explain/truncation.py", **SEARCH, window="64", stride="32", passage_title="0"
    )
    assert [slider.value for slider in at.slider if "okens" in slider.label][1:3] == [64, 32]
    assert at.query_params["window"] == "64"
    assert at.query_params["passage_title"] == "0"


def test_a_link_that_was_made_with_another_corpus_says_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = opened(**SEARCH)
    with monkeypatch.context() as patch:
        patch.setattr(url_state, "current", _current_of(at))
        made = dict(part.split(":") for part in link_versions.for_link().split(","))
    assert made.keys() == link_versions.LABELS.keys()
    wrong = f"corpus:00000000,cross-encoder:{made['cross-encoder']},index:milvus"
    again = opened(**SEARCH, made=wrong)
    finished(again)
    differ = [text for text in said(again) if "the link was made with" in text]
    assert differ == [
        "The documents of the corpus differ: the link was made with 00000000, here it is "
        f"{made['corpus']}.",
        "The index backend differs: the link was made with milvus, here it is local.",
    ]
    assert "made" not in again.query_params
    assert shown_ids(again, "bm25"), "it goes on"
    right = opened(**SEARCH, made=f"corpus:{made['corpus']}")
    assert not says(right, "the link was made with")
    assert says(opened(made="<b>:x"), "The link has made='<b>:x', which cannot be")


def _current_of(at: AppTest) -> Callable[[], url_state.Choices]:
    settings = Settings(depth=5)
    return lambda: url_state.Choices("senses", str(at.text_input(key="q").value), settings)


def test_the_file_of_a_long_view_opens_it_from_the_start_page_and_a_wrong_one_says_why() -> None:
    at = opened("pages/learn/start.py")
    upload = at.file_uploader(key="saved_view")
    wrong = view_json("../elsewhere", {}).encode()
    upload.set_value(("wrong.json", wrong, "application/json"))
    assert says(finished(at), "there is no page '../elsewhere'")
    link = {"q": "python snake", "depth": "5", "pasted": LONG, "within": "2"}
    file = view_json("diagnose", link).encode()
    at.file_uploader(key="saved_view").set_value(("view.json", file, "application/json"))
    finished(at)
    assert at.text_area(key="pasted_document").value == LONG
    assert at.number_input(key="within").value == 2
    assert at.query_params["left_out"] == "pasted"
    assert at.query_params["q"] == "python snake"


def test_what_is_too_long_for_a_link_is_left_out_and_said() -> None:
    page = "pages/explain/attention.py"
    at = opened(page, texts="own", own_query="crane")
    at.text_area(key="own_first").input(LONG)
    finished(at)
    assert at.query_params["left_out"] == "own_doc"
    assert "own_doc" not in at.query_params
    assert len(str(dict(at.query_params))) < page_link.MOST_CHARACTERS
    (button,) = components(at, "crossexam_copy_link")
    assert button["left"] == ["own_doc"]
    again = opened(page, **at.query_params)
    assert says(again, "This link is too long for all of the view and leaves out own_doc")
