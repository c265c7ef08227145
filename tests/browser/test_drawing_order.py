"""Drawings that end in the wrong order: the browser keeps the newest."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from components.common.browser_view import BrowserView

DRAW = """
export default function ({ data, parentElement }) {
  parentElement.textContent = data.words;
  return () => {};
}
"""
IN_WRONG_ORDER = """
async ([script, drawings]) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: draw } = await import(url);
  const parentElement = document.createElement("div");
  for (const drawing of drawings) {
    draw({ data: new TextEncoder().encode(JSON.stringify(drawing)), parentElement });
  }
  return parentElement.textContent;
}
"""


def test_an_older_drawing_that_ends_late_changes_nothing(chromium: Browser, tmp_path: Path) -> None:
    script, css = tmp_path / "view.js", tmp_path / "view.css"
    script.write_text(DRAW, encoding="utf-8")
    css.write_text("", encoding="utf-8")
    view = BrowserView("crossexam_in_order", css=css, scripts=[script])
    finished = {"at": 2, "view": {"words": "finished"}}
    running = {"at": 1, "view": {"words": "running"}}
    again = {"at": 3, "view": {"words": "again"}}
    page = chromium.new_page()
    try:
        assert page.evaluate(IN_WRONG_ORDER, [view.script, [running, finished]]) == "finished"
        assert page.evaluate(IN_WRONG_ORDER, [view.script, [finished, running]]) == "finished"
        assert page.evaluate(IN_WRONG_ORDER, [view.script, [finished, running, again]]) == "again"
    finally:
        page.close()
