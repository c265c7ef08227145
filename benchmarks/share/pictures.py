"""What is done in the browser for the pictures of walkthroughs, votes, reports and attached runs.

The run that is attached comes from the command line, as another system's would:

    python cli.py evaluate --corpus senses --pipelines hybrid --fusion weighted \\
        --hybrid-weight 0.2 --runs OUT
    python cli.py runs OUT/hybrid.run --corpus senses --name production
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page

LONG = 400_000  # ms that live steps and the lists of a vote may take
RUN_BESIDE = "&rankers=run:production&columns=bi-encoder,cross-encoder,run:production"
PLAYED = "/walkthroughs?play=what-a-reranker-changes&stage=1"
VOTERS = {  # a fixed pattern of keys, and nobody's opinion
    "Ann": ("ArrowRight", "ArrowRight", "=", "ArrowLeft", "ArrowRight"),
    "Ben": ("ArrowRight", "=", "ArrowLeft", "ArrowRight", "b"),
    "Cleo": ("ArrowLeft", "ArrowRight", "ArrowRight", "=", "ArrowLeft"),
}
QUERIES = 10


def run_listed(page: Page) -> None:
    """Wait for the table of attached runs."""
    page.get_by_role("heading", name=re.compile("attached runs? of senses")).wait_for()
    page.get_by_text("production", exact=True).first.wait_for()


def run_beside(page: Page) -> None:
    """Wait for the other system's column beside a finished search."""
    page.get_by_text("Where is …?").wait_for()
    page.get_by_role("group", name="production ranking").get_by_role("button").first.wait_for()


def walkthrough_played(page: Page) -> None:
    """Wait until the first step is computed now and says what moved since it was kept."""
    page.locator(".player").get_by_text("computed now").wait_for(timeout=LONG)


def walkthrough_kept(page: Page) -> None:
    """Show the figures that were kept, from the same step."""
    walkthrough_played(page)
    page.keyboard.press("f")
    page.locator(".player .badge.frozen").wait_for()


def balloted(page: Page) -> None:
    """Set a vote up, vote on its first query, and stay at the second."""
    _begin(page)
    _enter(page, "Ann")
    page.keyboard.press("ArrowRight")
    page.get_by_text(f"1 of {QUERIES} queries answered").wait_for()


def voted(page: Page) -> None:
    """Set a vote up, have three people vote, and end it."""
    _begin(page)
    for name, pattern in VOTERS.items():
        if name != next(iter(VOTERS)):
            page.get_by_role("button", name="Another name").click()
        _enter(page, name)
        for number in range(QUERIES):
            page.get_by_text(f"{number} of {QUERIES} queries answered").wait_for()
            page.keyboard.press(pattern[number % len(pattern)])
        page.get_by_text("Thank you").wait_for()
        page.get_by_text("all saved").wait_for()
    page.get_by_role("button", name="End the vote").click()
    page.get_by_role("button", name="End it now").click()
    page.get_by_role("list", name="Votes by query").wait_for()
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")


def reported(page: Page) -> None:
    """Save the search as a report, open the file, and light its second document."""
    page.get_by_text("Where is …?").wait_for()
    _idle(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Report (HTML)").click()
    path = Path(tempfile.mkdtemp()) / "report.html"
    download.value.save_as(path)
    page.goto(path.as_uri())
    page.get_by_text("In short").wait_for()
    second = page.get_by_text("Naming things: snake_case and friends")
    second.locator("visible=true").last.hover()


def _idle(page: Page) -> None:
    """Wait until the page is drawn and nothing is about to be drawn anew."""
    page.wait_for_timeout(1000)
    page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]').wait_for()


def _begin(page: Page) -> None:
    """Set up a vote of a few queries, and open its ballot."""
    page.get_by_role("heading", name="Which list is better?").wait_for()
    _idle(page)
    if not page.get_by_role("button", name="Set it up").is_visible():
        page.get_by_text("Set up a vote").click()
    count = page.get_by_role("spinbutton", name="How many of its 85")
    count.fill(str(QUERIES))
    count.press("Enter")
    page.get_by_text(f"{QUERIES} queries, at most").wait_for()
    page.get_by_role("button", name="Set it up").click()
    page.get_by_role("textbox", name="Your name").wait_for(timeout=LONG)


def _enter(page: Page, name: str) -> None:
    """Type a name and come to the first two lists."""
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_role("button", name="Start voting").click()
    page.get_by_text(f"0 of {QUERIES} queries answered").wait_for()
