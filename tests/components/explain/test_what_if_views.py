"""What the editor, the ruler and the short list hand to the browser, and what they take."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.explain.truncation import token_ruler
from components.explain.truncation.token_ruler import RulerWindow
from components.explain.what_if import word_editor, wording
from components.explain.what_if.word_editor import EditorWord
from components.search import mini_ranking
from engine.types import BI_ENCODER, CROSS_ENCODER, Hit, Movement, Ranking, TokenBudget

HOSTILE = "<img src=x onerror=alert(1)></script>"
TEXT = "one two three four five"


def budget(role: str, until: int, *, query: int = 2, read: int = 4, cut: str = "") -> TokenBudget:
    return TokenBudget(f"org/{role}", role, 9, query, 3, 5, read, until, len(TEXT), cut)


CROSS = budget(CROSS_ENCODER, TEXT.index("five"))
BI = budget(BI_ENCODER, TEXT.index("three"), query=0, read=2)
WHOLE = budget(CROSS_ENCODER, len(TEXT), read=5)


# ---- the editor ----


def editor(**changes: Any) -> dict[str, Any]:
    words = {
        "query": [EditorWord("", "python"), EditorWord(" ", HOSTILE, "")],
        "document": [EditorWord("", "ball", "[MASK]"), EditorWord(" ", "guide", read=False)],
    }
    values: dict[str, Any] = {
        "token": "t",
        "revision": 4,
        "mask": "[MASK]",
        "height": 100,
    } | changes
    return dict(json.loads(json.dumps(word_editor.pack(words, **values))))


def test_words_reach_the_browser_as_data_with_what_became_of_them() -> None:
    data = editor()

    assert data["query"] == {
        "words": [["", "python", True], [" ", HOSTILE, True]],
        "by": {"1": ""},
    }
    assert data["document"]["words"][1] == [" ", "guide", False]
    assert data["document"]["by"] == {"0": "[MASK]"}
    assert (data["token"], data["revision"]) == ("t", 4)


def test_a_change_names_both_sides() -> None:
    sent = {"token": "t", "revision": 5, "by": {"query": {"1": ""}, "document": {"0": "x" * 999}}}
    found = word_editor.change(sent, "t", {"query": 2, "document": 2})

    assert found is not None
    assert found.revision == 5
    assert found.by["query"] == {1: ""}
    assert found.by["document"] == {0: "x" * word_editor.LONGEST_REPLACEMENT}


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "t",
        {},
        {"token": "other texts", "revision": 5, "by": {"query": {}, "document": {}}},
        {"token": "t", "revision": "5", "by": {"query": {}, "document": {}}},
        {"token": "t", "revision": 5, "by": {"query": {}}},
        {"token": "t", "revision": 5, "by": {"query": [], "document": {}}},
    ],
)
def test_what_is_no_change_of_these_texts_is_ignored(sent: object) -> None:
    assert word_editor.change(sent, "t", {"query": 2, "document": 2}) is None


def test_words_that_are_not_there_and_what_is_no_text_are_left_out() -> None:
    by = {"query": {"7": "", "-1": "", "²": "", "0": None}, "document": {"1": "ok", "x": ""}}
    found = word_editor.change(
        {"token": "t", "revision": 1, "by": by}, "t", {"query": 2, "document": 2}
    )

    assert found is not None
    assert found.by == {"query": {}, "document": {1: "ok"}}


# ---- the ruler ----


def test_the_text_is_cut_where_models_and_windows_end() -> None:
    windows = [RulerWindow(0, 3, 0, 13, 1.5), RulerWindow(2, 5, 8, 23, -0.25)]
    data = token_ruler.pack(TEXT, (CROSS, BI), windows, supposed=False, height=9)

    assert "".join(piece["text"] for piece in data["pieces"]) == TEXT
    unread = {i: "".join(p["text"] for p in data["pieces"] if not p["read"][i]) for i in range(2)}
    assert unread == {0: "five", 1: "three four five"}
    for window, drawn in zip(windows, data["windows"], strict=True):
        inside = data["pieces"][drawn["from"] : drawn["to"]]
        assert "".join(p["text"] for p in inside) == TEXT[window.start : window.end]
    assert [w["best"] for w in data["windows"]] == [True, False]
    assert data["windows"][1]["score"] == "−0.25"


def test_both_lanes_line_the_document_up_and_have_room_for_all_of_it() -> None:
    data = token_ruler.pack(TEXT, (CROSS, BI), (), supposed=True, height=9)

    assert data["lead"] == 5
    assert data["scale"] == 10
    assert [(m["read"], m["unread"]) for m in data["models"]] == [(4, 1), (2, 3)]


def test_an_empty_document_still_makes_a_ruler() -> None:
    nothing = TokenBudget("m", CROSS_ENCODER, 9, 2, 3, 0, 0, 0, 0)

    assert token_ruler.pack("", (nothing,), (), supposed=False, height=9)["pieces"] == []


def test_hostile_text_is_data() -> None:
    data = token_ruler.pack(HOSTILE, (CROSS,), (), supposed=False, height=9)

    assert "".join(piece["text"] for piece in data["pieces"]) == HOSTILE


@pytest.mark.parametrize(
    ("budgets", "sentence"),
    [
        (
            (CROSS, BI),
            "20% of this document's tokens are never read by the cross-encoder, "
            "60% by the bi-encoder.",
        ),
        (
            (WHOLE, BI),
            "60% of this document's tokens are never read by the bi-encoder; "
            "the cross-encoder reads it all.",
        ),
        ((WHOLE,), "Every model reads all of this document."),
    ],
)
def test_what_is_never_read_is_said_as_a_share(
    budgets: tuple[TokenBudget, ...], sentence: str
) -> None:
    assert token_ruler.unread_sentence(budgets) == sentence


def test_what_is_read_is_counted_in_tokens_and_characters() -> None:
    assert token_ruler.reading_sentence(CROSS) == (
        "reads 4 of 5 tokens (up to character 19 of 23); 1 token is never read"
    )
    assert token_ruler.reading_sentence(WHOLE) == "reads all 5 tokens (23 characters)"


def test_a_word_that_the_limit_cuts_is_read_in_part() -> None:
    cut = budget(BI_ENCODER, 10, read=2, cut="three")
    assert token_ruler.reading_sentence(cut) == (
        "reads 2 of 5 tokens (up to character 10 of 23); 3 tokens are never read; "
        "of the word “three” only the beginning is read"
    )


def test_a_text_without_blanks_is_never_unread_as_a_whole_where_its_beginning_is_read() -> None:
    chinese = TokenBudget("m", CROSS_ENCODER, 512, 5, 3, 784, 504, 504, 784)
    sentence = token_ruler.unread_sentence((chinese,))
    assert sentence == "36% of this document's tokens are never read by the cross-encoder."


def test_the_query_takes_from_the_document() -> None:
    text = token_ruler.query_sentence(CROSS, most=4, supposed=False)

    assert "the query takes 2 tokens, [CLS] and [SEP] 3, and 4 are left" in text
    assert "down to 2 beside a query of 4" in text


# ---- the list and the words ----


def test_the_list_shows_the_first_and_the_chosen_one_below_them() -> None:
    hits = tuple(Hit(f"d{i}", -float(i), i) for i in range(1, 9))
    moved = {"d1": Movement("d1", 3, 1), "d6": Movement("d6", 1, 6), "d2": Movement("d2", 2, 2)}
    data = mini_ranking.pack(
        Ranking(CROSS_ENCODER, "m", hits),
        {"d1": HOSTILE},
        movements=moved,
        chosen="d6",
        against="the original list",
        top=3,
    )

    assert [row["rank"] for row in data["rows"]] == [1, 2, 3, 6]
    assert [row["mark"] for row in data["rows"]] == ["▲ 2", "=", "", "▼ 5"]
    assert data["rows"][0]["title"] == HOSTILE
    assert data["rows"][1]["title"] == "d2"
    assert [row["chosen"] for row in data["rows"]] == [False, False, False, True]
    assert [row["skipped"] for row in data["rows"]] == [False, False, False, True]
    assert data["rows"][3]["sentence"] == "down 5 places: rank 1 in the original list"
    assert data["kind"] == "logit"


@pytest.mark.parametrize(
    ("counts", "rewritten", "text"),
    [
        ((1, 0, 0), (), "1 word dropped"),
        ((2, 1, 0), (), "2 words dropped, 1 masked"),
        ((0, 0, 1), ("query",), "Query rewritten, 1 word replaced"),
        ((0, 0, 0), (), ""),
    ],
)
def test_an_edit_in_words(counts: tuple[int, int, int], rewritten: Any, text: str) -> None:
    dropped, masked, replaced = counts
    said = wording.edit_words(
        dropped=dropped, masked=masked, replaced=replaced, rewritten=rewritten
    )

    assert said == text


def test_places_and_scores_in_words() -> None:
    assert wording.rank_change_words(1, 3, 50) == "falls from #1 to #3 of 50"
    assert wording.rank_change_words(4, 4, 50) == "stays #4 of 50"
    assert wording.outcome_words(4.214, 1.1) == "the logit falls by 3.11, from 4.21 to 1.10"
    assert wording.outcome_words(-4, -3.5) == "the logit rises by 0.50, from −4.00 to −3.50"
    assert wording.outcome_words(1.001, 1.002) == "the logit stays 1.00"
    assert wording.bi_rank_words(3, None, 50).endswith("goes from #3 to below #50.")


def swap(words: list[str], *, exhaustive: bool) -> str:
    return wording.swap_words(
        words,
        title="A",
        before=4.0,
        score=1.0 if words else None,
        rival=2.0,
        rival_title="B",
        exhaustive=exhaustive,
        passes=30,
        budget=400,
    )


def test_a_swap_names_its_words_its_score_and_whether_less_would_do() -> None:
    assert swap(["ball"], exhaustive=True) == (
        "Dropping 1 word, “ball”, from “A” takes its logit from 4.00 to 1.00, below the 2.00 of "
        "“B”, which now ranks above it. It took 30 of 400 forward passes."
    )
    assert "“a”, “b” and “c”" in swap(["a", "b", "c"], exhaustive=False)
    assert "A smaller set may exist" in swap(["a", "b", "c"], exhaustive=False)
    assert "No smaller set does it" in swap(["a", "b"], exhaustive=True)
    assert swap([], exhaustive=True) == ""


@pytest.mark.parametrize(
    ("exhaustive", "cancelled", "passes", "start"),
    [
        (False, False, 100, "Not found within the budget of 100 forward passes."),
        (False, True, 48, "Cancelled after 48 of 100 forward passes."),
        (True, False, 63, "No set of up to 3 words swaps them: all were tried in 63 passes."),
        (False, False, 63, "Not found in 63 of 100 forward passes."),
    ],
)
def test_that_nothing_was_found_is_said_plainly(
    exhaustive: bool, cancelled: bool, passes: int, start: str
) -> None:
    said = wording.no_swap_words(
        (60, 1), exhaustive=exhaustive, passes=passes, budget=100, cancelled=cancelled
    )

    assert said.startswith(start)
    assert "Tried: 60 single words, 1 pair of words." in said
