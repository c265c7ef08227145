"""Links and a cache folder of an earlier version: the pages open them unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st

from tests.earlier_cache import NAME, shown_before, write_earlier_cache
from tests.pages.driver import columns, opened, shown_ids, table

COMPARE_LINK = {
    "corpus": NAME,
    "q": "flat tyre",
    "depth": "7",
    "first": "bm25",
    "fusion": "weighted",
    "rrf_k": "20",
    "hybrid_weight": "0.3",
    "blend_weight": "0.6",
    "wordless": "score",
}
PAIR_LINK = {"corpus": NAME, "q": "flat tyre", "depth": "5", "doc": "chain"}


@pytest.fixture(scope="module", autouse=True)
def _cache(session_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The sample as the app's cache folder, with the session's converted models beside it."""
    folder = write_earlier_cache(tmp_path_factory.mktemp("earlier") / "cache")
    (session_cache / "models").mkdir(exist_ok=True)
    (folder / "models").symlink_to(session_cache / "models")
    st.cache_resource.clear()  # the workbench keeps the library of the folder it began with
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSEXAM_CACHE", str(folder))
        yield
    st.cache_resource.clear()


def test_a_link_to_compare_ranks_as_before() -> None:
    at = opened(**COMPARE_LINK)
    assert at.query_params == COMPARE_LINK
    assert {stage: shown_ids(at, stage) for stage in columns(at)} == shown_before()["compare"]


def test_the_saved_run_is_drawn_as_before() -> None:
    at = opened("pages/quality/quality.py", corpus=NAME)
    assert at.query_params == {"corpus": NAME}
    drawn = table(at, "Quality and latency by pipeline")
    assert [[cell.get("text") for cell in row][:6] for row in drawn] == shown_before()["quality"]


def test_a_link_to_a_pair_of_documents_a_layer_and_a_head_picks_them() -> None:
    link = {**PAIR_LINK, "doc2": "bike", "layer": "3", "head": "2"}
    at = opened("pages/explain/attention.py", **link)
    assert at.query_params == link
    assert at.selectbox(key="doc").value == "chain"
    assert at.selectbox(key="doc2").value == "bike"


@pytest.mark.parametrize("page", ["explain", "what_if", "truncation", "maxsim"])
def test_a_link_to_a_document_picks_it_on_the_pages_that_explain(page: str) -> None:
    at = opened(f"pages/explain/{page}.py", **PAIR_LINK)
    assert at.query_params == PAIR_LINK
    assert at.selectbox(key="doc").value == "chain"


def test_a_link_to_a_section_of_the_lab_opens_it() -> None:
    link = {"corpus": NAME, "q": "flat tyre", "depth": "5", "lab": "energy"}
    at = opened("pages/latency/latency.py", **link)
    assert at.query_params == link
    assert at.session_state["lab"] == "energy"
