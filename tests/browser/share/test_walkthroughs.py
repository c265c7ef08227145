"""A walkthrough is recorded in one browser and played by keys in another, from its file alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import open_page, wait_until_idle, wait_until_ranked

pytestmark = pytest.mark.browser

QUERY, HOSTILE = "python snake", "<img src=x onerror=alert(1)>"
REMOTE = "cohere:rerank-v3.5"


def recorded(page: Page, heading: str) -> str:
    """The text of the file of a walkthrough of the view that the page shows."""
    page.keyboard.press("w")
    dialogue = page.get_by_role("dialog")
    dialogue.get_by_label("Heading").fill(heading)
    dialogue.get_by_label("Note").fill("Look at rank 1.")
    dialogue.get_by_role("button", name="Add", exact=True).click()
    expect(dialogue).to_have_count(0)
    open_page(page, "Walkthroughs")
    expect(page.get_by_text(f"1. {heading}")).to_be_visible()
    wait_until_idle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    return Path(download.value.path()).read_text("utf-8")


def with_a_second_step(text: str) -> str:
    """The file with another step, whose first score was another then, and a remote ranker."""
    file = json.loads(text)
    (first,) = file["steps"]
    second = json.loads(json.dumps(first)) | {"heading": "Then and now"}
    second["snapshot"]["columns"][-1]["rows"][0]["score"] -= 4
    second["link"]["rankers"] = REMOTE
    file["steps"].append(second)
    return json.dumps(file)


def test_recorded_here_played_there(visit: Visit, tmp_path: Path) -> None:
    page = visit("/compare?" + urlencode({"q": QUERY, "depth": "5"}))
    wait_until_ranked(page)
    path = tmp_path / "walkthrough.json"
    path.write_text(with_a_second_step(recorded(page, HOSTILE)), "utf-8")
    page.reload()
    expect(page.get_by_text(f"1. {HOSTILE}")).to_be_visible()

    other = visit("/walkthroughs", dark=True)
    expect(other.get_by_text("No step yet")).to_be_visible()
    other.get_by_text("Open a walkthrough from a file").click()
    other.locator("input[type=file]").set_input_files(path)
    expect(other.get_by_text("2 steps, from your file")).to_be_visible()
    wait_until_idle(other)
    other.locator(".st-key-play_file button").click()
    player = other.locator(".player")
    expect(player.get_by_role("heading", name=HOSTILE)).to_be_visible()
    expect(player.get_by_text("Live", exact=False).first).to_be_visible()
    other.keyboard.press("ArrowRight")
    expect(player.get_by_role("heading", name="Then and now")).to_be_visible()
    expect(player.locator(".moved")).to_contain_text("+4.000")
    other.keyboard.press("f")
    expect(player.locator(".list .label").first).to_have_css("unicode-bidi", "isolate")
    expect(player.locator(".badge")).to_contain_text("Frozen")
    expect(player.locator(".moved")).to_be_hidden()
    wait_until_idle(other)
    other.keyboard.press("Escape")
    expect(other.get_by_text("Open a walkthrough from a file")).to_be_visible()
    wait_until_idle(other)
    other.locator(".st-key-play_file button").click()
    expect(player.get_by_role("heading", name="Then and now")).to_be_visible()
    expect(player.get_by_text("see below what moved")).to_be_visible()
    wait_until_idle(other)
    other.keyboard.press("s")  # at the desk, where a step's view can be opened
    player.get_by_role("button", name="Open this view").click()
    expect(other.get_by_text("it is not used until you agree")).to_be_visible()
    wait_until_ranked(other)
    wait_until_idle(other)
    other.go_back()
    expect(other).to_have_url(re.compile("/walkthroughs.*play=file"))
    expect(player.get_by_role("heading", name="Then and now")).to_be_visible()
