"""What the buttons below pictures and tables give, from a dark page and with hostile texts."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

from PIL import Image
from playwright.sync_api import Locator, Page, expect

from components.common import palette
from tests.browser.conftest import Visit
from tests.browser.steps import open_page, wait_until_explained, wait_until_idle
from tests.pages.hostile import QUERY, TITLES

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {
    *("svg", "g", "defs", "clipPath", "linearGradient", "stop", "title", "desc"),
    *("rect", "path", "circle", "line", "text", "tspan", "image", "use", "polyline", "polygon"),
    *("ellipse", "marker", "pattern", "mask", "symbol", "radialGradient"),
}


def saved(page: Page, button: Locator, folder: Path) -> Path:
    """The file that a click on the button gives."""
    with page.expect_download() as download:
        button.click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def parts_of(path: Path) -> list[ElementTree.Element]:
    """Every element of a picture: well-formed, shapes and text alone, no address but of itself."""
    parts = list(ElementTree.parse(path).iter())
    assert {part.tag.removeprefix(SVG) for part in parts} <= SHAPES
    for part in parts:
        for name, value in part.attrib.items():
            assert not name.startswith("on")
            if name.endswith("href"):
                assert value.startswith(("#", "data:image/png;base64,"))
            assert "url(" not in value or re.fullmatch(r"url\(#[a-z]\d+\)", value), (name, value)
    return parts


def text_of(parts: list[ElementTree.Element]) -> str:
    """All words of a picture, without the white space between them."""
    lines = ("".join(part.itertext()) for part in parts if part.tag == f"{SVG}text")
    return "".join("".join(lines).split())


def test_pictures_and_tables_are_saved_light_whole_and_as_text(
    visit: Visit, hostile_corpus: str, tmp_path: Path
) -> None:
    page = visit("/compare?" + urlencode({"corpus": hostile_corpus, "q": QUERY}), dark=True)
    svg = page.get_by_role("button", name=f"Save Rankings: “{QUERY}” as SVG")
    expect(svg).to_be_visible()
    wait_until_idle(page)

    # an own view: every title as it was typed, on white, in the ink of the light theme
    parts = parts_of(saved(page, svg, tmp_path))
    drawn = text_of(parts)
    for title in TITLES.values():
        assert "".join(title.split())[:12] in drawn
    assert f"query“{QUERY.replace(' ', '')}”" in drawn
    fills = {part.get("fill") for part in parts if part.tag == f"{SVG}text"}
    assert "#1b2430" in fills
    assert "#e8edf3" not in fills  # the dark theme's
    assert parts[0].find(f"{SVG}rect").get("fill") == "#ffffff"  # type: ignore[union-attr]

    # the same as a PNG: twice the size, white behind, and not empty
    width, height = (int(parts[0].get(side, "0")) for side in ("width", "height"))
    png = page.get_by_role("button", name=f"Save Rankings: “{QUERY}” as PNG")
    with Image.open(saved(page, png, tmp_path)) as picture:
        assert picture.size == (2 * width, 2 * height)
        colours = picture.convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert max(colours)[1] == (255, 255, 255)
    assert len(colours) > 100

    # a table
    table = page.get_by_role("button", name=re.compile("^Save the table .* as CSV")).first
    rows = list(csv.reader(io.StringIO(saved(page, table, tmp_path).read_text("utf-8"))))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1

    # a chart: its colour bar as on a light page, its labels as text
    open_page(page, "Attention")
    wait_until_explained(page)
    chart = page.locator("[class*='st-key-heads-'] .js-plotly-plot")
    expect(chart.locator(".heatmaplayer image").first).to_be_attached()
    expect(chart.locator(".infolayer .cbfill").first).to_be_attached()
    heads = page.get_by_role("button", name="Save Which heads look across as SVG")
    parts = parts_of(saved(page, heads, tmp_path))
    filled = {str(part.get("fill")).upper() for part in parts}
    assert palette.ink(False) in {str(part.get("fill")).upper() for part in parts}
    assert not filled & {colour.upper() for colour in palette.SEQUENTIAL_DARK}
    assert "sharethatcrosses" in text_of(parts)
    bitmap = [part for part in parts if part.tag == f"{SVG}image"]
    assert len(bitmap) == 1
    assert page.evaluate("window.hacked") is None
