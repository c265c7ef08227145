"""The time that a drawing carries: the same for the same data, later for any other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from streamlit.testing.v1 import AppTest

from components.common.browser_view import BrowserView, at_least
from tests.pages.driver import components, protos

if TYPE_CHECKING:
    from _collections_abc import dict_items


def page() -> None:
    import streamlit as st

    from components.search.stage_strip import stage_strip
    from engine.types import CorpusInfo, SearchTrace, StageTiming

    timings = (StageTiming("bm25", "search", st.session_state.get("seconds", 0.1), 1, 1),)
    trace = SearchTrace("python", CorpusInfo("c", 1, "f"), (), timings, 1.0, complete=True)
    stage_strip(trace, key="strip")


def said_at(at: AppTest) -> int:
    import json

    (proto,) = protos(at, "bidi_component")
    return int(json.loads(proto.bytes)["at"])


def test_unchanged_data_keep_their_time_and_changed_data_get_a_later_one() -> None:
    at = AppTest.from_function(page).run()
    first = said_at(at)
    assert said_at(at.run()) == first
    at.session_state["seconds"] = 0.2
    second = said_at(at.run())
    assert second > first
    at.session_state["seconds"] = 0.1
    assert said_at(at.run()) > second


class CountedData(dict[str, object]):
    """Data that count how often they are read as a whole, as writing them as JSON does."""

    reads = 0

    def items(self) -> dict_items[str, object]:
        CountedData.reads += 1
        return super().items()


def counted_page() -> None:
    from pathlib import Path

    from components.common import plain_table
    from components.common.browser_view import BrowserView
    from tests.components.common.test_browser_view import CountedData

    here = Path(plain_table.__file__)
    view = BrowserView(
        "crossexam_counted", css=here.with_suffix(".css"), scripts=[here.with_suffix(".js")]
    )
    view(data={"nested": CountedData(word="python")}, key="counted")


def test_the_data_of_a_view_are_written_once() -> None:
    CountedData.reads = 0
    at = AppTest.from_function(counted_page).run()
    assert not at.exception
    assert CountedData.reads == 1
    assert components(at, "crossexam_counted") == [{"nested": {"word": "python"}}]


def test_a_script_without_one_drawing_function_is_refused(tmp_path: Path) -> None:
    script = tmp_path / "view.js"
    script.write_text("function draw() {}", encoding="utf-8")
    css = tmp_path / "view.css"
    css.write_text("", encoding="utf-8")
    with pytest.raises(ValueError, match=r"view\.js must have one"):
        BrowserView("crossexam_none", css=css, scripts=[script])


def test_no_letter_of_a_view_is_smaller_than_the_page_s_least() -> None:
    css = ".a { font-size: 0.78rem; } .b { font-size: 1.1rem; }"
    assert at_least(css) == (
        ".a { font-size: max(0.78rem, var(--least-type, 0px)); } .b { font-size: 1.1rem; }"
    )
