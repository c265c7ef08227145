"""What a lesson's screen and its worksheet are given: words, numbers, and texts that stay texts."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from string import Formatter

import pytest

from components.learn.lesson.lesson_columns import columns_of
from components.learn.lesson.lesson_view import (
    lesson_data,
    model_names,
    result_data,
    run_request,
)
from components.learn.lesson.lesson_words import ENGLISH, GERMAN
from components.learn.lesson.lesson_words import words_of as lesson_words_of
from components.learn.worksheet import worksheet
from components.learn.worksheet_words import ENGLISH as SHEET_ENGLISH
from components.learn.worksheet_words import GERMAN as SHEET_GERMAN
from engine.types.learn.columns import COLUMNS, KINDS, WAYS
from engine.types.learn.lessons import (
    LONGEST_QUERY,
    LONGEST_TEXT,
    STEPS,
    LessonDocument,
    Show,
)
from tests.browser.hostile_texts import TEXTS
from tests.lessons import LOGITS, TITLES, WHY_WRONG, result_for, small_lesson

HOSTILE = " ".join(TEXTS) + " </style></script><b>'\""


@pytest.mark.parametrize(("english", "german"), [(ENGLISH, GERMAN), (SHEET_ENGLISH, SHEET_GERMAN)])
def test_both_languages_say_the_same_things_with_the_same_values(
    english: dict[str, str], german: dict[str, str]
) -> None:
    def values(words: str) -> set[str | None]:
        return {name for _, name, _, _ in Formatter().parse(words) if name}

    assert english.keys() == german.keys()
    assert [name for name in english if values(english[name]) != values(german[name])] == []


def test_an_unknown_language_is_answered_in_english_and_every_kind_and_way_has_a_name() -> None:
    assert lesson_words_of("fr") is ENGLISH
    assert {f"kind_{kind}" for kind in STEPS} <= ENGLISH.keys()
    assert {f"way_{way}" for way in WAYS} <= ENGLISH.keys()


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("name", COLUMNS)
def test_every_column_has_a_name_a_unit_and_a_colour_on_both_pages(
    name: str, language: str
) -> None:
    (kind,) = [kind for kind in KINDS if kind in COLUMNS[name].kinds][:1]
    (column,) = columns_of(Show("main", kind, (name,)), language)
    assert column["label"]
    assert column["unit"]
    assert len(column["colour"]) == 2
    assert all(re.fullmatch("#[0-9A-Fa-f]{6}", colour) for colour in column["colour"])


def test_a_result_keeps_its_numbers_and_a_document_its_own_query() -> None:
    lesson = small_lesson()
    show = lesson.shows["main"]
    asked = LessonDocument("care", "Ball python care", "A text.", query="its own")
    lesson = replace(lesson, shows={"main": replace(show, documents=(asked, *show.documents[1:]))})
    data = result_data(result_for(lesson.shows["main"]), lesson)
    assert data["values"]["cross_encoder"] == LOGITS
    assert [each["query"] for each in data["documents"]] == ["its own", "", ""]
    assert [each["title"] for each in data["documents"]] == list(TITLES.values())


def test_a_result_with_the_shipped_rows_leaves_them_out() -> None:
    lesson = small_lesson()
    shipped = result_for(lesson.shows["main"])
    assert result_data(shipped, lesson, shipped)["documents"] is None
    rows = (replace(shipped.documents[0], text="Written anew."), *shipped.documents[1:])
    other = result_data(replace(shipped, documents=rows), lesson, shipped)
    assert other["documents"][0]["text"] == "Written anew."


def test_models_are_named_shortly_and_each_once() -> None:
    result = result_for(small_lesson().shows["main"])
    assert model_names(result) == "small-bi · small-cross"
    models = {"bm25": "BM25 (k1=1.5)", "bi_encoder": "maker/bi", "attention": "maker/bi"}
    assert model_names(replace(result, models=models)) == "bi"
    assert model_names(replace(result, models={"bm25": "BM25 (k1=1.5)"})) == "BM25"
    assert model_names(None) == ""


def test_what_the_browser_asks_is_cut_at_its_bounds() -> None:
    lesson = small_lesson()
    value = {"id": "x" * 999, "show": "main", "query": "q" * 9999, "texts": {"lists": "t" * 99999}}
    request = run_request(value, lesson)
    assert request is not None
    assert len(request.run_id) == 200
    assert len(request.query) == LONGEST_QUERY
    assert len(request.texts["lists"]) == LONGEST_TEXT
    assert run_request({**value, "texts": {"case": "not to be edited"}}, lesson) == replace(
        request, texts={}
    )


def test_the_first_drawing_has_every_step_and_choice() -> None:
    lesson = small_lesson()
    data = lesson_data(lesson, {})
    steps = data["lesson"]["steps"]
    assert [step["heading"] for step in steps] == [step.heading for step in lesson.steps]
    assert steps[0]["choices"][1] == {
        "text": "The one on names",
        "right": True,
        "why": "Both words stand in it.",
    }
    lights = [run["light"] for item in steps[0]["text"][0]["items"] for run in item]
    assert "column:bi_encoder" in lights
    assert steps[1]["text"][0]["kind"] == "list"
    assert data["shipped"] == {}


def sheet_and_answers(page: str) -> tuple[str, str]:
    sheet, answers = page.split('<section class="answers">')
    return sheet, answers


def test_a_worksheet_leaves_predictions_blank_and_has_the_answers_apart() -> None:
    lesson = small_lesson()
    page = worksheet(lesson, {"main": result_for(lesson.shows["main"])})
    sheet, answers = sheet_and_answers(page)
    for step in lesson.steps:
        assert html.escape(step.heading) in sheet
        for choice in step.choices:
            assert html.escape(choice.text) in sheet
            assert html.escape(choice.why) in answers
            assert html.escape(choice.why) not in sheet
    assert "✓" not in sheet
    assert answers.count("✓") == 3
    assert "✓ Ball python care · Naming things" in answers
    for why in WHY_WRONG.values():
        assert html.escape(why) in answers
    for logit in ("3.44", "2.84", "−6.69"):
        assert logit in answers
        assert logit not in sheet
    assert lesson.take_away in answers
    assert lesson.take_away not in sheet


def test_a_worksheet_needs_nothing_else_and_its_texts_stay_texts() -> None:
    lesson = small_lesson()
    steps = tuple(
        replace(
            step,
            heading=HOSTILE,
            goal=HOSTILE,
            suggest=HOSTILE,
            why=dict.fromkeys(step.why, HOSTILE),
            choices=tuple(replace(c, text=HOSTILE, why=HOSTILE) for c in step.choices),
            text=tuple(
                replace(
                    block,
                    items=tuple(
                        tuple(replace(run, text=HOSTILE) for run in item) for item in block.items
                    ),
                )
                for block in step.text
            ),
        )
        for step in lesson.steps
    )
    show = replace(lesson.shows["main"], query=HOSTILE)
    result = result_for(show)
    rows = tuple(replace(row, title=HOSTILE) for row in result.documents)
    hostile = replace(
        lesson,
        language='en"><script>',
        title=HOSTILE,
        summary=HOSTILE,
        take_away=HOSTILE,
        steps=steps,
        shows={"main": show},
    )
    page = worksheet(hostile, {"main": replace(result, documents=rows)})
    plain = worksheet(lesson, {"main": result_for(lesson.shows["main"])})
    tags = re.compile(r"<[!/a-zA-Z][^>]*>")
    assert tags.findall(page)[2:] == tags.findall(plain)[2:]
    assert "<script" not in page
    assert not re.search(r"(src|href)\s*=|url\(|@import", plain)
