"""Latency: a person reads what a search cost, and the figures add up."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import wait_until_idle
from tests.browser.test_every_page import fits

pytestmark = pytest.mark.browser

QUERY = "what does a jaguar eat"
UNITS = {"ms": 1.0, "s": 1_000.0, "min": 60_000.0}
BARS = "gd => gd.data[0].customdata.map((row, i) => [row[0], row[1], gd.data[0].x[i]])"

RUNNING = re.compile(r"\(\d+ s")
# Notes, with the time in ms, when each of these words is first on the page.
NOTE = """() => {
  window.noted = [];
  const since = performance.now();
  const look = () => {
    for (const word of ["Stopping …", "Cancelled."]) {
      const there = document.body.textContent.includes(word);
      if (there && !window.noted.some(([noted]) => noted === word))
        window.noted.push([word, performance.now() - since]);
    }
  };
  new MutationObserver(look).observe(document.body,
    { subtree: true, childList: true, characterData: true });
}"""


def latency(query: str = QUERY, **more: Any) -> str:
    return "/latency?" + urlencode({"q": query, "depth": 20, **more})


def total(page: Page) -> float:
    """The milliseconds in "This search took 1.4 s"."""
    heading = page.get_by_role("heading", name="This search took")
    expect(heading).to_be_visible()
    wait_until_idle(page)
    found = re.search(r"took ([\d.,]+) (ms|s|min)\b", heading.inner_text())
    assert found is not None
    return float(found[1].replace(",", "")) * UNITS[found[2]]


def bars(page: Page) -> list[tuple[str, str, float]]:
    """(step, label, milliseconds) of every bar in the waterfall."""
    chart = page.locator(".js-plotly-plot").first
    expect(chart).to_be_visible()
    return [(name, label, float(ms)) for name, label, ms in chart.evaluate(BARS)]


def test_the_stages_sum_to_the_wall_time_and_what_was_remembered_says_so(visit: Visit) -> None:
    page = visit(latency())
    drawn = bars(page)
    steps = sum(ms for name, _, ms in drawn if name != "other")
    assert steps == pytest.approx(total(page), rel=0.05), "the steps alone, without the rest"
    cached = {name for name, label, _ in drawn if "cached" in label}
    # Searches of other tests may have tokenised these documents; nobody read them for this query.
    assert cached <= {"Cross-encoder · tokenise"}

    again = visit(latency(depth=21))  # another search: 20 of its 21 pairs were read before
    drawn = bars(again)
    cached = {name for name, label, _ in drawn if "cached, " in label and "when read" in label}
    assert "Cross-encoder · score" in cached
    expect(again.get_by_text("Hatched steps came from memory")).to_be_visible()
    steps = sum(ms for name, _, ms in drawn if name != "other")
    assert steps <= total(again) * 1.05


def test_a_section_of_the_lab_is_measured_cancelled_and_shared_by_its_link(visit: Visit) -> None:
    page = visit(latency(lab="depth"))
    page.get_by_role("button", name="Run one deep pass", exact=True).click()
    page.get_by_role("button", name="Cancel", exact=True).click()
    expect(page.get_by_text("Cancelled.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Cancel", exact=True)).to_have_count(0)

    page.get_by_text("Expert: batch size, ANN").click()
    page.get_by_role("radio", name="ANN", exact=True).click(force=True)
    expect(page.get_by_text("What does an approximate index miss?")).to_be_visible()
    page.get_by_role("button", name="Compare with exact search", exact=True).click()
    expect(page.get_by_text("Which relevant documents were missed")).to_be_visible()
    wait_until_idle(page)
    expect(page).to_have_url(re.compile("lab=ann"))
    fits(page)


def cancel(page: Page) -> Any:
    return page.get_by_role("button", name="Cancel", exact=True)


def visitor(page: Page) -> str:
    """The id that this browser keeps."""
    return str(page.evaluate("localStorage.getItem('crossexam-visitor')"))


def test_a_reload_finds_the_measurement_and_cancel_answers_before_it_ends(visit: Visit) -> None:
    page = visit(latency(lab="scale"))
    page.get_by_text("1,000,000", exact=True).click()
    wait_until_idle(page)
    main = page.get_by_test_id("stMain")
    main.get_by_role("button", name="Measure", exact=True).click()
    expect(cancel(page)).to_be_visible()
    mine = visitor(page)
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", mine)

    page.reload()
    expect(cancel(page)).to_be_visible()
    expect(page.get_by_text(RUNNING)).to_be_visible()
    assert visitor(page) == mine
    assert mine not in page.url
    assert mine not in page.content()

    other = visit(latency(lab="scale"))
    expect(other.get_by_text("A measurement of another visitor is at work")).to_be_visible()
    expect(cancel(other)).to_have_count(0)
    assert visitor(other) != mine

    page.bring_to_front()
    page.evaluate(NOTE)
    cancel(page).click()
    expect(page.get_by_text("Cancelled.", exact=True)).to_be_visible()
    noted = page.evaluate("window.noted")
    # A measurement that stops before the next drawing has nothing to say in between.
    answers = [word for word, _ in noted]
    assert answers in (["Stopping …", "Cancelled."], ["Cancelled."])
    expect(other.get_by_text("A measurement of another visitor is at work")).to_have_count(0)
