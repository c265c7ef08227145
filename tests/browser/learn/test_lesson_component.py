"""A lesson's component alone, without a server: it orders, lights, resumes and shows texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from components.learn.lesson import lesson_view
from tests.browser.conftest import PATIENCE
from tests.browser.hostile_texts import TEXTS
from tests.lessons import WHY_WRONG, result_for, small_lesson

pytestmark = pytest.mark.browser

# What Streamlit does: a shadow root with the view's node and style, and the script's default.
_MOUNT = """
async ([script, css]) => {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: draw } = await import(url);
  document.body.style.cssText = "margin: 0; --st-text-color: #1b2430; --st-background-color: #fff";
  const box = document.body.appendChild(document.createElement("div"));
  const host = box.attachShadow({ mode: "open" });
  const style = host.appendChild(document.createElement("style"));
  style.textContent = css;
  host.appendChild(document.createElement("div")).className = "lesson";
  window.sent = [];
  window.draw = (at, view) => draw({
    data: new TextEncoder().encode(JSON.stringify({ at, view })), parentElement: host,
    setTriggerValue: (name, value) => window.sent.push([name, value]),
  });
}
"""
# Not the first thing that is sent: while the models load, the view asks for them now and then.
TEXTS_OF_RUN = "sent.find(([name]) => name === 'run')[1].texts"
Opened = Callable[..., Page]


def drawn(**changed: Any) -> dict[str, Any]:
    """What the browser is given to draw of the small lesson."""
    lesson = changed.pop("lesson", None) or small_lesson()
    shipped = {name: result_for(show) for name, show in lesson.shows.items()}
    data = lesson_view.lesson_data(lesson, shipped)
    state: dict[str, Any] = {
        "live": {},
        "live_state": "loading",
        "run": None,
        "stage": False,
        "start": None,
    }
    return {**data, **state, "next": None, **changed}


@pytest.fixture(scope="module")
def context(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def opened(context: BrowserContext) -> Iterator[Opened]:
    """Opens the lesson in a tab of its own, at an address whose storage works."""
    pages: list[Page] = []
    errors: list[str] = []

    def open_page(view: dict[str, Any], *, page: Page | None = None) -> Page:
        if page is None:
            page = context.new_page()
            page.on("pageerror", lambda error: errors.append(str(error)))
            pages.append(page)
        page.route("**/*", lambda route: route.fulfill(body="<!doctype html>"))
        page.goto("http://lessons.test/lessons?lesson=two-readers")
        page.evaluate(_MOUNT, [lesson_view.SCRIPT, lesson_view.CSS])
        page.evaluate("view => draw(1, view)", view)
        return page

    yield open_page
    for page in pages:
        page.close()
    assert errors == []


def titles(page: Page) -> list[str]:
    shown: list[str] = page.locator(".row .title").all_inner_texts()
    return shown


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def test_cards_are_put_into_order_by_mouse_by_buttons_and_by_keys(opened: Opened) -> None:
    page = opened(drawn(start=4))
    assert titles(page) == ["Ball python care", "Naming things", "Lists and loops"]
    rows = page.locator(".row")
    first, last = rows.nth(0).bounding_box(), rows.nth(2).bounding_box()
    assert first is not None
    assert last is not None
    page.mouse.move(last["x"] + 60, last["y"] + 10)
    page.mouse.down()
    page.mouse.move(first["x"] + 60, first["y"] + 40, steps=3)
    page.mouse.move(first["x"] + 60, first["y"] + 5, steps=2)
    page.mouse.up()
    assert titles(page) == ["Lists and loops", "Ball python care", "Naming things"]
    button(page, "Lists and loops: one place down").click()
    assert titles(page) == ["Ball python care", "Lists and loops", "Naming things"]
    grip = button(page, "Naming things: place 3 of 3; arrow keys move it")
    grip.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert titles(page) == ["Naming things", "Ball python care", "Lists and loops"]
    expect(
        page.get_by_role("status").filter(has_text="Naming things: now place 1 of 3")
    ).to_have_count(1)
    expect(button(page, "Naming things: one place up")).to_be_disabled()
    button(page, "This is my order").click()
    expect(button(page, "Naming things: place 1 of 3")).to_have_count(0)
    page.keyboard.press("Enter")
    assert titles(page) == ["Ball python care", "Naming things", "Lists and loops"]
    verdict = page.locator(".verdict.wrong")
    expect(verdict).to_contain_text("0 of 2 places as Cross-encoder has them.")
    expect(verdict).to_contain_text(f"Naming things: {WHY_WRONG['case']}")
    expect(verdict).to_contain_text(f"Ball python care: {WHY_WRONG['care']}")
    expect(verdict).not_to_contain_text(WHY_WRONG["lists"])
    assert page.locator(".guess").all_inner_texts() == ["you: 2", "you: 1"]


def test_a_finger_drags_by_the_handle_alone_so_that_the_page_can_be_scrolled(
    opened: Opened,
) -> None:
    page = opened(drawn(start=4))
    pressed = """(row, on) => {
      const target = on ? row.querySelector(on) : row;
      const box = row.getBoundingClientRect();
      target.dispatchEvent(new PointerEvent("pointerdown", {
        bubbles: true, composed: true, pointerType: "touch", clientX: box.x + 5, clientY: box.y }));
      const lifted = row.classList.contains("lifted");
      document.dispatchEvent(new PointerEvent("pointerup"));
      return lifted;
    }"""
    row = page.locator(".row").first
    assert row.evaluate(pressed, "") is False
    assert row.evaluate(pressed, ".grip") is True


def test_what_a_step_names_is_lit_and_the_rest_fades_and_words_light_theirs(
    opened: Opened,
) -> None:
    page = opened(drawn(start=1))
    lit = page.locator(".lit")
    assert [each.get_attribute("class") for each in lit.all()] == ["query lightable lit"]
    button(page, "two vectors").focus()
    assert set(lit.evaluate_all("all => all.map(e => e.className.split(' ')[0])")) == {
        "head",
        "cell",
    }
    expect(page.locator(".query")).not_to_have_class("lit")
    page.keyboard.press("Tab")
    assert lit.all_inner_texts() == page.locator(".query").all_inner_texts()
    button(page, "two vectors").hover()
    assert lit.count() > 1
    page.mouse.move(0, 0)
    assert lit.count() == 1


def test_a_prediction_is_judged_where_the_model_shows_it_and_not_before(opened: Opened) -> None:
    page = opened(drawn(start=1))
    expect(page.locator(".unknown")).to_have_count(6)
    page.keyboard.press("1")
    expect(page.locator(".verdict.kept")).to_have_text(
        "● Your prediction is kept. Now see what happens."
    )
    page.keyboard.press("3")
    expect(button(page, "The one on loops")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("ArrowRight")
    verdict = page.locator(".verdict.wrong")
    expect(verdict).to_contain_text("You predicted “The one on loops”: it went otherwise.")
    expect(verdict).to_contain_text("It comes second.")
    expect(page.locator(".unknown")).to_have_count(3)
    assert titles(page) == ["Naming things", "Lists and loops", "Ball python care"]
    assert page.locator(".cell.leads .value").all_inner_texts() == ["0.56", "0.49", "0.39"]
    assert page.locator(".gap").all_inner_texts() == ["↕ 0.07", "↕ 0.10"]
    page.keyboard.press("ArrowLeft")
    expect(button(page, "The one on names")).to_be_disabled()


def test_a_wrong_reason_is_explained_and_another_can_be_chosen(opened: Opened) -> None:
    page = opened(drawn(start=3))
    expect(button(page, "Skip")).to_be_visible()
    page.keyboard.press("1")
    expect(page.locator(".verdict.wrong")).to_contain_text("It can, but one text at a time.")
    expect(button(page, "Skip")).to_be_visible()
    page.keyboard.press("2")
    expect(page.locator(".verdict.right")).to_contain_text("Yes.")
    expect(button(page, "Next")).to_be_visible()


def test_a_run_asks_once_advances_when_its_result_is_there_and_says_what_failed(
    opened: Opened,
) -> None:
    lesson = small_lesson()
    page = opened(drawn(start=6))
    page.get_by_role("textbox", name="Query").fill("learn to loop")
    button(page, "Run it live").click()
    expect(button(page, "Running")).to_be_disabled()
    expect(page.get_by_text("The models are being loaded")).to_be_visible()
    ((name, asked),) = [each for each in page.evaluate("sent") if each[0] != "look"]
    assert (name, asked["show"], asked["query"], asked["texts"]) == (
        "run",
        "main",
        "learn to loop",
        {},
    )
    failed = {"id": asked["id"], "waiting": False, "error": "It broke.", "result": None}
    page.evaluate("view => draw(2, view)", drawn(run=failed))
    expect(page.get_by_role("alert")).to_have_text("It broke.")
    expect(page.get_by_role("textbox", name="Query")).to_have_value("learn to loop")
    button(page, "Run it live").click()
    asked = page.evaluate("sent.filter(each => each[0] === 'run')[1][1]")
    result = lesson_view.result_data(result_for(lesson.shows["main"]), lesson)
    result = {
        **result,
        "query": "learn to loop",
        "order": {"cross_encoder": ["lists", "care", "case"]},
    }
    done = {"id": asked["id"], "waiting": False, "error": "", "result": result, "note": "Live: 1 s"}
    page.evaluate("view => draw(3, view)", drawn(run=done))
    expect(page.locator(".outcome")).to_contain_text("You ran “learn to loop”")
    expect(page.locator(".outcome")).to_contain_text(
        "Cross-encoder puts “Lists and loops” first (−6.69)."
    )
    expect(page.locator(".badge")).to_contain_text("Live: 1 s")
    assert titles(page) == ["Lists and loops", "Ball python care", "Naming things"]
    expect(button(page, "Next")).to_be_visible()


def test_it_asks_to_be_drawn_again_while_something_is_waited_for_and_ever_less_often(
    context: BrowserContext, opened: Opened
) -> None:
    page = context.new_page()
    page.clock.install()
    opened(drawn(live_state="loading"), page=page)
    page.clock.run_for(10_000)
    times = page.evaluate("sent.length")
    assert page.evaluate("sent")[:2] == [["look", 1], ["look", 2]]
    page.clock.run_for(10_000)
    assert 0 < page.evaluate("sent.length") - times < times
    page.evaluate("view => draw(2, view)", drawn(live_state="ready"))
    times = page.evaluate("sent.length")
    page.clock.run_for(10_000)
    assert page.evaluate("sent.length") == times
    page.close()


def test_a_text_goes_along_only_where_the_learner_wrote_one(opened: Opened) -> None:
    page = opened(drawn(start=7))
    page.get_by_role("textbox", name="Query").fill("learn to loop")
    button(page, "Run it live").click()
    assert page.evaluate(TEXTS_OF_RUN) == {}, "or the page would lose its title"

    page = opened(drawn(start=7))
    page.get_by_role("textbox", name="Your text for “Lists and loops”").fill("Snakes loop.")
    button(page, "Run it live").click()
    assert page.evaluate(TEXTS_OF_RUN) == {"lists": "Snakes loop."}


def test_another_s_old_or_foreign_run_changes_nothing(opened: Opened) -> None:
    page = opened(drawn(start=6))
    lesson = small_lesson()
    result = lesson_view.result_data(result_for(lesson.shows["main"]), lesson)
    run = {"id": "of another tab", "waiting": False, "error": "", "result": result, "note": ""}
    page.evaluate("view => draw(2, view)", drawn(run=run))
    expect(page.locator(".outcome")).to_have_count(0)


def test_live_numbers_take_over_where_the_learner_is_and_say_so(opened: Opened) -> None:
    lesson = small_lesson()
    page = opened(drawn())
    page.keyboard.press("ArrowRight")
    expect(page.locator("h3")).to_be_focused()
    expect(page.locator(".badge")).to_have_text("○ Shipped result of small-bi · small-cross")
    live = lesson_view.result_data(result_for(lesson.shows["main"]), lesson)
    live["values"]["bi_encoder"]["case"] = 0.61
    page.evaluate("view => draw(2, view)", drawn(live={"main": live}, live_state="ready"))
    expect(page.locator(".badge")).to_have_text("● Live, on this machine")
    expect(page.locator(".where")).to_have_text("2 of 8")
    expect(page.locator("h3")).to_be_focused()
    expect(page.locator(".cell.leads .value").first).to_have_text("0.61")


def test_shipped_numbers_stay_and_say_why_the_models_do_not_answer(opened: Opened) -> None:
    page = opened(drawn(live_state="The weights are missing: fetch them."))
    expect(page.locator(".badge")).to_contain_text("Shipped result")
    expect(page.locator(".notes")).to_have_text(
        "The live models did not answer: The weights are missing: fetch them."
    )


def test_a_tab_goes_on_where_it_was_and_the_address_says_the_step(opened: Opened) -> None:
    page = opened(drawn())
    page.keyboard.press("2")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"\?lesson=two-readers&step=2$"))
    opened(drawn(), page=page)
    expect(page.locator(".where")).to_have_text("2 of 8")
    expect(page.locator(".verdict.right")).to_contain_text("The one on names")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="One sentence to take away")).to_be_focused()
    expect(page.get_by_text("Predictions that came true: 1 of 2.")).to_be_visible()
    stored = json.loads(page.evaluate("sessionStorage.getItem('crossexam-lessons')"))
    assert stored["two-readers"]["done"] is True
    opened(drawn(), page=page)
    expect(page.locator(".where")).to_have_text("1 of 8")
    button(page, "8. Take away: One sentence to take away").click()
    button(page, "From the start").click()
    expect(page.locator(".verdict")).to_have_count(0)


def test_every_text_stays_text(opened: Opened) -> None:
    hostile = " ".join(TEXTS)
    lesson = small_lesson()
    data = json.loads(json.dumps(drawn(lesson=lesson, start=4)))
    for step in data["lesson"]["steps"]:
        step.update(heading=hostile, goal=hostile)
        for choice in step["choices"]:
            choice.update(text=hostile, why=hostile)
        for block in step["text"]:
            for item in block["items"]:
                for run in item:
                    run["text"] = hostile
    data["lesson"].update(title=hostile, take_away=hostile)
    data["shipped"]["main"].update(query=hostile, notices=[hostile])
    data["lesson"]["shows"]["main"].update(query=hostile)
    for document in data["shipped"]["main"]["documents"]:
        document.update(title=hostile, text=hostile, query=hostile)
    page = opened(data)
    button(page, "This is my order").click()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    for _ in range(7):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("1")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, script, iframe, a").count() == 0
    assert page.locator(".query-text").inner_text() == f"“{hostile}”"


def test_with_reduced_motion_nothing_moves_and_without_it_cards_do(
    opened: Opened,
) -> None:
    moving = "root => root.getRootNode().getAnimations().length"
    page = opened(drawn(start=1))
    page.keyboard.press("ArrowRight")
    assert page.locator(".lesson").evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    opened(drawn(start=1), page=page)
    page.keyboard.press("ArrowRight")
    assert page.locator(".lesson").evaluate(moving) > 0
