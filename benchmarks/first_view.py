"""How long Inside takes from the click to its picture, in a browser, on a running app.

`python -m benchmarks.first_view http://localhost:8501` writes JSON: for queries nobody asked
before (models loaded, the search done) and for the same once more (the pass remembered), the
seconds from the click on Inside to all twelve layers drawn, and the bytes that the page was sent.
Needs Chromium, and an idle machine.
"""

from __future__ import annotations

import json
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from urllib.parse import quote

from playwright.sync_api import Page, WebSocket, sync_playwright

from benchmarks.pictures import FLAGS, WAIT

QUERIES = ("soup recipes without garlic", "read a file line by line", "flights from Oslo to Rome")
IDLE = '[data-testid="stApp"][data-test-script-state="notRunning"]'


def main(base: str) -> int:
    """Measure and write; returns the exit status."""
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.set_default_timeout(WAIT)
        received = _counted(page)
        _click_to_picture(page, base, "python snake", received)  # loads the fp32 models
        new = [_click_to_picture(page, base, query, received) for query in QUERIES]
        again = [_click_to_picture(page, base, query, received) for query in QUERIES]
        browser.close()
    report = {"new_pair": _figures(new), "remembered": _figures(again)}
    sys.stdout.write(json.dumps(report, indent=2) + "\n")
    return 0


def _counted(page: Page) -> Callable[[], int]:
    """What gives the bytes that the page was sent since the last call."""
    sizes: list[int] = []

    def watch(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: sizes.append(len(frame)))

    page.on("websocket", watch)

    def since() -> int:
        total = sum(sizes)
        sizes.clear()
        return total

    return since


def _click_to_picture(
    page: Page, base: str, query: str, received: Callable[[], int]
) -> tuple[float, int]:
    """(seconds, bytes) from the click on Inside until its layers are drawn."""
    page.goto(f"{base}/compare?q={quote(query)}")
    page.get_by_text("Where is …?").wait_for()
    page.locator(IDLE).wait_for()
    page.get_by_role("navigation").get_by_role("button", name="Explain", exact=True).click()
    link = page.get_by_role("menuitem", name="Inside", exact=True)
    link.wait_for()
    received()
    began = time.perf_counter()
    link.click()
    page.locator('.inside .layer[data-tower="cross"][data-layer="12"]').wait_for()
    seconds = time.perf_counter() - began
    page.locator(IDLE).wait_for()
    return seconds, received()


def _figures(measured: list[tuple[float, int]]) -> dict[str, object]:
    seconds = [one for one, _ in measured]
    return {
        "seconds": [round(one, 2) for one in seconds],
        "median_seconds": round(statistics.median(seconds), 2),
        "most_bytes": max(size for _, size in measured),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8501"))
