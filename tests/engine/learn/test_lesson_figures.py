"""What lessons say in figures and no claim of theirs can hold: measured, counted or worked out."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from engine.learn.lesson_text import plain_text
from engine.learn.library import FOLDER, lesson_library
from engine.types import Cancel, Usage
from engine.types.learn.lessons import Lesson
from models.remote.llm_chat import ChatModel, Reply
from models.remote.llm_rankers import llm_ranker
from workbench.workbench import Workbench

BENCHMARKS = FOLDER.parent / "benchmarks"


def lesson(name: str) -> Lesson:
    found = lesson_library().lesson(name)
    assert found is not None
    return found


def words(name: str) -> str:
    """The steps' texts of a lesson and what its choices explain."""
    steps = lesson(name).steps
    explained = [choice.why for step in steps for choice in step.choices]
    return "\n".join([*(plain_text(step.text) for step in steps), *explained])


def figures(*path: str) -> Any:
    return json.loads(Path(BENCHMARKS, *path).read_text("utf-8"))


def ndcg(collection: str) -> dict[str, float]:
    stages = figures("quality.json")[collection]["stages"]
    return {stage["stage"]: stage["nDCG@10"] for stage in stages}


def test_the_quality_that_lessons_quote_is_the_measured_one() -> None:
    senses, scifact, cranfield = ndcg("senses"), ndcg("scifact"), ndcg("cranfield")
    bm25, bi, cross = senses["bm25"], senses["bi-encoder"], senses["cross-encoder"]
    quoted = f"nDCG@10 {senses['hybrid']:.2f} against {bi:.2f}"
    assert quoted in words("hybrid-and-blend")
    for better in (scifact, cranfield):
        assert better["hybrid"] > max(better["bm25"], better["bi-encoder"])
        assert better["blend"] > better["cross-encoder"], "helped on SciFact and Cranfield"
    assert senses["blend"] < cross, "did harm on this corpus"
    said = words("when-bm25-wins")
    assert f"nDCG@10 {scifact['bm25']:.3f} against {scifact['bi-encoder']:.3f}" in said
    assert f"it has {bm25:.2f} where the bi-encoder has {bi:.2f}" in said
    said = words("worth-the-watts")
    assert f"nDCG@10 {cross:.2f} against {bi:.2f}" in said
    assert f"{scifact['cross-encoder']:.3f} against {scifact['bm25']:.3f}" in said


def test_what_the_middle_ground_is_worth_is_measured() -> None:
    said = words("middle-ground")
    rows = figures("late_interaction.json")["collections"]
    late = next(row for row in rows if row["corpus"] == "senses")
    assert f"nDCG@10 {late['maxsim']:.2f} against {late['own_bi_encoder']:.2f}" in said
    trained = figures("training.json")["distilled"]
    assert f"nDCG@10 {trained['after']:.2f} against {trained['before']:.2f}" in said
    assert f"{trained['settings']['steps']} steps" in said


def test_the_words_drawn_by_lot_are_as_many_and_agree_as_said() -> None:
    measured = figures("learn", "word_weights.json")
    correlations = sorted(row["rank_correlation"] for row in measured["rarity"])
    said = words("reinventing-bm25")
    assert f"For {len(measured['words'])} words drawn by lot" in said
    assert f"{correlations[0]:.2f} to {correlations[-1]:.2f}" in said


def test_the_curve_of_rarity_stands_at_bm25s_own_weights() -> None:
    store = Workbench().corpora.open("senses").store
    texts = [document.content.casefold() for document in store.get(list(store.ids()))]
    held = [
        set("".join(c if c.isalnum() or c == "_" else " " for c in text).split()) for text in texts
    ]
    for point in lesson("reinventing-bm25").shows["rare"].documents:
        n = sum(point.key in terms for terms in held)
        weight = math.log(1 + (len(texts) - n + 0.5) / (n + 0.5))
        assert point.x == pytest.approx(weight, abs=0.005), point.key
        assert point.text == f"This page is about {point.key}."


def test_the_curve_of_counts_has_the_word_as_often_as_said_in_texts_of_one_length() -> None:
    points = lesson("reinventing-bm25").shows["often"].documents
    assert [point.text.count("lighthouse") for point in points] == list(range(10))
    assert [point.x for point in points] == list(range(10))
    assert len({len(point.text.split()) for point in points}) == 1


class Counting(ChatModel):
    """Answers every question, and counts them."""

    def __init__(self) -> None:
        self.model = "counting"
        self.questions = 0

    def ask(
        self,
        system: str,
        user: str,
        *,
        longest: int,
        cancel: Cancel | None = None,
    ) -> Reply:
        self.questions += 1
        passages = [line.split("]")[0] + "]" for line in user.splitlines() if line[:1] == "["]
        return Reply(" > ".join(passages) or ("A" if "Passage B" in user else "5"), Usage())

    def ask_all(
        self,
        system: str,
        questions: Sequence[str],
        *,
        longest: int,
        cancel: Cancel | None = None,
    ) -> Iterator[tuple[int, Reply]]:
        for number, question in enumerate(questions):
            yield number, self.ask(system, question, longest=longest, cancel=cancel)


@pytest.mark.parametrize(("way", "asked"), [("pointwise", 50), ("pairwise", 90), ("listwise", 4)])
def test_a_chat_model_is_asked_as_often_as_its_lesson_counts(way: str, asked: int) -> None:
    chat = Counting()
    batches = list(llm_ranker(way, chat).score("which?", [f"text {n}" for n in range(50)]))
    assert sum(len(batch.positions) for batch in batches) == 50
    assert chat.questions == asked
    right = [choice.text for step in lesson("llm-rerankers").steps for choice in step.choices]
    assert any(f"{asked} questions" in text for text in [*right, words("llm-rerankers")])


def test_a_litre_of_water_takes_the_watt_hours_that_are_said() -> None:
    joules = 4186 * (100 - 20)  # J/(kg K), a litre weighs a kilogram
    assert f"takes {joules / 3600:.0f} watt-hours" in words("worth-the-watts")
