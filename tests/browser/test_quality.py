"""Quality: ten documents are judged by ten keys, and neither a reload nor a crash loses one."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import barriers
from tests.browser.conftest import Visit
from tests.browser.server import PATIENCE, ROOT, _end, _wait_for
from tests.browser.steps import wait_until_idle
from tests.gaps import with_gaps

pytestmark = pytest.mark.browser

GRADES = "3012301230"


def open_part(page: Page, name: str) -> None:
    """Click one of the page's parts."""
    page.get_by_role("radio", name=name, exact=True).click(force=True)
    wait_until_idle(page)


def ready_to_judge(page: Page, name: str) -> None:
    """The Judge part with a name typed, its panel under the keyboard."""
    expect(page.get_by_text("Saved run", exact=True)).to_be_visible()
    open_part(page, "Judge")
    box = page.get_by_role("textbox", name="Your name")
    box.fill(name)
    box.press("Enter")
    expect(page.get_by_text("Type your name first")).to_have_count(0)
    wait_until_idle(page)
    page.locator(".qj").focus()


@pytest.fixture(scope="module")
def measured(server: str, chromium: Browser) -> None:
    """A run of all queries through BM25 and the bi-encoder, run in the browser."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    page.goto(f"{server}/quality")
    expect(page.get_by_text("Nothing was measured yet")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="L-12-v2", exact=True).click()
    expect(page.get_by_text(re.compile("2 pipelines over 85 queries"))).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("heading", name="Is it worth its time?")).to_be_visible()
    context.close()


def judgments_in(cache: Path) -> list[tuple[str, int | None, str]]:
    """(judge, grade, how it came) of every judgment on the disk, in order."""
    with closing(sqlite3.connect(cache / "crossexam.sqlite3")) as connection:
        rows = connection.execute("SELECT judge, relevance, via FROM judgments ORDER BY id")
        return [(str(judge), grade, str(via)) for judge, grade, via in rows]


def judged_in(cache: Path) -> list[int | None]:
    """The grades on the disk, in order."""
    return [grade for _, grade, _ in judgments_in(cache)]


@pytest.fixture(scope="module")
def gaps(session_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The link's part that names senses with gaps in its judgments, which share its runs."""
    with with_gaps(session_cache, tmp_path_factory.mktemp("gaps")) as name:
        yield "?" + urlencode({"corpus": name})


def test_ten_keys_judge_ten_documents_and_a_reload_and_a_crash_lose_none(
    measured: None,
    gaps: str,
    visit: Visit,
    session_cache: Path,
    chromium: Browser,
    tmp_path: Path,
) -> None:
    page = visit(f"/quality{gaps}")
    ready_to_judge(page, "Ada")
    before = page.get_by_role("table", name="What judgments change").inner_text()
    for key in GRADES:
        page.keyboard.press(key)
    expect(page.get_by_text(re.compile(r"^10 of \d+ judged$"))).to_be_visible()
    expect(page.locator(".qj .state")).to_have_text("all saved")
    assert judged_in(session_cache) == [int(key) for key in GRADES]
    changed = page.get_by_role("table", name="What judgments change")
    expect(changed.get_by_text("→").nth(2)).to_be_visible()  # besides the two headings
    assert changed.inner_text() != before
    expect(page.get_by_text("10 were given here by Ada")).to_be_visible()

    page.keyboard.press("u")
    expect(page.get_by_text(re.compile(r"^9 of \d+ judged$"))).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator(".qj .state")).to_have_text("all saved")
    assert judged_in(session_cache)[-2:] == [None, 2]
    with page.expect_download() as download:
        page.get_by_role("button", name="Every judgment with its judge").click()
    rows = Path(download.value.path()).read_text(encoding="utf-8").splitlines()
    assert [row.split(",")[3] for row in rows[1:]] == ["Ada"] * len(judged_in(session_cache))

    page.reload()
    expect(page.get_by_text("Saved run", exact=True)).to_be_visible()
    open_part(page, "Judge")
    expect(page.get_by_text("10 were given here by Ada")).to_be_visible()

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "server.py", "--server.port", str(port)]
    log = tmp_path / "killed.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        _wait_for(f"http://localhost:{port}/_stcore/health", process, log)
        context = chromium.new_context(viewport={"width": 1280, "height": 900})
        context.set_default_timeout(PATIENCE * 1000)
        other = context.new_page()
        other.goto(f"http://localhost:{port}/quality{gaps}")
        ready_to_judge(other, "Bob")
        other.keyboard.press("1")
        other.keyboard.press("3")
        expect(other.locator(".qj .state")).to_have_text("all saved")
        os.kill(process.pid, signal.SIGKILL)
        context.close()
    finally:
        _end(process)
    assert judged_in(session_cache)[-2:] == [1, 3]
    again = visit(f"/quality{gaps}")
    expect(again.get_by_text("Saved run", exact=True)).to_be_visible()
    open_part(again, "Judge")
    expect(again.get_by_text("12 were given here by Ada, Bob")).to_be_visible()


