"""A document's places in all stages, and where each list that counts ends."""

from __future__ import annotations

from dataclasses import replace

from components.common.plain_table import TableCell, TableColumn, plain_table
from components.common.wording import score_kind, score_text
from components.search.rank_lookup_table import row
from engine.types.diagnosis.causes import ChainLink, Diagnosis


def chain_table(diagnosis: Diagnosis, *, key: str) -> None:
    """Draw a row for each stage: rank, score, what it lacks, and who took its place."""
    plain_table(
        [
            TableColumn("Stage"),
            TableColumn("Rank"),
            TableColumn("Score"),
            TableColumn("It lacks", "Score at the last rank that counts, minus its own"),
            TableColumn("Lost to", "Who took its place, the nearest first", words=True),
        ],
        [chain_row(link, diagnosis) for link in diagnosis.chain],
        caption="The document's rank and score in every stage",
        key=key,
    )


def chain_row(link: ChainLink, diagnosis: Diagnosis) -> list[TableCell]:
    """Stage, rank and score as in the rank lookup, then the gap and who took its place."""
    stage, rank, score = row(link.place)
    tag = "lost here" if link.place.stage == diagnosis.lost_at else ""
    return [
        TableCell(stage.text, tag=tag),
        replace(rank, note="") if link.place.listed else rank,
        score,
        TableCell(gap_text(link)),
        TableCell(", ".join(diagnosis.titles.get(i, i) for i in link.lost_to) or "–"),
    ]


def gap_text(link: ChainLink) -> str:
    """ "0.031 (cosine) to rank 50"; a dash where the document is within, or cannot be placed."""
    if link.gap is None or link.border is None:
        return "–"
    stage = link.place.stage
    at_border = f"{score_kind(stage)} {score_text(stage, link.border.score)}"
    return f"{score_text(stage, link.gap)} to rank {link.border.rank:,} ({at_border})"
