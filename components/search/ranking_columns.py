"""Rankings side by side, a line from a document to itself in the next column.

Badges and lines have one meaning: both say how a document moved against the baseline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.common.browser_view import BrowserView
from components.common.palette import down, stage_colour, stage_label, up
from components.common.ranker_wording import is_additional_encoder, is_attached_run, is_reranker
from components.common.wording import (
    cache_words,
    counted,
    grade_words,
    milliseconds,
    movement_words,
    score_kind,
    score_text,
)
from engine.types import (
    BM25,
    CROSS_ENCODER,
    Document,
    Hit,
    ListQuality,
    Movement,
    SearchTrace,
    Snippet,
)
from engine.types.registries.measures import PRIMARY

FULL, COMPACT, STAGE = "", "compact", "stage"
NOT_YET = "Not yet"
_RESCUE_TOP = 10  # what a card enters or is rescued into, however many rows are shown
_ARROWS = {"up": up, "down": down}
_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_ranking_columns",
    html='<div class="rc"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[
        _HERE.parent / name
        for name in (
            "ranking_columns_cards.js",
            "ranking_columns_scroll.js",
            "ranking_columns.js",
        )
    ],
)


@dataclass(frozen=True, slots=True)
class ClickedRow:
    """The card that was clicked, or entered by keyboard, just now; what it shows is `doc_id`."""

    stage: str
    doc_id: str


def ranking_columns(
    trace: SearchTrace,
    documents: Mapping[str, Document],
    *,
    stages: Sequence[str],
    baseline: str,
    movements: Mapping[str, Mapping[str, Movement]],
    snippets: Mapping[str, Snippet],
    judgments: Mapping[str, int],
    quality: Mapping[str, ListQuality] | None = None,
    pending: Sequence[str] = (),
    provisional: Sequence[str] = (),
    waiting: Mapping[str, str] | None = None,
    top: int = 10,
    passages: Mapping[str, Mapping[str, str]] | None = None,
    opened: tuple[str, str] | None = None,
    near_ties: Mapping[str, Mapping[str, str]] | None = None,
    look: str = FULL,
    key: str,
) -> ClickedRow | None:
    """Draw a column for each stage and return the row clicked just now, else None.

    `movements` is by stage, then doc_id; `quality` by stage, where the query is judged. A
    stage in `pending` shows placeholders and the trace's `scored` of `to_score`, while its
    neighbours stay live; one in `provisional` too shows its cards so far, marked as such.
    `waiting` says by stage why one took no part in the search yet.
    `opened` is the stage and document of the card that was opened last: it is marked.
    `passages` names by stage the passage that stands for a document there, where the
    rankings are of documents: its text is on the card, and it is what a click returns.
    `near_ties` says by stage, then doc_id, why a document is too close to a neighbour to call.
    `look` is `FULL`; `COMPACT`, with one line a card and no legend; or `STAGE`, for a room.
    """
    data = pack(
        trace,
        documents,
        stages=stages,
        baseline=baseline,
        movements=movements,
        snippets=snippets,
        judgments=judgments,
        quality=quality,
        pending=pending,
        provisional=provisional,
        waiting=waiting,
        top=top,
        opened=opened,
        passages=passages,
        near_ties=near_ties,
        look=look,
    )
    result = _MOUNT(data=data, key=key, on_clicked_change=lambda: None)
    return clicked_row(result.clicked, trace, passages)


def clicked_row(
    value: object,
    trace: SearchTrace,
    passages: Mapping[str, Mapping[str, str]] | None = None,
) -> ClickedRow | None:
    """What the browser sent as a row, or None unless the trace really lists it."""
    if not isinstance(value, dict):
        return None
    stage, doc_id = value.get("stage"), value.get("doc_id")
    if not isinstance(stage, str) or not isinstance(doc_id, str):
        return None
    ranking = trace.ranking(stage)
    if ranking is None or ranking.find(doc_id) is None:
        return None
    return ClickedRow(stage, _text_of(doc_id, stage, passages))


def pack(
    trace: SearchTrace,
    documents: Mapping[str, Document],
    *,
    stages: Sequence[str],
    baseline: str,
    movements: Mapping[str, Mapping[str, Movement]],
    snippets: Mapping[str, Snippet],
    judgments: Mapping[str, int],
    quality: Mapping[str, ListQuality] | None = None,
    pending: Sequence[str],
    provisional: Sequence[str] = (),
    waiting: Mapping[str, str] | None = None,
    top: int,
    passages: Mapping[str, Mapping[str, str]] | None = None,
    opened: tuple[str, str] | None = None,
    near_ties: Mapping[str, Mapping[str, str]] | None = None,
    look: str = FULL,
) -> dict[str, Any]:
    """Everything the browser draws, as plain data; documents stay strings throughout."""
    ranks = {stage: _ranks(trace, stage) for stage in stages if stage not in pending}
    columns = []
    shown: set[str] = set()
    for stage in stages:
        column = _header(trace, stage, pending=stage in pending)
        if waiting and stage in waiting:
            column["empty"] = (NOT_YET, waiting[stage])
        column["baseline"] = stage == baseline
        unranked = stage in pending or column["empty"][0] == NOT_YET
        column["quality"] = _quality(quality.get(stage), pending=unranked) if quality else None
        column["cards"] = []
        column["provisional"] = stage in provisional
        hidden = stage in pending and stage not in provisional
        ranking = None if hidden else trace.ranking(stage)
        near_tie_texts = {} if stage in pending else (near_ties or {}).get(stage, {})
        stage_movements = {} if stage in (baseline, *pending) else movements.get(stage, {})
        for hit in ranking.hits[:top] if ranking else ():
            shown.add(hit.doc_id)
            text_id = _text_of(hit.doc_id, stage, passages)
            card = _card(hit, stage, documents.get(text_id), snippets.get(text_id))
            card["opened"] = opened == (stage, hit.doc_id)
            card["grade"] = _grade(hit.doc_id, judgments)
            relevant = judgments.get(hit.doc_id, 0) > 0
            entering_top = _RESCUE_TOP if look == COMPACT else top
            card["move"] = _move(
                stage_movements.get(hit.doc_id), baseline, entering_top, relevant=relevant
            )
            card["cut"] = trace.truncated.get(text_id, 0) if stage == CROSS_ENCODER else 0
            card["tie"] = near_tie_texts.get(hit.doc_id, "")
            column["cards"].append(card)
        columns.append(column)
    ranks_by_document = {
        doc_id: [ranks[stage].get(doc_id, 0) if stage in ranks else -1 for stage in stages]
        for doc_id in sorted(shown)
    }
    arrows = {
        name: [colour_of(dark) for dark in (False, True)] for name, colour_of in _ARROWS.items()
    }
    return {
        "columns": columns,
        "where": ranks_by_document,
        "top": top,
        "look": look,
        "arrows": arrows,
        "against": stage_label(baseline),
        "tie": any(card["tie"] for column in columns for card in column["cards"]),
        "anchor": list(stages).index(baseline) if baseline in stages else -1,
    }


def segments(text: str, marks: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text cut at its marks, as (piece, marked); stray and overlapping marks are clipped.

    Cut here, for Python counts code points and a browser counts UTF-16 units.
    """
    pieces: list[tuple[str, bool]] = []
    text_position = 0
    for start, end in sorted(marks):
        start, end = max(start, text_position), min(end, len(text))
        if start >= end:
            continue
        pieces += [(text[text_position:start], False), (text[start:end], True)]
        text_position = end
    pieces.append((text[text_position:], False))
    return [piece for piece in pieces if piece[0]]


