"""Every lesson, gone through as a learner goes through it: wrong answers, own order, live run."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.learn.library import lesson_library
from engine.types.learn import lessons
from engine.types.learn.columns import COLUMNS, PAIRS
from engine.types.learn.lessons import Lesson, Step
from engine.types.learn.results import ShowResult
from state.learn.lesson_files import shipped
from tests.browser.axe import barriers_now
from tests.browser.conftest import Visitors
from tests.browser.steps import in_navigation, open_page, wait_until_idle
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

LESSONS = {lesson.path.stem: lesson for lesson in lesson_library().lessons}
SIDEWAYS = """() => [document.documentElement,
  ...document.querySelectorAll('[data-testid="stMain"], [data-testid="stAppViewContainer"]')]
  .filter(e => e.scrollWidth > e.clientWidth).map(e => e.tagName)"""
# What a card or a button cuts off at its edge, though it wraps.
CUT = """root => [...root.querySelectorAll('.row, .card, .choice, .verdict, .run, .panel')]
  .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className + e.textContent)"""
SMALL = """root => [...root.querySelectorAll('button')]
  .filter(e => e.checkVisibility() && e.offsetHeight < 24).map(e => e.outerHTML)"""
DONE = "() => JSON.parse(sessionStorage.getItem('crossexam-lessons') || '{}')"


@pytest.fixture(scope="module")
def tab(visitors: Visitors, server: str) -> Iterator[Page]:
    """One tab for all lessons, in which nothing moves."""
    watch = Watch()
    with visitors.visitor(server, watch) as page:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.emulate_media(reduced_motion="reduce")
        page.goto(f"{server}/lessons")
        expect(page.locator(".lessons .card").first).to_be_visible()
        yield page
    assert watch.outside == [], "requests left the machine"
    assert watch.errors == [], "the page complained"


@pytest.mark.parametrize("stem", sorted(LESSONS))
def test_a_learner_goes_through_the_lesson(tab: Page, server: str, stem: str) -> None:
    lesson = LESSONS[stem]
    recorded = shipped(lesson)
    language = "" if lesson.language == "en" else f"&lang={lesson.language}"
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.evaluate("sessionStorage.clear()")
    tab.goto(f"{server}/lessons?lesson={lesson.name}&step=1{language}")
    expect(tab.get_by_role("heading", level=2, name=lesson.title, exact=True)).to_be_visible()
    expect(tab.locator(".badge:has(.lamp-mark)")).not_to_contain_text(re.compile("^○ (No|Kein) "))
    walk = Walk(tab, lesson, recorded)
    for number, step in enumerate(lesson.steps):
        walk.take(number, step)
    expect(tab.locator(".panel .words")).to_have_text(lesson.take_away)
    assert tab.evaluate(DONE)[lesson.name]["done"] is True
    asked = sum(step.kind == lessons.PREDICT for step in lesson.steps)
    expect(tab.locator(".score")).to_contain_text(re.compile(rf"\b0 (of|von) {asked}\b"))


class Walk:
    """A learner's way through one lesson: every answer is wrong first."""

    def __init__(self, page: Page, lesson: Lesson, recorded: dict[str, ShowResult]) -> None:
        self.page = page
        self.lesson = lesson
        self.recorded = recorded
        self.expected: list[tuple[int, list[str]]] = []  # (step, what its verdict says)

    def take(self, number: int, step: Step) -> None:
        """Do what the step asks, then go on."""
        heading = self.page.get_by_role("heading", level=3, name=step.heading, exact=True)
        expect(heading).to_be_visible()
        if number:
            expect(heading).to_be_focused()
        for settled, words in self.expected:
            if settled == number:
                for sentence in words:
                    expect(self.page.locator(".verdicts")).to_contain_text(sentence)
        match step.kind:
            case lessons.PREDICT:
                self._predict(number, step)
            case lessons.WHY:
                self._say_why(step)
            case lessons.REVEAL:
                self._see(step)
            case lessons.DO:
                self._run(step)
                assert barriers_now(self.page) == []
                self._on_a_phone()
            case lessons.BREAK:
                self._break(step)
        if step.kind == lessons.BREAK:  # a field may have the focus, and has its own arrow keys
            self.page.locator(".forth").click()
        else:
            self.page.keyboard.press("ArrowRight")

    def _predict(self, number: int, step: Step) -> None:
        """Choose a wrong answer, or order the cards backwards; neither is judged yet."""
        if step.rank:
            self._order_backwards(step)
            wrong = [step.why[key] for key in self._misplaced(step)]
        else:
            place = next(i for i, choice in enumerate(step.choices) if not choice.right)
            self.page.keyboard.press(str(place + 1))
            wrong = [step.choices[place].why]
        settled = self._settled(number, step)
        if settled == number:
            for sentence in wrong:
                expect(self.page.locator(".verdict.wrong")).to_contain_text(sentence)
        else:
            expect(self.page.locator(".verdict.kept")).to_be_visible()
            self.expected.append((settled, wrong))

    def _settled(self, number: int, step: Step) -> int:
        """The last of the reveals that follow at once, or the one that shows what was ordered."""
        last = number
        for later, each in enumerate(self.lesson.steps[number + 1 :], number + 1):
            if each.kind != lessons.REVEAL:
                break
            last = later
            if step.rank and step.by in each.reveal:
                break
        return last

    def _order_backwards(self, step: Step) -> None:
        """Bring the cards into the opposite of the right order, by the keyboard alone."""
        for place, key in enumerate(reversed(self._right_order(step))):
            at = self._keys().index(key)
            self.page.locator(f'.row[data-key="{key}"] .grip').focus()
            for _ in range(at - place):
                self.page.keyboard.press("ArrowUp")
        assert self._keys() == list(reversed(self._right_order(step)))
        self.page.locator('[data-focus="commit"]').click()

    def _right_order(self, step: Step) -> list[str]:
        return list(self.recorded[step.show].order[step.by])

    def _misplaced(self, step: Step) -> list[str]:
        """Those of the first in the backward order that stand where others belong."""
        right = self._right_order(step)
        given = list(reversed(right))[: step.rank]
        return [key for place, key in enumerate(given) if right[place] != key]

    def _say_why(self, step: Step) -> None:
        """Try every wrong answer, each with its own explanation, then the right one."""
        wrong = [number for number, choice in enumerate(step.choices) if not choice.right]
        for number in wrong:
            self.page.keyboard.press(str(number + 1))
            expect(self.page.locator(".verdict.wrong")).to_contain_text(step.choices[number].why)
        if step.choices:
            (right,) = [number for number, choice in enumerate(step.choices) if choice.right]
            self.page.keyboard.press(str(right + 1))
            expect(self.page.locator(".verdict.right")).to_be_visible()
        else:
            self._order_backwards(step)
            for key in self._misplaced(step):
                expect(self.page.locator(".verdict.wrong")).to_contain_text(step.why[key])

    def _see(self, step: Step) -> None:
        """What is revealed stands there, in its order; what is named is lit."""
        show = self.lesson.shows[step.show]
        for name in step.reveal:
            assert self._column(name).count() > 0, name
        ranking = [name for name in step.reveal if COLUMNS[name].ranks]
        if show.kind == PAIRS and ranking:
            assert self._keys() == list(self.recorded[step.show].order[ranking[-1]])
        if step.lights:
            assert self.page.locator(".lit").count() > 0

    def _column(self, name: str) -> Locator:
        """The places of a column in which something is shown."""
        return self.page.locator(f'.lesson [data-column="{name}"]:not(.hidden)')

    def _run(self, step: Step) -> None:
        """Run what is suggested; the step advances, and the picture is live."""
        field = self.page.locator('[data-focus="query"]')
        if step.suggest and field.count():
            expect(field).to_have_value(step.suggest)
        self.page.locator('[data-focus="run"]').click()
        expect(self.page.locator(".outcome")).to_be_visible()
        expect(self.page.locator(".badge.live")).to_be_visible()
        expect(self.page.locator(".forth")).to_have_class(re.compile("primary"))

    def _break(self, step: Step) -> None:
        """Nobody is held up; an own text can be written."""
        expect(self.page.locator(".forth")).to_have_class(re.compile("primary"))
        if step.edit:
            self.page.locator('[data-focus="own text"]').fill("A sentence of my own.")

    def _on_a_phone(self) -> None:
        """At 390 px nothing is cut, too low to be touched, or scrolls sideways."""
        self.page.set_viewport_size({"width": 390, "height": 844})
        assert self.page.evaluate(SIDEWAYS) == []
        lesson = self.page.locator(".lesson")
        assert lesson.evaluate(CUT) == []
        assert lesson.evaluate(SMALL) == []
        self.page.set_viewport_size({"width": 1280, "height": 800})

    def _keys(self) -> list[str]:
        keys: list[str] = self.page.locator(".row").evaluate_all(
            "all => all.map(e => e.dataset.key)"
        )
        return keys


