"""The rankings of a search side by side, redrawn while the cross-encoder scores."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from components.common import stage
from components.common.messages import error, notice
from components.common.palette import stage_label
from components.search.headline import headline
from components.search.ranking_columns import FULL, STAGE, ranking_columns
from components.search.stage_strip import stage_strip
from engine.quality.passage_judgments import grades_of
from engine.search.folding import best_passages, fold_by, fold_trace
from engine.search.judged_change import judged_sentence, list_quality
from engine.search.movement import movements, summary
from engine.search.precision.near_ties import near_tie_notes
from engine.search.stages.windows import first_window
from engine.types import BLEND, CROSS_ENCODER, Document, Ranking, SearchTrace
from engine.types.ranker_names import name_of, retrieves, stage_of
from pages.search.calibration.no_answer import has_floor, no_answer_words, to_calibration
from pages.search.column_choice import ColumnChoice
from state import url_state
from state.app_resources import LoadedCorpus
from state.search.search_jobs import Search


@dataclass(frozen=True, slots=True)
class Comparison:
    """A search, and how its rankings are shown: in which columns, judged by what.

    `waiting` says by stage why one takes no part in the search yet; with `by_document` a
    document has one card, for its best passage.
    """

    loaded: LoadedCorpus
    search: Search
    columns: ColumnChoice
    waiting: Mapping[str, str] = field(default_factory=dict)
    judgments: Mapping[str, int] = field(default_factory=dict)
    by_document: bool = False

    def folded(self, trace: SearchTrace) -> SearchTrace:
        """The trace as it is shown: of documents where the passages are folded."""
        return fold_trace(trace, self.loaded.corpus.store) if self.by_document else trace


def waiting_words(embedding: list[str], search: Search, names: list[str]) -> dict[str, str]:
    """Why each additional stage that was asked for takes no part in the search yet."""
    taking_part = [stage_of(name) for name in search.settings.rerankers]
    return {
        name: "It has to embed the corpus first: see above."
        if name in embedding
        else "It is asked once the embedding above is done, so that it is asked only once."
        for name in names
        if name not in taking_part
    }


def rankings_so_far(comparison: Comparison) -> None:
    """Draw the sentence, the strip and the columns as far as the search is."""
    job = comparison.search.job
    running = job.running
    if job.problem is not None:
        error(url_state.error_message(job.problem))
        return
    trace = comparison.search.trace
    if trace is None:
        return
    passages = (
        best_passages(trace, comparison.loaded.corpus.store) if comparison.by_document else {}
    )
    folded_trace = comparison.folded(trace)
    with stage.picture():
        _sentence(comparison, folded_trace, running=running)
        if not stage.is_on():
            stage_strip(folded_trace, key="strip")
        _columns(comparison, folded_trace, passages, running=running)


def _sentence(comparison: Comparison, trace: SearchTrace, *, running: bool) -> None:
    """What the cross-encoder changed and cost, or how far it is."""
    first_stage = comparison.search.settings.first_stage
    baseline = comparison.columns.baseline
    headline_text = summary(
        trace,
        first_stage,
        CROSS_ENCODER,
        "cross-encoder",
        grades=_grades(comparison, trace),
        against="" if baseline == first_stage else stage_label(first_stage),
    )
    document_rankings = _document_rankings(comparison, trace)
    first_stage_ranking = document_rankings.get(first_stage)
    cross_encoder_ranking = document_rankings.get(CROSS_ENCODER)
    loaded = comparison.loaded
    keeps_a_line = has_floor(loaded)
    detail = "" if comparison.judgments or keeps_a_line else None
    is_answered = any(grade > 0 for grade in comparison.judgments.values())
    missing_answer = "" if running or is_answered else no_answer_words(loaded, trace)
    if (
        headline_text
        and not running
        and first_stage_ranking is not None
        and cross_encoder_ranking is not None
    ):
        detail = judged_sentence(
            first_stage_ranking, cross_encoder_ranking, comparison.judgments
        ) or ("" if keeps_a_line else None)
    if running and trace.to_score:
        reader = (
            "The cross-encoder" if name_of(trace.scoring) is None else stage_label(trace.scoring)
        )
        headline_text = f"{reader} is reading pair {trace.scored} of {trace.to_score} …"
    if missing_answer:
        detail = f"{missing_answer} {detail or ''}".rstrip()
    headline(headline_text or "Searching …", detail, key="headline_compare")
    if missing_answer:
        to_calibration()


def _columns(
    comparison: Comparison,
    trace: SearchTrace,
    passages: Mapping[str, Mapping[str, str]],
    *,
    running: bool,
) -> None:
    """The columns, and the way to Attention for the card that was clicked."""
    loaded, query = comparison.loaded, comparison.search.query
    columns = comparison.columns
    base = trace.ranking(columns.baseline)
    rankings = [ranking for name in columns.stages if (ranking := trace.ranking(name)) is not None]
    shown_ids = [
        passages.get(ranking.stage, {}).get(doc_id, doc_id)
        for ranking in rankings
        for doc_id in ranking.ids(columns.top)
    ]
    documents = loaded.corpus.store.get(list(dict.fromkeys(shown_ids)))
    clicked = ranking_columns(
        trace,
        {document.doc_id: document for document in documents},
        stages=columns.stages,
        baseline=columns.baseline,
        movements={r.stage: movements(base, r) for r in rankings} if base is not None else {},
        snippets=loaded.searcher.snippets(query, documents),
        judgments=_grades(comparison, trace),
        quality={
            name: quality
            for name, ranking in _document_rankings(comparison, trace).items()
            if (quality := list_quality(ranking, comparison.judgments)) is not None
        },
        pending=[
            name
            for name in columns.stages
            if running and name not in comparison.waiting and still_scoring(trace, name)
        ],
        provisional=[CROSS_ENCODER] if running and has_provisional(trace) else [],
        waiting=comparison.waiting,
        top=columns.top,
        passages=passages,
        opened=url_state.opened_card(query),
        near_ties={ranking.stage: near_tie_notes(ranking) for ranking in rankings},
        look=STAGE if stage.is_on() else FULL,
        key="ranking_columns",
    )
    if clicked is not None and not held(documents, clicked.doc_id):
        notice(f"{clicked.doc_id} is not in this corpus: there is no text to open.")
    elif clicked is not None:
        url_state.card_opened(query, clicked.stage, clicked.doc_id)
        url_state.set_next(**{url_state.DOCUMENT: clicked.doc_id})
        url_state.leave_for("pages/explain/attention.py")


def held(documents: Iterable[Document], doc_id: str) -> bool:
    """Whether the corpus has the text of this one."""
    return all(document.held for document in documents if document.doc_id == doc_id)


def _grades(comparison: Comparison, trace: SearchTrace) -> dict[str, int]:
    """The judgment of each listed document, also of one that is a passage."""
    if not comparison.judgments:
        return {}
    listed_ids = list(dict.fromkeys(doc_id for r in trace.rankings for doc_id in r.ids()))
    return grades_of(comparison.loaded.corpus.store.get(listed_ids), comparison.judgments)


def _document_rankings(comparison: Comparison, trace: SearchTrace) -> dict[str, Ranking]:
    """Each stage's ranking of what judgments are about: of documents, not of passages."""
    corpus = comparison.loaded.corpus
    return {r.stage: fold_by(corpus.store, r) if corpus.split else r for r in trace.rankings}


def has_provisional(trace: SearchTrace) -> bool:
    """Whether the cross-encoder has read the first stage's best, and still reads others."""
    return trace.scoring == CROSS_ENCODER and trace.scored >= first_window(trace.to_score)


def still_scoring(trace: SearchTrace, stage: str) -> bool:
    """Whether a running search has not yet finished a stage that scores pairs."""
    if retrieves(stage) or (stage not in (CROSS_ENCODER, BLEND) and name_of(stage) is None):
        return False
    done = [timing.stage for timing in trace.timings]
    return stage == trace.scoring or stage not in done or trace.scoring == CROSS_ENCODER