def _text_of(doc_id: str, stage: str, passages: Mapping[str, Mapping[str, str]] | None) -> str:
    """The document, or the passage of it, whose text stands on its card in this column."""
    return (passages or {}).get(stage, {}).get(doc_id, doc_id)


def _ranks(trace: SearchTrace, stage: str) -> dict[str, int]:
    ranking = trace.ranking(stage)
    return {hit.doc_id: hit.rank for hit in ranking.hits} if ranking else {}


def _header(trace: SearchTrace, stage: str, *, pending: bool) -> dict[str, Any]:
    ranking = trace.ranking(stage)
    model = ranking.model if ranking else ""
    timings = [timing for timing in trace.timings if timing.stage == stage]
    waits = trace.scoring in ("", stage) or not is_reranker(stage)
    time = milliseconds(trace.stage_seconds(stage)) if timings and not pending else ""
    reach = _reach(trace) if is_additional_encoder(stage) else None
    if is_attached_run(stage):
        reach = ("attached run", "as another system returned it; nothing computed here")
    return {
        "stage": stage,
        "label": stage_label(stage),
        "colours": [stage_colour(stage, dark) for dark in (False, True)],
        "model": model.rsplit("/", 1)[-1] if reach is None else reach[0],
        "model_name": model if reach is None else f"{model}: {reach[1]}",
        "time": time,
        "cached": cache_words(timings),
        "kind": (ranking.kind if ranking else "") or score_kind(stage, model),
        "progress": (trace.scored, trace.to_score) if pending and waits else None,
        "empty": _empty(trace, stage),
    }


