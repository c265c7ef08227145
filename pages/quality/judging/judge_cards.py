"""Quality, judging: the cards of a list, for judging by hand and for looking through proposals."""

from __future__ import annotations

from dataclasses import replace

from components.common.wording import grade_words
from components.quality.judge_card import JudgeItem
from engine.quality.pipelines import short_model
from engine.quality.runs.run_documents import title_of
from engine.types.wording.numbers import decimal
from pages.quality.context import QualityContext, documents_of
from state.quality.judging import (
    Item,
    JudgingSession,
    auto_judgment_store,
    grades_by_judge,
    judgment_log,
)

RANKS_BY_HAND, RANKS_OF_PROPOSALS = 3, 2


def cards_by_hand(context: QualityContext, session: JudgingSession, judge: str) -> list[JudgeItem]:
    """The cards of a list to judge by hand, each with what the others gave."""
    corpus = context.loaded.corpus
    grades = grades_by_judge(judgment_log(corpus.info.fingerprint))
    cards = []
    for item, card in zip(
        session.items, _cards(context, session, "top 10s", RANKS_BY_HAND), strict=True
    ):
        grade_by_judge = dict(grades.get((item.query_id, item.doc_id), []))
        corpus_grade = corpus.judgments(item.query_id).get(item.doc_id)
        other_grades = [
            f"{name} {grade}" for name, grade in grade_by_judge.items() if name != judge
        ]
        other_grades += [f"the corpus {corpus_grade}"] if corpus_grade is not None else []
        cards.append(
            replace(card, others=f"judged by {', '.join(other_grades)}" if other_grades else "")
        )
    return cards


def proposed_cards(
    context: QualityContext, session: JudgingSession, judge_model: str
) -> list[JudgeItem]:
    """The cards of a list of proposals, each with the grade that the judge proposes."""
    store = auto_judgment_store(context.loaded.corpus.info.fingerprint)
    judgments = {(j.query_id, j.doc_id): j for j in store.judgments(judge_model)}
    cards = []
    for item, card in zip(
        session.items, _cards(context, session, "lists", RANKS_OF_PROPOSALS), strict=True
    ):
        judgment = judgments.get((item.query_id, item.doc_id))
        if judgment is not None:
            score = decimal(judgment.score)
            grade = f"{judgment.grade}, {grade_words(judgment.grade)}"
            proposal = f"{short_model(judge_model)} proposes {grade} (score {score}); by a machine"
            card = replace(card, proposed=judgment.grade, proposal=proposal)
        cards.append(card)
    return cards


def _cards(
    context: QualityContext, session: JudgingSession, lists: str, most_ranks: int
) -> list[JudgeItem]:
    """The query, the document and its ranks; `lists` is what the lists are called."""
    documents = documents_of(context, [item.doc_id for item in session.items])
    queries = context.queries
    cards = []
    for item in session.items:
        document, query = documents.get(item.doc_id), queries[item.query_id]
        cards.append(
            JudgeItem(
                query=query.text,
                note=query.note,
                title=title_of(documents, item.doc_id),
                text=document.text if document else "",
                where=_where(item, len(context.names), lists, most_ranks),
            )
        )
    return cards


def _where(item: Item, count: int, lists: str, most: int) -> str:
    """On which ranks a document stands; of more than `most` of the lists, the best alone."""
    if len(item.ranks) > most:
        best = min(item.ranks.values())
        return f"in {len(item.ranks)} of {count} {lists}, at best on rank {best}"
    return "rank " + ", ".join(f"{rank} in {name}" for name, rank in item.ranks.items())
