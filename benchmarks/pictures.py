"""Takes the pictures of the README and of docs/ from the running app: `make pictures`.

Needs Chromium. Run it on an idle machine, for the pictures show measured times.
"""

from __future__ import annotations

import io
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image
from playwright.sync_api import Error, Page, sync_playwright

from benchmarks.share.pictures import (
    PLAYED,
    RUN_BESIDE,
    balloted,
    reported,
    run_beside,
    run_listed,
    voted,
    walkthrough_kept,
    walkthrough_played,
)

OUT = Path(__file__).parent.parent / "docs" / "images"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
WAIT = 120_000
RUN = 400_000  # ms that a measurement on request may take
TRUNCATION = (
    "/truncation?q=where+to+leave+the+dog+while+visiting+Marrowby+museum"
    "&doc=long-marrowby-museum-guide"
)
SNAKE = "?q=python+snake"
DIAGNOSED = (
    "/diagnose?q=do+bees+understand+the+concept+of+zero&expected=What+goes+on+inside+a+bee%27s+head"
)
TUTORIAL = "&doc2=python-programming-tutorial"
NEW = ("frogs+in+trees", "birds+that+cannot+fly", "plants+that+eat+insects", "fish+in+deep+water")


def main(base: str, names: Sequence[str] = ()) -> int:
    """Take every picture, or those named, from the app at `base`; returns the exit status.

    One that cannot be taken stays as it is and is named; the others are taken.
    """
    failed = 0
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, path, size, dark, ready in PICTURES:
            if names and name not in names:
                continue
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if dark else "light",
            )
            page = context.new_page()
            page.set_default_timeout(WAIT)
            try:
                page.goto(base + path)
                ready(page)
                page.wait_for_timeout(1500)
                kept(page.screenshot(), OUT / f"{name}.png")
                print(f"{name}.png", file=sys.stderr)
            except Error as problem:
                failed += 1
                print(f"{name}.png not taken: {problem.message}", file=sys.stderr)
            context.close()
        browser.close()
    return int(failed > 0)


def kept(picture: bytes, path: Path) -> None:
    """Write a picture with 256 of its colours, rare ones among them: a third of its size."""
    whole = Image.open(io.BytesIO(picture)).convert("RGB")
    few = whole.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


def compared(page: Page) -> None:
    """Wait for the cross-encoder's ranking."""
    page.get_by_text("Where is …?").wait_for()


def scored(page: Page) -> None:
    """Wait, and have the pairs read now if they were before, from the top of the page."""
    compared(page)
    afresh = page.get_by_role("button", name="Score afresh")
    if afresh.count():
        afresh.click()
        afresh.wait_for(state="detached")
        compared(page)
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, 0)")


def looked_up(page: Page) -> None:
    """Wait, look a document up, and show the end of the page."""
    compared(page)
    box = page.get_by_label("Find a document by its id or title")
    box.fill("constrictor")
    box.press("Enter")
    page.get_by_text("Kept:").or_(page.get_by_text("Lost in")).wait_for()
    page.get_by_test_id("stMain").evaluate("main => main.scrollTo(0, main.scrollHeight)")


def attended(page: Page) -> None:
    """Wait for the chips and charts, and point at a word of the query."""
    page.locator(".js-plotly-plot").first.wait_for()
    page.get_by_text("snake", exact=True).first.hover()


def looked_inside(page: Page) -> None:
    """Wait for the towers and the chart."""
    page.get_by_role("heading", name="How the score forms").wait_for()


def opened_layer(page: Page) -> None:
    """Wait, go to layer 10, and open it into its heads and words."""
    looked_inside(page)
    page.get_by_role("slider", name="Step of the forward pass").fill("12")
    page.locator('.layer[data-tower="cross"][data-layer="10"]').click()
    page.get_by_role("heading", name="in whole words").wait_for()


def explained(page: Page) -> None:
    """Wait for the words of both models, check the first explanation, and show all from the top."""
    page.get_by_role("button", name="Check this explanation").first.click()
    page.get_by_text("Comprehensiveness").first.wait_for()
    page.get_by_text("Spearman's rank correlation").wait_for()


def taken_apart(page: Page) -> None:
    """Wait for the gap between two documents, word by word."""
    page.get_by_text("Words that only A has").first.wait_for()
    page.locator(".js-plotly-plot .main-svg").first.wait_for()
    page.get_by_role("button", name="Cancel").wait_for(state="detached", timeout=RUN)


def measured(page: Page) -> None:
    """Wait for the waterfall."""
    page.locator(".js-plotly-plot").first.wait_for()


