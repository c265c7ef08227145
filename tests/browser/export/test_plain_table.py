"""A table's component alone, without a server: what stands out in it, and what does not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from components.common import plain_table
from components.common.plain_table import TableCell, TableColumn, pack

pytestmark = pytest.mark.browser

# What Streamlit does: a shadow root with the view's node and style, and the script's default.
_WEIGHTS = """
async ([script, css, data]) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: draw } = await import(url);
  const host = document.body.appendChild(document.createElement("div"));
  const root = host.attachShadow({ mode: "open" });
  root.appendChild(document.createElement("style")).textContent = css;
  root.appendChild(document.createElement("div")).className = "scroll";
  draw({ data: JSON.parse(data), parentElement: root });
  return [...root.querySelectorAll("tbody td .text")].map(
    (text) => [text.textContent, getComputedStyle(text).fontWeight],
  );
}
"""


def weights(
    chromium: Browser, columns: Sequence[TableColumn], row: Sequence[str]
) -> list[tuple[str, str]]:
    """Each cell behind the heading of its row, and how heavy the browser draws it."""
    data = json.dumps(pack(columns, [[TableCell(text) for text in row]], "a table"))
    here = Path(plain_table.__file__)
    script, css = (here.with_suffix(end).read_text("utf-8") for end in (".js", ".css"))
    page = chromium.new_page()
    try:
        return [(text, weight) for text, weight in page.evaluate(_WEIGHTS, [script, css, data])]
    finally:
        page.close()


def test_words_are_drawn_alike_whatever_they_begin_with(chromium: Browser) -> None:
    columns = [TableColumn("Corpus"), *[TableColumn("Fingerprint", words=True)] * 4]
    row = ["senses", "1c0ffee", "c0ffee1", "1984", "–"]
    assert {weight for _, weight in weights(chromium, columns, row)} == {"400"}


def test_figures_stand_out_also_behind_words_and_words_in_their_place_do_not(
    chromium: Browser,
) -> None:
    columns = [TableColumn("Pipeline"), *[TableColumn("Time")] * 5]
    row = ["BM25", "3.2 ms", "p = 0.03", "−0.1", "–", "not known"]
    drawn = weights(chromium, columns, row)
    assert [weight for _, weight in drawn] == [*["600"] * 4, "400"]
