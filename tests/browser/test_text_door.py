"""What goes through the door is on the screen as it was typed: no link, picture, icon or markup."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE
from tests.browser.hostile_texts import TEXTS
from tests.browser.server import running_server

FOREIGN = "a, img, code, em, del, sup, sub, h1, h6, ul, ol, table, blockquote, .katex, [role=img]"
PLACES = 11  # and the heading, which is read apart


def test_a_text_is_itself_wherever_streamlit_draws_it(
    chromium: Browser, session_cache: Path, tmp_path: Path
) -> None:
    with running_server(tmp_path / "server.log", script="tests/browser/text_door.py") as url:
        page = chromium.new_page()
        page.set_default_timeout(PATIENCE)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        last = page.locator(f".st-key-text_{len(TEXTS) - 1}")
        expect(last.get_by_test_id("stTabs")).to_be_attached()
        page.wait_for_timeout(500)  # the plugins of Markdown come after the text
        for number, text in enumerate(TEXTS):
            place = page.locator(f".st-key-text_{number}")
            drawn = place.get_by_test_id("stMarkdownContainer")
            expect(drawn).to_have_count(PLACES + 2)  # the pills' own label, and the metric's figure
            shown = [" ".join(each.split()) for each in drawn.all_text_contents()]
            assert sorted(set(shown)) == sorted({text, "Pills", "1"}), (text, shown)
            assert shown.count(text) == PLACES
            assert place.get_by_test_id("stHeading").text_content() == text
            bodies = drawn.evaluate_all(
                "(all, foreign) => all.flatMap(one => [...one.querySelectorAll(foreign)]"
                ".map(found => found.outerHTML))",
                FOREIGN,
            )
            assert bodies == [], text
        assert all(url in each or each.startswith(("data:", "blob:")) for each in asked), asked
        page.close()
