"""A short list after a change: rank, title, score, and how each document moved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from components.common.browser_view import BrowserView
from components.common.export.save_picture import save_picture
from components.common.palette import down, up
from components.common.wording import movement_words, score_kind, score_text
from engine.types import Movement, Ranking
from system.csv_writing import csv_text

TOP = 10
_HERE = Path(__file__)
_MOUNT = BrowserView(
    "crossexam_mini_ranking",
    html='<div class="mr"></div>',
    css=_HERE.with_suffix(".css"),
    scripts=[_HERE.with_suffix(".js")],
)


def mini_ranking(
    ranking: Ranking,
    titles: Mapping[str, str],
    *,
    movements: Mapping[str, Movement],
    chosen: str,
    against: str,
    key: str,
    top: int = TOP,
) -> None:
    """Draw the first `top` documents, and the chosen one where it stands below them.

    `against` names what the movement is against: "rank 3 in the original list".
    """
    _MOUNT(
        data=pack(ranking, titles, movements=movements, chosen=chosen, against=against, top=top),
        key=key,
    )
    numbers = csv_text(
        ("rank", "doc_id", "title", "score", "change"),
        [
            (
                hit.rank,
                hit.doc_id,
                titles.get(hit.doc_id, ""),
                hit.score,
                moved.change if moved else None,
            )
            for hit in ranking.hits
            if hit.rank <= top or hit.doc_id == chosen
            for moved in (movements.get(hit.doc_id),)
        ],
    )
    save_picture(key, title=f"The ranking with the edit, against {against}", numbers=numbers)


def pack(
    ranking: Ranking,
    titles: Mapping[str, str],
    *,
    movements: Mapping[str, Movement],
    chosen: str,
    against: str,
    top: int = TOP,
) -> dict[str, Any]:
    """The rows as plain data; every text stays text."""
    rows = []
    for hit in ranking.hits:
        if hit.rank > top and hit.doc_id != chosen:
            continue
        movement = movements.get(hit.doc_id)
        movement_text = movement_words(movement, baseline=against, top=top) if movement else None
        rows.append(
            {
                "rank": hit.rank,
                "title": titles.get(hit.doc_id, "").strip() or hit.doc_id,
                "score": score_text(ranking.stage, hit.score),
                "chosen": hit.doc_id == chosen,
                "skipped": hit.rank > top + 1,
                "direction": movement_text.direction if movement_text else "same",
                "mark": movement_text.mark if movement_text else "",
                "sentence": movement_text.sentence if movement_text else "",
            }
        )
    return {
        "rows": rows,
        "kind": score_kind(ranking.stage, ranking.model),
        "arrows": {
            name: [pick(dark) for dark in (False, True)]
            for name, pick in (("up", up), ("down", down))
        },
    }
