"""A class goes through a lesson: the first view, and how long thirty wait for a live step.

`python -m benchmarks.learn.lessons http://localhost:8501` measures a running app, and writes
lessons.json beside this file. Needs Chromium; its thirty tabs share the machine with the server.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright

from benchmarks.pictures import FLAGS
from engine.learn.library import lesson_library
from engine.types import CrossExamError
from engine.types.learn.lessons import BREAK, DO, Lesson
from system.hardware import hardware
from system.storage import write_text_atomically

OUT = Path(__file__).with_suffix(".json")
LESSON, LEARNERS, FIRST_VIEWS = "ambiguity", 30, 10
OPENING = 1.0  # seconds between two learners who open the lesson
READING = 5.0  # seconds that the class reads a step before all run it at once
TARGET_FIRST_VIEW, TARGET_WAIT = 1.0, 5.0  # seconds
WAIT = 120_000  # ms
OWN_QUERIES = ("snake in a {}", "python for a {}", "a {} and a python", "what is a {} snake")
THINGS = ("garden", "school", "river", "desert", "house", "forest", "market", "museum")
SETTLED = 0.5  # seconds after which nothing of the last page is drawn any more
_PICTURE = ".lesson .picture .row, .lesson .picture .card"
_RUN = r"""(root, query) => new Promise((done) => {
  const field = root.querySelector('[data-focus="query"]');
  if (query) {
    field.value = query;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  const start = performance.now();
  new MutationObserver((_, observer) => {
    if (!/: \d/.test(root.querySelector(".badge").textContent)) return;
    observer.disconnect();
    requestAnimationFrame(() => done((performance.now() - start) / 1000));
  }).observe(root, { subtree: true, childList: true, characterData: true });
  root.querySelector('[data-focus="run"]').click();
})"""


@dataclass(slots=True)
class Waits:
    """Seconds that each learner waited, and what went wrong."""

    first_view: list[float] = field(default_factory=list)
    from_the_list: list[float] = field(default_factory=list)
    same_run: list[float] = field(default_factory=list)
    own_run: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def measured(base: str, name: str) -> dict[str, Any]:
    """The waits of one learner after another, then of a class at once."""
    lesson = lesson_library().lesson(name)
    if lesson is None:
        raise CrossExamError(f"there is no lesson {name!r}: take one that cli.py lessons lists")
    address = f"{base}/lessons?lesson={lesson.name}"
    async with async_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        alone, together = Waits(), Waits()
        for number in range(FIRST_VIEWS + 1):
            page = await _opened(browser, address, alone)
            await page.locator(".badge.live").wait_for()
            alone.from_the_list.append(await _from_the_list(page, lesson))
            await page.context.close()
            if not number:  # the server's very first, which loads the models
                alone.first_view.clear()
                alone.from_the_list.clear()
        load = os.getloadavg()[0]
        pages = await asyncio.gather(
            *(_arrives(browser, address, together, number) for number in range(LEARNERS))
        )
        for kind, waits in ((DO, together.same_run), (BREAK, together.own_run)):
            await asyncio.gather(*(_walk_to(page, lesson, kind) for page in pages))
            await asyncio.sleep(READING)
            waits += await asyncio.gather(
                *(_run(page, number, own=kind == BREAK) for number, page in enumerate(pages))
            )
        await browser.close()
    return {
        "lesson": lesson.name,
        "learners": LEARNERS,
        "target_seconds": {"first_view": TARGET_FIRST_VIEW, "live_step": TARGET_WAIT},
        "first_view_from_the_list": _spread(alone.from_the_list),
        "first_view_by_address": _spread(alone.first_view),
        "first_view_of_the_class": _spread(together.first_view),
        "live_step_same_query": _spread(together.same_run),
        "live_step_own_queries": _spread(together.own_run),
        "errors": [*alone.errors, *together.errors],
        "load_before_the_class": round(load, 1),
        "machine": hardware(),
    }


async def _arrives(browser: Browser, address: str, waits: Waits, number: int) -> Page:
    """The page of a learner, who opens the lesson some moments after the one before."""
    await asyncio.sleep(OPENING * number)
    return await _opened(browser, address, waits)


async def _opened(browser: Browser, address: str, waits: Waits) -> Page:
    """A new visitor's page with its first view, which is timed from the address on."""
    context = await browser.new_context(viewport={"width": 1280, "height": 800})
    page = await context.new_page()
    page.set_default_timeout(WAIT)
    page.on("pageerror", lambda error: waits.errors.append(str(error)))
    start = time.perf_counter()
    await page.goto(address, wait_until="commit")
    await page.locator(_PICTURE).first.wait_for()
    waits.first_view.append(time.perf_counter() - start)
    return page


async def _from_the_list(page: Page, lesson: Lesson) -> float:
    """Seconds from the click on the lesson's card to its picture."""
    await page.get_by_role("button", name="All lessons").first.click()
    card = page.locator(f'.card[data-lesson="{lesson.name}"]')
    await card.wait_for()
    await asyncio.sleep(SETTLED)
    start = time.perf_counter()
    await card.click()
    await page.locator(_PICTURE).first.wait_for()
    return time.perf_counter() - start


async def _walk_to(page: Page, lesson: Lesson, kind: str) -> None:
    """Step on, without an answer, until the step of this kind."""
    number = next(place for place, step in enumerate(lesson.steps, 1) if step.kind == kind)
    await page.locator("h3").focus()
    while (await page.locator(".where").inner_text()).split()[0] != str(number):
        await page.locator(".forth").click()


async def _run(page: Page, number: int, *, own: bool) -> float:
    """Seconds from the click to the live result in the picture, by the clock of the page.

    Each learner's own query is one of a kind.
    """
    query = OWN_QUERIES[number // len(THINGS)].format(THINGS[number % len(THINGS)]) if own else ""
    seconds: float = await page.locator(".lesson").evaluate(_RUN, query)
    return seconds


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(seconds), 2),
        "longest": round(max(seconds), 2),
        "visits": len(seconds),
    }


if __name__ == "__main__":
    base, *chosen = sys.argv[1:] or ["http://localhost:8501"]
    report = asyncio.run(measured(base.rstrip("/"), (chosen or [LESSON])[0]))
    write_text_atomically(OUT, json.dumps(report, indent=1) + "\n")
    print(json.dumps(report, indent=1))
