import json
from pathlib import Path
from typing import Any

import components.search.ranking_columns as view
from components.search.ranking_columns import ClickedRow, clicked_row, pack, segments
from engine.types import (
    BM25,
    CROSS_ENCODER,
    HYBRID,
    CorpusInfo,
    Document,
    Hit,
    ListQuality,
    Movement,
    Ranking,
    SearchTrace,
    Snippet,
    StageTiming,
)

HOSTILE = "<img src=x onerror=alert(1)></script>"
CORPUS = CorpusInfo("toy", 3, "f")


def ranking(stage: str, *ids: str) -> Ranking:
    return Ranking(stage, "org/toy-model", tuple(Hit(d, -r, r) for r, d in enumerate(ids, 1)))


def trace(**changes: Any) -> SearchTrace:
    values: dict[str, Any] = {
        "rankings": (ranking(BM25, "a", "b", "c"), ranking(CROSS_ENCODER, "c", "a")),
        "timings": (StageTiming(BM25, "search", 0.002, 1, 3, cached=True),),
        "complete": True,
        "truncated": {"c": 12},
    }
    return SearchTrace("q", CORPUS, **(values | changes))


def packed(searched: SearchTrace, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "stages": (BM25, CROSS_ENCODER),
        "baseline": BM25,
        "movements": {
            BM25: {"a": Movement("a", 1, 1)},
            CROSS_ENCODER: {"c": Movement("c", 3, 1), "a": Movement("a", 1, 2)},
        },
        "snippets": {"a": Snippet("one two", ((4, 7),))},
        "judgments": {"a": 3, "b": 0},
        "pending": (),
        "top": 2,
    }
    values["documents"] = {"a": Document("a", "one two", HOSTILE), "c": Document("c", "three")}
    return pack(searched, **(values | changes))


def test_a_column_holds_the_visible_top_with_scores_and_movement() -> None:
    bm25, cross = packed(trace())["columns"]
    assert [card["id"] for card in bm25["cards"]] == ["a", "b"]
    assert bm25["cards"][0]["move"] is None, "the baseline does not move against itself"
    assert cross["cards"][0]["move"]["mark"] == "▲ 2"
    assert cross["cards"][0]["move"]["note"] == "entered from 3", "nobody judged it"
    assert cross["cards"][1]["score"] == "−2.00"
    assert (bm25["time"], bm25["cached"], bm25["model"]) == ("2.0 ms", "cached", "toy-model")


def test_a_card_of_a_document_shows_and_opens_its_columns_own_passage() -> None:
    passages = {BM25: {"a": "c"}, CROSS_ENCODER: {"a": "a"}}
    bm25, cross = packed(trace(truncated={"a": 12}), passages=passages)["columns"]
    assert (bm25["cards"][0]["id"], bm25["cards"][0]["snippet"]) == ("a", [("three", False)])
    assert [(card["id"], card["cut"]) for card in cross["cards"]] == [("c", 0), ("a", 12)]
    click = {"stage": BM25, "doc_id": "a"}
    assert clicked_row(click, trace(), passages) == ClickedRow(BM25, "c")
    assert clicked_row({**click, "stage": CROSS_ENCODER}, trace(), passages) == ClickedRow(
        CROSS_ENCODER, "a"
    )


def test_a_card_is_rescued_only_where_it_is_judged_relevant() -> None:
    notes = [
        packed(trace(), judgments={"a": 3, "c": grade})["columns"][1]["cards"][0]["move"]["note"]
        for grade in (0, 2)
    ]
    assert notes == ["entered from 3", "rescued from 3"]


def test_a_card_beyond_the_tenth_place_is_not_rescued_although_it_is_in_view() -> None:
    deep = tuple(f"d{n}" for n in range(1, 31))
    before, after = ranking(BM25, *deep), ranking(CROSS_ENCODER, *deep[:12], "d25")
    moved = {CROSS_ENCODER: {"d25": Movement("d25", 25, 13), "d12": Movement("d12", 12, 12)}}
    data = packed(trace(rankings=(before, after)), movements=moved, judgments={"d25": 3}, top=20)
    assert data["columns"][1]["cards"][12]["move"]["direction"] == "up"


def test_each_column_shows_its_own_ndcg_and_how_much_of_it_is_judged() -> None:
    quality = {BM25: ListQuality(0.70604, 9, 10), CROSS_ENCODER: ListQuality(0.5, 2, 2)}
    bm25, cross = packed(trace(), quality=quality)["columns"]
    assert bm25["quality"] == {
        "measure": "nDCG@10", "ndcg": "0.706", "judged": "9 of 10 judged",
    }  # fmt: skip
    assert cross["quality"] == {
        "measure": "nDCG@10", "ndcg": "0.500", "judged": "2 of 2 judged",
    }  # fmt: skip
    assert packed(trace())["columns"][0]["quality"] is None
    pending = packed(trace(), quality={BM25: quality[BM25]}, pending=(CROSS_ENCODER,))
    assert pending["columns"][1]["quality"]["ndcg"] == "…", "the head keeps its height meanwhile"
    waiting = packed(trace(), quality={BM25: quality[BM25]}, waiting={CROSS_ENCODER: "It waits."})
    assert waiting["columns"][1]["quality"]["ndcg"] == "…", "it has not ranked nothing"
    early = trace(rankings=trace().rankings[:1], complete=False)
    later = packed(early, quality={BM25: quality[BM25]})["columns"][1]
    assert (later["empty"][0], later["quality"]["ndcg"]) == ("Not yet", "…")


