"""A diagnosis frozen: the document's place in every stage, and each cause with what it is worth."""

from __future__ import annotations

from collections.abc import Mapping

from engine.search.diagnosis.causes.wording import rank_words
from engine.search.diagnosis.sentence import diagnosis_sentence
from engine.search.settings import Settings
from engine.share.provenance import provenance
from engine.types import CorpusInfo
from engine.types.diagnosis.causes import Cause, ChainLink, Diagnosis
from engine.types.registries.stage_wording import score_kind, score_text, stage_label
from engine.types.share.figures import FigureRow, FiguresSnapshot, FigureTable

TITLE = "Why a document is not on top"
CHAIN, CAUSES = "Its place in every stage", "What keeps it there"


def diagnosis_figures(
    diagnosis: Diagnosis, corpus: CorpusInfo, settings: Settings, models: Mapping[str, str]
) -> FiguresSnapshot:
    """The chain and the causes of a diagnosis; `models` are those that ranked, by their roles."""
    tables = [
        FigureTable(
            CHAIN,
            ("Stage", "Rank", "Score", "Lost to"),
            tuple(_link(link, diagnosis.titles) for link in diagnosis.chain),
            "The rank in each stage's list, of so many documents, and which documents took its "
            "place there. Scores of different stages cannot be compared.",
        )
    ]
    if diagnosis.causes:
        rows = tuple(_cause(cause) for cause in diagnosis.causes)
        tables.append(
            FigureTable(
                CAUSES,
                ("Cause", "What was seen", "Undone", "Rank then"),
                rows,
                "Each cause was undone and the search run again: that rank says what it is worth.",
            )
        )
    return FiguresSnapshot(
        title=TITLE,
        provenance=provenance(corpus, settings, models=models),
        headline=diagnosis_sentence(diagnosis),
        opening=_opening(diagnosis),
        detail=f"{diagnosis.pipeline}, {diagnosis.of:,} documents",
        tables=tuple(tables),
        notices=diagnosis.notices,
    )


def _opening(diagnosis: Diagnosis) -> str:
    """What came out, without the name of a stage or a measure."""
    case = diagnosis.case
    name = f"“{diagnosis.document.title or diagnosis.document.doc_id}”"
    should = f"{'should' if case.wanted else 'should not'} be among the first {case.top} results"
    asked = f"The text {name} {should} of the search “{case.query}”."
    if not diagnosis.in_corpus:
        return f"{asked} The collection does not hold it."
    where = "is not listed" if diagnosis.rank is None else f"stands at place {diagnosis.rank:,}"
    first = diagnosis.first
    if diagnosis.met or first is None:
        return f"{asked} It {where}."
    if first.after is None:
        return f"{asked} It {where}. Below stands what keeps it there."
    return f"{asked} It {where}. With what keeps it there undone it would be at {first.after:,}."


def _link(link: ChainLink, titles: Mapping[str, str]) -> FigureRow:
    place = link.place
    rank = "–" if place.rank is None else f"{place.rank:,} of {place.of:,}"
    score = "–"
    if place.score is not None:
        score = f"{score_text(place.stage, place.score)} ({score_kind(place.stage)})"
    lost_to = ", ".join(titles.get(doc_id, doc_id) for doc_id in link.lost_to) or "–"
    return FigureRow(
        stage_label(place.stage),
        (rank, score, lost_to),
        None if place.rank is None else float(place.rank),
    )


def _cause(cause: Cause) -> FigureRow:
    rank = "not measured" if cause.after is None else rank_words(cause.after)
    return FigureRow(
        cause.kind.label,
        (cause.sentence, cause.undoing or "nothing that could be undone", rank),
        None if cause.after is None else float(cause.after),
    )
