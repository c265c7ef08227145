"""Worksheets on paper: one or two pages, and the answers on a page of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from components.learn.worksheet import worksheet
from engine.learn.library import lesson_library
from state.learn.lesson_files import shipped

pytestmark = pytest.mark.browser

LESSONS = lesson_library().lessons
MOST_PAGES = 2


@pytest.fixture(scope="module")
def sheet_of_paper(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    yield page
    page.close()


def pages(page: Page, paper: str) -> int:
    """How many pages of this size the document takes."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=paper)))


@pytest.mark.parametrize("paper", ["A4", "Letter"])
def test_a_worksheet_has_one_or_two_pages_and_its_answers_a_page_of_their_own(
    sheet_of_paper: Page, paper: str
) -> None:
    counted = {}
    for lesson in LESSONS:
        sheet_of_paper.set_content(worksheet(lesson, shipped(lesson)))
        whole = pages(sheet_of_paper, paper)
        sheet_of_paper.evaluate("document.querySelector('.answers').remove()")
        counted[lesson.path.stem] = (pages(sheet_of_paper, paper), whole)
    assert counted
    assert {name: each for name, each in counted.items() if each[0] > MOST_PAGES} == {}
    assert {name: each for name, each in counted.items() if each[1] - each[0] != 1} == {}