def edited(page: Page) -> None:
    """Wait for the word chips of the editor."""
    page.get_by_text("snake", exact=True).first.wait_for()
    page.wait_for_timeout(4000)


def ruled(page: Page) -> None:
    """Wait for the rulers."""
    page.get_by_text("never read").first.wait_for()
    page.wait_for_timeout(4000)


def deepened(page: Page) -> None:
    """Measure every depth."""
    page.get_by_role("button", name="Run one deep pass").click()
    page.get_by_text("knee").first.wait_for(timeout=RUN)


def run_lab(page: Page) -> None:
    """Run what is chosen at first, unless a run is there already."""
    page.get_by_text("Run pipelines").first.wait_for()
    page.wait_for_timeout(3000)
    if page.get_by_text("Is it worth its time?").count():
        return
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text("Or was it chance?").wait_for(timeout=RUN)


def calibrated(page: Page) -> None:
    """Measure what a score means, unless it was measured before, and wait for the picture."""
    page.get_by_text("judged pair").first.wait_for()
    page.wait_for_timeout(3000)
    if not page.locator(".js-plotly-plot").count():
        main = page.get_by_test_id("stMainBlockContainer")
        main.get_by_role("button", name="Measure", exact=True).click()
    page.locator(".js-plotly-plot").first.wait_for(timeout=2 * RUN)


def plotted(page: Page) -> None:
    """Wait for the first chart of a run."""
    page.locator(".js-plotly-plot").first.wait_for(timeout=RUN)
    page.wait_for_timeout(3000)


def agreed(page: Page) -> None:
    """Compare fp32 with the fast backend, and wait for the scatter."""
    main = page.get_by_test_id("stMainBlockContainer")
    main.get_by_role("button", name="Compare", exact=True).click()
    page.locator(".js-plotly-plot").first.wait_for(timeout=RUN)
    page.get_by_role("button", name="Cancel").wait_for(state="detached", timeout=RUN)


def diagnosed(page: Page) -> None:
    """Wait for the chain and the causes."""
    page.get_by_text("What keeps it there").wait_for(timeout=RUN)
    page.wait_for_timeout(4000)  # until remedies are tried
    page.get_by_role("button", name="Cancel").wait_for(state="detached", timeout=RUN)


def mapped(page: Page) -> None:
    """Wait for the lengths and the map."""
    page.get_by_text("472 documents in senses").first.wait_for()
    page.locator(".js-plotly-plot").first.wait_for()
    page.wait_for_timeout(6000)


def matched(page: Page) -> None:
    """Wait for the matrix."""
    page.get_by_text("Which model this is").wait_for()
    page.wait_for_timeout(2000)


def trained(page: Page) -> None:
    """Wait for what was trained; `cli.py distil senses --name lesson` makes one to show."""
    page.get_by_text("Can a model be trained on this corpus").wait_for()
    page.get_by_text("lesson").first.wait_for()


def listed(page: Page) -> None:
    """Wait for the table of models."""
    page.get_by_text("all-MiniLM-L6-v2").first.wait_for()


def started(page: Page) -> None:
    """Wait for the worked example."""
    page.get_by_text("Dots: relevance as judged").wait_for()


def lessons_listed(page: Page) -> None:
    """Wait for the list of lessons."""
    page.get_by_role("heading", name="Two readers").wait_for()


def lesson_on_stage(name: str, step: int) -> str:
    """The address of a lesson's step, shown to a room."""
    return f"/lessons?lesson={name}&step={step}&stage=1"


def lesson_begun(page: Page) -> None:
    """Wait for the lesson's step: its shipped result, or the live one where models are at work."""
    page.get_by_role("button", name="Next").wait_for()


def lesson_shown(page: Page) -> None:
    """Wait for the lesson, and for the live models."""
    page.get_by_role("heading", name="Two ways to read a pair").first.wait_for()
    page.wait_for_timeout(6000)


def staged(page: Page) -> None:
    """Wait for the cross-encoder's column of two."""
    page.get_by_role("group", name="Cross-encoder ranking").get_by_role("button").first.wait_for()


def bars_shown(page: Page) -> None:
    """Wait for the bars that a room sees."""
    page.locator(".stage-bars tbody tr").first.wait_for()


def pointed(page: Page) -> None:
    """Wait for the words, and point at one of the query."""
    page.locator(".tl button, .tl [role=button]").first.wait_for()
    page.wait_for_timeout(4000)  # until nothing moves any longer
    page.get_by_text("snake", exact=True).first.hover()