def _reach(trace: SearchTrace) -> tuple[str, str]:
    """Short and in a sentence: what an additional bi-encoder ranks, in a stage of its own."""
    n = f"{trace.corpus.documents:,}"
    many = counted(trace.corpus.documents, "document")
    sentence = (
        f"retrieves from all {many} with embeddings of its own; it reranks no other "
        "stage's candidates"
    )
    return f"retrieves from all {n}", sentence


def _empty(trace: SearchTrace, stage: str) -> tuple[str, str]:
    """A heading and a sentence for a column without cards."""
    if stage in trace.failures:
        return "Failed", trace.failures[stage]
    if trace.ranking(stage) is None:
        if trace.complete:
            return "Not run", "This stage took no part in this search."
        return NOT_YET, "This stage waits for the ones before it."
    if is_attached_run(stage):
        sentence = (
            "This run has no list for this query. It answers the queries of its file, by their "
            "ids in this corpus or their very texts."
        )
        return "Not in this run", sentence
    if stage == BM25:
        sentence = (
            "No document shares a word with this query, stop words aside. BM25 matches words, not "
            "meanings."
        )
        return "No match", sentence
    return "Nothing found", "This stage lists no document for this query."


def _card_title(document: Document | None) -> str:
    """The title, behind the number of its passage where the document is a part of a longer one."""
    title = document.title.strip() if document else ""
    if document is None or document.parent_id is None or not title:
        return title
    number = document.doc_id.removeprefix(f"{document.parent_id}#")
    return f"Passage {number} · {title}" if number.isdigit() else title


def _card(
    hit: Hit, stage: str, document: Document | None, snippet: Snippet | None
) -> dict[str, Any]:
    text, marks = (snippet.text, snippet.marks) if snippet else ("", ())
    if snippet is None and document is not None:
        text = document.text[:240]
    if document is not None and not document.held:
        text, marks = "Not in this corpus: the run lists this id, and there is no text to show.", ()
    return {
        "id": hit.doc_id,
        "rank": hit.rank,
        "title": _card_title(document) or hit.doc_id,
        "snippet": segments(text, marks),
        "score": score_text(stage, hit.score),
    }


def _grade(doc_id: str, judgments: Mapping[str, int]) -> dict[str, Any] | None:
    grade = judgments.get(doc_id)
    if grade is None:
        return None
    binary = max(judgments.values()) <= 1
    return {"value": grade, "of": 1 if binary else 3, "words": grade_words(grade, binary=binary)}


def _quality(quality: ListQuality | None, *, pending: bool) -> dict[str, str]:
    """nDCG@10 of a column and how much of its top is judged."""
    if pending or quality is None:
        return {"measure": PRIMARY.name, "ndcg": "…" if pending else "none", "judged": ""}
    return {
        "measure": PRIMARY.name,
        "ndcg": f"{quality.value:.3f}",
        "judged": f"{quality.judged} of {quality.of} judged",
    }


def _move(
    movement: Movement | None, baseline: str, top: int, *, relevant: bool
) -> dict[str, str] | None:
    movement_text = movement and movement_words(
        movement, baseline=stage_label(baseline), top=min(top, _RESCUE_TOP), relevant=relevant
    )
    if not movement_text:
        return None
    return {
        "direction": movement_text.direction,
        "mark": movement_text.mark,
        "note": movement_text.note,
        "sentence": movement_text.sentence,
    }