def test_the_list_leads_to_a_lesson_and_marks_what_is_done(tab: Page, server: str) -> None:
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.goto(f"{server}/about")
    wait_until_idle(tab)
    open_page(tab, "Lessons")
    cards = tab.locator(".lessons .group .card")
    names = {lesson.name for lesson in LESSONS.values()}
    expect(cards).to_have_count(len(names))
    tab.evaluate(
        """name => sessionStorage.setItem("crossexam-lessons", JSON.stringify(
        { [name]: { step: 0, reached: 3, done: true, answers: {}, steps: 4 } }))""",
        min(names),
    )
    tab.reload()
    expect(tab.locator(f'.card.done[data-lesson="{min(names)}"]')).to_contain_text("done")
    expect(tab.locator(".so-far")).to_contain_text(f"1 of {len(names)} lessons done")
    assert barriers_now(tab) == []
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate(SIDEWAYS) == []
    cards.first.focus()
    tab.keyboard.press("Enter")
    expect(tab.locator(".lesson .picture")).to_be_visible()
    expect(tab).to_have_url(re.compile(r"/lessons\?lesson="))
    tab.go_back()
    expect(cards.first).to_be_visible()
    tab.go_forward()
    tab.get_by_role("button", name="All lessons").first.click()
    expect(cards.first).to_be_visible()
    expect(tab).to_have_url(re.compile("/lessons$"))


