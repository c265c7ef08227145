"""Drives app.py without a browser: opens it, waits for its searches, reads what it drew."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from jobs.job import Job
from jobs.visitor_jobs import Slot, VisitorWork
from state.visitor import visitor_jobs

ROOT = Path(__file__).parents[2]
COMPARE = "pages/search/compare.py"
ATTENTION = "pages/explain/attention.py"
START = "pages/learn/start.py"
ABOUT = "pages/learn/about.py"
PATIENCE = 280  # seconds; the first test of a session converts the weights
_ESCAPED = re.compile(r":small\[\]|\\([\\`*_{}\[\]()#+\-.!|<>~$:&=])")


def opened(page: str = COMPARE, **url: str) -> AppTest:
    """The app at a page, as a link with these parameters opens it, its search finished."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=PATIENCE)
    at.query_params = dict(url)
    finished(at)  # navigation is known from here on
    is_there = page == COMPARE and url  # for the address before the start page came
    return at if is_there or page == START else finished(at.switch_page(page))


def finished(at: AppTest) -> AppTest:
    """Run the app, and once more when this started a search that had to be waited for."""
    done = {key for key, search in searches(at).items() if not search.job.running}
    at.run()
    started = [search for key, search in searches(at).items() if key not in done]
    for search in started:
        assert search.job.wait(PATIENCE), f"still searching for {search.query!r}"
    if started:
        at.run()
    assert not at.exception, [problem.message for problem in at.exception]
    return at


def searches(at: AppTest) -> dict[Any, Any]:
    """The visitor's searches by what was asked."""
    return dict(at.session_state["_jobs"].items()) if "_jobs" in at.session_state else {}


def work_of(at: AppTest) -> VisitorWork:
    """The long work of this session's visitor."""
    return visitor_jobs().of(at.session_state["_visitor"])


def job_of(at: AppTest, slot: Slot) -> Job[Any]:
    """What this session's visitor has at work in a slot, or had last."""
    return work_of(at).jobs(slot)[-1]


def components(at: AppTest, name: str) -> list[dict[str, Any]]:
    """What every component of that name was given to draw."""
    drawn = protos(at, "bidi_component")
    return [json.loads(proto.bytes)["view"] for proto in drawn if proto.component_name == name]


def protos(at: AppTest, kind: str) -> list[Any]:
    """The messages of every element of a kind that AppTest has no class for."""
    return [element.proto for element in at.get(kind)]


def choose(at: AppTest, key: str, value: Any) -> None:
    """Set the pills or the segmented control with this key."""
    groups: list[Any] = [*at.get("button_group")]
    (group,) = [group for group in groups if group.key == key]
    group.set_value(value)


def columns(at: AppTest) -> dict[str, dict[str, Any]]:
    """The ranking columns by stage."""
    (view,) = components(at, "crossexam_ranking_columns")
    return {column["stage"]: column for column in view["columns"]}


def shown_ids(at: AppTest, stage: str) -> list[str]:
    """The documents in a column, best first."""
    return [card["id"] for card in columns(at)[stage]["cards"]]


def table(at: AppTest, caption: str) -> list[list[dict[str, Any]]]:
    """The rows of the one table with this caption."""
    tables = components(at, "crossexam_plain_table")
    (rows,) = [t["rows"] for t in tables if t["caption"] == caption]
    return list(rows)


def said(at: AppTest) -> list[str]:
    """Every text, notice and error of the page as a person reads it."""
    drawn = [*at.markdown, *at.info, *at.warning, *at.error, *at.caption]
    return [as_read(element.value) for element in drawn]


def as_read(text: str) -> str:
    """A text that Streamlit's Markdown draws, as a person reads it."""
    return _ESCAPED.sub(r"\1", text)


def says(at: AppTest, words: str) -> bool:
    """Whether some text of the page contains these words."""
    return any(words in text for text in said(at))