@pytest.mark.parametrize("part", ["Results", "Queries", "Judge", "Fusion", "Failures", "Two runs"])
def test_no_part_of_a_measured_quality_has_a_barrier_in_either_theme(
    measured: None, visit: Visit, part: str
) -> None:
    page = visit("/quality")
    expect(page.get_by_text("Saved run", exact=True)).to_be_visible()
    open_part(page, part)
    assert barriers(page) == []
    main = page.get_by_test_id("stMain")
    assert main.evaluate("e => e.scrollWidth <= e.clientWidth")


def test_a_query_that_changed_opens_in_compare(measured: None, visit: Visit) -> None:
    page = visit("/quality", dark=True)
    expect(page.get_by_text("Saved run", exact=True)).to_be_visible()
    open_part(page, "Queries")
    first = page.locator(".qq .row").first
    expect(first).to_be_visible()
    text = first.locator(".text").inner_text()
    first.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("textbox", name="Query", exact=True)).to_have_value(text)
    expect(page).to_have_url(re.compile(r"/compare\?.*q="))


def test_a_machines_proposals_are_looked_through_by_keys_and_never_mixed_in_silently(
    measured: None, gaps: str, visit: Visit, session_cache: Path
) -> None:
    before = judgments_in(session_cache)
    page = visit(f"/quality{gaps}")
    expect(page.get_by_text("Saved run", exact=True)).to_be_visible()
    open_part(page, "Judge")
    open_part(page, "Proposed by a cross-encoder")
    box = page.get_by_role("spinbutton", name="Top of each list")
    box.fill("1")
    box.press("Enter")
    wait_until_idle(page)
    page.get_by_role("button", name="Propose grades").click()
    expect(page.get_by_role("heading", name="How far do people agree with it?")).to_be_visible()
    wait_until_idle(page)
    assert judgments_in(session_cache) == before

    name = page.get_by_role("textbox", name="Your name")
    name.fill("Eve")
    name.press("Enter")
    wait_until_idle(page)
    panel = page.locator(".qj")
    expect(panel.get_by_text("by a machine")).to_be_visible()
    expect(panel.get_by_role("button", name=re.compile("accept"))).to_be_enabled()
    panel.focus()
    grade = panel.locator(".grade.proposed kbd").inner_text()
    page.keyboard.press("Enter")
    page.keyboard.press("r")
    expect(page.get_by_text(re.compile(r"^2 of \d+ judged$"))).to_be_visible()
    expect(panel.locator(".state")).to_have_text("all saved")
    expect(page.get_by_text(re.compile("rejected: 1"))).to_be_visible()
    judge, relevance, via = judgments_in(session_cache)[-1]
    assert (judge, relevance) == ("Eve", int(grade))
    assert via.startswith("accepted from machine")

    open_part(page, "Results")
    expect(page.get_by_role("heading", name="Is it worth its time?", exact=True)).to_be_visible()
    page.get_by_text("Count machine-made grades too").click()
    marked = re.compile(r"Is it worth its time\? \(incl\. \d+ machine-made grades\)")
    expect(page.get_by_role("heading", name=marked)).to_be_visible()
    expect(page.get_by_text("by people alone").first).to_be_visible()

    open_part(page, "Judge")
    page.get_by_role("button", name="Remove all …").click()
    page.get_by_role("button", name="Remove them").click()
    expect(page.get_by_role("button", name="Bring them back")).to_be_visible()
    expect(page.get_by_role("heading", name="How far do people agree with it?")).to_have_count(0)