def test_steps_ask_the_server_for_nothing(tab: Page, server: str) -> None:
    lesson = min(LESSONS.values(), key=lambda each: each.order)
    watch = Watch()
    watch.attach(tab.context)
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.goto(f"{server}/lessons?lesson={lesson.name}&step=1")
    expect(tab.locator(".badge.live")).to_be_visible()
    wait_until_idle(tab)
    sent = watch.frames_sent
    assert sent > 0, "the page was opened without asking the server"
    for _ in range(4):
        tab.keyboard.press("ArrowRight")
    expect(tab.locator(".where")).to_contain_text("5 of")
    expect(tab).to_have_url(re.compile("step=5"))
    assert watch.frames_sent == sent


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1280, 720)])
def test_a_room_reads_words_and_picture_side_by_side(
    tab: Page, server: str, width: int, height: int
) -> None:
    lesson = min(LESSONS.values(), key=lambda each: each.order)
    tab.set_viewport_size({"width": width, "height": height})
    tab.goto(f"{server}/lessons?lesson={lesson.name}&step=2&stage=1")
    expect(tab.locator(".lesson .picture")).to_be_visible()
    expect(tab.get_by_test_id("stTopNav")).to_be_hidden()
    wait_until_idle(tab)
    small = tab.locator(".lesson").evaluate(
        "root => [...root.querySelectorAll('*')]"
        ".filter(e => e.checkVisibility() && e.textContent.trim() && !e.childElementCount)"
        ".filter(e => e.getBoundingClientRect().width > 2 && !e.closest('.spoken'))"
        ".filter(e => parseFloat(getComputedStyle(e).fontSize) < 24).map(e => e.outerHTML)"
    )
    assert small == []
    left, right = (tab.locator(f".lesson .{name}").bounding_box() for name in ("panel", "picture"))
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    assert left["y"] < height / 5
    assert right["y"] < height / 5
    next_button = tab.locator(".forth")
    expect(next_button).to_be_in_viewport(ratio=1)
    assert tab.evaluate(SIDEWAYS) == []
    tab.keyboard.press("s")
    expect(in_navigation(tab, "Compare")).to_be_visible()
    expect(tab.locator(".where")).to_contain_text("2 of")


def test_a_lesson_in_german_is_german_around_its_words_too(tab: Page, server: str) -> None:
    german = [lesson for lesson in LESSONS.values() if lesson.language == "de"]
    if not german:
        pytest.skip("no German lesson yet")
    tab.set_viewport_size({"width": 1280, "height": 800})
    tab.goto(f"{server}/lessons?lesson={german[0].name}&step=1")
    expect(tab.locator(".lesson")).to_have_attribute("lang", "en")
    tab.get_by_role("button", name="Deutsch").click()
    expect(tab.locator(".lesson")).to_have_attribute("lang", "de")
    expect(tab.get_by_role("heading", level=2, name=german[0].title)).to_be_visible()
    expect(tab.get_by_role("button", name="Zurück")).to_be_visible()
    tab.get_by_role("button", name="English").click()
    expect(tab.locator(".lesson")).to_have_attribute("lang", "en")