def test_the_card_that_was_opened_last_is_marked_in_its_column_alone() -> None:
    bm25, cross = packed(trace(), opened=(CROSS_ENCODER, "a"))["columns"]
    assert [card["opened"] for card in cross["cards"]] == [False, True]
    assert not any(card["opened"] for card in bm25["cards"])


def test_lines_and_badges_are_both_told_the_baseline() -> None:
    data = packed(trace(), stages=(CROSS_ENCODER, BM25))
    assert (data["anchor"], data["against"]) == (1, "BM25")
    assert packed(trace(), baseline=HYBRID)["anchor"] == -1


def test_only_the_cross_encoder_says_what_it_did_not_read() -> None:
    bm25, cross = packed(trace(), top=3)["columns"]
    assert [card["cut"] for card in bm25["cards"]] == [0, 0, 0]
    assert [card["cut"] for card in cross["cards"]] == [12, 0]


def test_ranks_beyond_the_visible_top_are_known_for_every_visible_document() -> None:
    data = packed(trace())
    assert data["where"] == {"a": [1, 2], "b": [2, 0], "c": [3, 1]}


def test_judgments_are_drawn_only_where_known() -> None:
    cards = packed(trace(), top=3)["columns"][0]["cards"]
    assert cards[0]["grade"] == {"value": 3, "of": 3, "words": "highly relevant"}
    assert cards[1]["grade"]["words"] == "not relevant"
    assert cards[2]["grade"] is None


def test_a_pending_stage_shows_progress_and_no_card_although_some_are_scored() -> None:
    searched = trace(complete=False, scored=24, to_score=50)
    bm25, cross = packed(searched, pending=(CROSS_ENCODER,))["columns"]
    assert cross["progress"] == (24, 50)
    assert cross["cards"] == []
    assert len(bm25["cards"]) == 2
    assert packed(searched, pending=(CROSS_ENCODER,))["where"]["a"] == [1, -1]


def test_a_provisional_list_shows_its_cards_so_far_and_no_movement() -> None:
    searched = trace(complete=False, scored=24, to_score=50)
    close = {CROSS_ENCODER: {"c": "too close to call"}}
    bm25, cross = packed(
        searched, pending=(CROSS_ENCODER,), provisional=(CROSS_ENCODER,), near_ties=close
    )["columns"]
    assert (bm25["provisional"], cross["provisional"]) == (False, True)
    assert cross["progress"] == (24, 50)
    assert [card["id"] for card in cross["cards"]] == ["c", "a"]
    assert not any(card["move"] or card["tie"] for card in cross["cards"]), "it is not its last"
    assert cross["time"] == ""


def test_an_empty_column_says_why() -> None:
    nothing = trace(rankings=(ranking(BM25),), complete=False)
    bm25, hybrid = packed(nothing, stages=(BM25, HYBRID))["columns"]
    assert bm25["empty"][0] == "No match"
    assert hybrid["empty"][0] == "Not yet"
    assert packed(trace(), stages=(BM25, HYBRID))["columns"][1]["empty"][0] == "Not run"


def test_hostile_text_stays_data() -> None:
    card = packed(trace())["columns"][0]["cards"][0]
    assert card["title"] == HOSTILE
    assert HOSTILE in json.loads(json.dumps(card))["title"]
    folder = Path(view.__file__).parent
    for script in folder.glob("*.js"):
        source = script.read_text(encoding="utf-8")
        for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "document.write"):
            assert sink not in source, f"{script.name} uses {sink}"


def test_an_unknown_or_untitled_document_is_called_by_its_id() -> None:
    cards = packed(trace(), top=3)["columns"][0]["cards"]
    assert [card["title"] for card in cards] == [HOSTILE, "b", "c"]
    assert cards[2]["snippet"] == [("three", False)]


def test_marks_are_cut_in_code_points_clipped_and_never_overlap() -> None:
    text = "🐍 python"
    assert segments(text, ((2, 8),)) == [("🐍 ", False), ("python", True)]
    assert segments("abcdef", ((3, 99), (0, 2), (1, 4))) == [
        ("ab", True),
        ("cd", True),
        ("ef", True),
    ]
    assert segments("", ()) == []


def test_a_click_counts_only_for_a_row_of_this_trace() -> None:
    assert clicked_row({"stage": BM25, "doc_id": "a"}, trace()) == ClickedRow(BM25, "a")
    assert clicked_row({"stage": BM25, "doc_id": "zzz"}, trace()) is None
    assert clicked_row({"stage": 1, "doc_id": "a"}, trace()) is None
    assert clicked_row(None, trace()) is None


def test_two_passages_of_one_document_are_told_apart_by_their_numbers() -> None:
    documents = {
        "a": Document("d#1", "one", "Snakes", "d", (0, 3)),
        "b": Document("d#12", "two", "Snakes", "d", (4, 7)),
        "c": Document("c", "three", "Cats"),
    }
    titles = {
        card["id"]: card["title"]
        for column in packed(trace(), documents=documents)["columns"]
        for card in column["cards"]
    }
    assert titles == {"a": "Passage 1 · Snakes", "b": "Passage 12 · Snakes", "c": "Cats"}


def test_a_card_that_is_too_close_to_call_says_why_and_the_legend_explains_the_sign() -> None:
    data = packed(trace(), near_ties={CROSS_ENCODER: {"a": "too close to call: because"}})
    bm25, cross = data["columns"]
    assert [card["tie"] for card in cross["cards"]] == ["", "too close to call: because"]
    assert [card["tie"] for card in bm25["cards"]] == ["", ""]
    assert data["tie"] is True
    assert packed(trace())["tie"] is False
