"""Every picture and every table of the app can be saved: the list of them, and a walk that
fails where one comes that is not on it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[4]
PLACES = ("components", "pages", "state")
# What a script of ours draws: how it is saved, or why there is nothing to save.
SAVED_WHERE_DRAWN = {
    "components/explain/attribution/word_attribution.py",
    "components/explain/inside/inside_view.py",
    "components/explain/maxsim_matrix.py",
    "components/explain/token_links.py",
    "components/explain/truncation/token_ruler.py",
    "components/explain/what_if/word_editor.py",
    "components/quality/changed_queries.py",
    "components/search/mini_ranking.py",
}
SAVED_BY_ITS_PAGE = {
    "components/learn/lesson/lesson_view.py": "pages/learn/lesson_on_screen.py",
    "components/search/ranking_columns.py": "pages/search/save_rankings.py",
    "components/search/stage_strip.py": "pages/search/save_rankings.py",
}
AS_CSV = {"components/common/plain_table.py"}
NO_PICTURE = {
    "components/common/export/save_picture.py": "the buttons that save",
    "components/common/keys.py": "listens to keys, draws nothing",
    "components/common/stage_bars.py": "the waterfall and the like once more, for a room",
    "components/learn/lesson_list/lesson_list.py": "links to lessons",
    "components/quality/judge_card.py": "a form",
    "components/search/example_queries.py": "buttons",
    "components/share/ballot.py": "a form",
    "components/share/browser_address.py": "draws nothing",
    "components/share/browser_history.py": "draws nothing",
    "components/share/copy_link.py": "a button",
    "components/share/player/player.py": "figures of other pages, which save them; and a report",
    "components/share/query_votes.py": "a list of links; its votes are a CSV of their own",
    "components/visitor/browser_visitor.py": "draws nothing",
}
# A page of its own in a frame, which is saved as the views are.
FRAMED = {"components/explain/bertviz_head_view.py"}
BY_STREAMLIT = (
    "plotly_chart", "altair_chart", "vega_lite_chart", "line_chart", "bar_chart", "area_chart",
    "scatter_chart", "graphviz_chart", "pydeck_chart", "map", "pyplot", "image", "dataframe",
    "data_editor", "table", "iframe",
)  # fmt: skip


def calls() -> Iterator[tuple[str, str]]:
    """(file, what is called) for every call in what draws."""
    for place in PLACES:
        for path in sorted((ROOT / place).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call):
                    yield str(path.relative_to(ROOT)), ast.unparse(node.func)


CALLS = list(calls())


def callers(name: str) -> set[str]:
    return {file for file, called in CALLS if called.rpartition(".")[2] == name}


def test_every_view_of_ours_is_on_the_list() -> None:
    listed = [*SAVED_WHERE_DRAWN, *SAVED_BY_ITS_PAGE, *AS_CSV, *NO_PICTURE]
    views = callers("BrowserView")
    assert views - set(listed) == set(), "how is this new view saved? Call `save_picture` below it"
    assert set(listed) - views == set(), "take these off the list"


def test_every_picture_on_the_list_offers_its_file() -> None:
    savers = callers("save_picture")
    assert savers >= SAVED_WHERE_DRAWN | FRAMED
    assert savers >= set(SAVED_BY_ITS_PAGE.values())


def test_every_chart_is_drawn_by_the_view_that_saves_it() -> None:
    names = {f"st.{each}" for each in BY_STREAMLIT}
    drawn = {(file, name) for file, name in CALLS if name in names}
    assert drawn == {
        ("components/common/export/chart_view.py", "st.plotly_chart"),
        *((file, "st.iframe") for file in FRAMED),
    }
    assert len(callers("chart_view")) >= 19
    assert "components/common/export/chart_view.py" in callers("save_picture")


def test_every_table_is_drawn_by_the_view_that_saves_it() -> None:
    assert len(callers("plain_table")) >= 20
    script = (ROOT / "components/common/plain_table.js").read_text(encoding="utf-8")
    assert "saveFile(file.name, file.text" in script