def towered(page: Page) -> None:
    """Wait for both models' towers."""
    page.get_by_text("Cross-encoder: one tower").wait_for()


Picture = tuple[str, str, tuple[int, int], bool, Callable[[Page], None]]


def on_stage(page: str, queries: Sequence[str], ready: Callable[[Page], None]) -> list[Picture]:
    """A page on two projectors, in both themes; each picture has its query."""
    screens = [(size, dark) for size in ((1024, 768), (1920, 1080)) for dark in (False, True)]
    return [
        (
            f"stage-{page}-{size[0]}{'-dark' if dark else ''}",
            f"/{page}?stage=1&q={query}",
            size,
            dark,
            ready,
        )
        for (size, dark), query in zip(screens, queries, strict=True)
    ]


PICTURES: tuple[Picture, ...] = (
    ("compare", f"/{SNAKE}", (1280, 1000), False, scored),
    ("compare-dark", f"/{SNAKE}", (1280, 1500), True, looked_up),
    ("attention", f"/attention{SNAKE}{TUTORIAL}", (1280, 1300), False, attended),
    ("inside", f"/inside{SNAKE}", (1280, 1420), False, looked_inside),
    ("inside-layer-dark", f"/inside{SNAKE}", (1280, 1900), True, opened_layer),
    ("inside-820", f"/inside{SNAKE}", (820, 1900), False, looked_inside),
    ("inside-390", f"/inside{SNAKE}", (390, 2500), False, looked_inside),
    ("explain", f"/explain{SNAKE}", (1280, 2000), False, explained),
    ("explain-gap", f"/explain{SNAKE}{TUTORIAL}", (1280, 1300), False, taken_apart),
    ("maxsim", f"/maxsim{SNAKE}", (1280, 1100), False, matched),
    ("latency", "/latency?q=snakes+that+live+in+trees", (1280, 1000), False, measured),
    ("latency-depth", f"/latency{SNAKE}&lab=depth", (1280, 1100), False, deepened),
    ("quality", "/quality", (1280, 1700), False, run_lab),
    ("calibration", "/quality?part=calibration", (1280, 1500), False, calibrated),
    ("when-to-rerank", "/quality?part=when", (1280, 1300), False, plotted),
    ("token-budget", "/quality?part=tokens", (1280, 1100), False, plotted),
    ("parity", "/parity", (1280, 1300), False, agreed),
    ("diagnose", DIAGNOSED, (1280, 1500), False, diagnosed),
    ("training", "/training", (1280, 1300), False, trained),
    ("corpora", f"/corpora{SNAKE}", (1280, 2000), False, mapped),
    ("models", "/models", (1280, 1400), False, listed),
    ("what-if", f"/what-if{SNAKE}", (1280, 1100), False, edited),
    ("truncation", TRUNCATION, (1280, 1200), False, ruled),
    ("start", "/", (1280, 900), False, started),
    ("lessons", "/lessons", (1280, 1000), False, lessons_listed),
    ("lesson", "/lessons?lesson=two-ways&step=3", (1280, 900), False, lesson_shown),
    *(
        (f"stage-lesson-{name}", lesson_on_stage(name, step), (1024, 768), dark, lesson_begun)
        for name, step, dark in (
            ("synonyms", 4, False),
            ("attention", 4, False),
            ("depth", 5, True),
        )
    ),
    *on_stage("compare", ["python+snake"] * 4, staged),
    *on_stage("attention", ["python+snake"] * 4, pointed),
    *on_stage("inside", ["python+snake"] * 4, towered),
    *on_stage("latency", NEW, bars_shown),  # else the scores are remembered
    ("stage-quality", "/quality?stage=1", (1024, 768), False, bars_shown),
    ("compare-390", f"/{SNAKE}", (390, 1600), False, compared),
    ("compare-820", f"/{SNAKE}", (820, 1180), False, compared),
    ("about", "/about", (1280, 900), False, listed),
    ("attached-runs", "/corpora?view=runs", (1280, 900), False, run_listed),
    ("attached-run", f"/compare{SNAKE}{RUN_BESIDE}", (1280, 900), False, run_beside),
    ("walkthrough", PLAYED, (1280, 1300), False, walkthrough_played),
    ("walkthrough-kept-dark", PLAYED, (1280, 800), True, walkthrough_kept),
    ("blind-vote", "/blind-vote", (1280, 900), False, balloted),
    ("blind-vote-results", "/blind-vote", (1280, 1100), False, voted),
    ("report", f"/compare{SNAKE}", (1280, 1350), False, reported),
)

if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8501", sys.argv[2:]))
