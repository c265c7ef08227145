"""Every label's score of a pair, for classifiers that have several labels."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.plain_table import TableCell, TableColumn, plain_table
from engine.types import LabelScore
from engine.types.wording.numbers import decimal


def label_scores(
    titles: Sequence[str], scores: Sequence[Sequence[LabelScore]], *, key: str
) -> None:
    """Draw a row for each label and, for each document, its probability and its logit."""
    columns = [TableColumn("Label")]
    for number, title in enumerate(titles):
        formula = "softmax of the logits" if together(scores[0]) else "sigmoid of its own logit"
        note = title if len(titles) > 1 else formula
        letter = f"{'AB'[number]}: " if len(titles) > 1 else ""
        columns.append(TableColumn(f"{letter}Probability", note))
    plain_table(columns, rows_of(scores), caption="Every label's score", key=key)


def rows_of(scores: Sequence[Sequence[LabelScore]]) -> list[list[TableCell]]:
    """The labels as cells, in the model's own order."""
    rows = []
    for label_row in zip(*scores, strict=True):
        cells = [TableCell(label_row[0].label, tag="ranks" if label_row[0].ranks else "")]
        cells += [
            TableCell(
                f"{one.probability:.1%}",
                note=f"logit {decimal(one.logit)}",
                share=one.probability,
            )
            for one in label_row
        ]
        rows.append(cells)
    return rows


def labels_sentence(scores: Sequence[LabelScore]) -> str:
    """Which label ranks, what its score is, and what is explained."""
    ranks = next(one for one in scores if one.ranks)
    if together(scores):
        return (
            f"The probability of {ranks.label} ranks: the softmax over all {len(scores)} labels. "
            f"What is explained is its log-odds, {ranks.label}'s logit against all other labels' "
            "together: higher log-odds, higher probability, and never another order."
        )
    return (
        f"The probability of {ranks.label} ranks: the sigmoid of its own logit, for the labels do "
        "not exclude one another. What is explained is that logit."
    )


def together(scores: Sequence[LabelScore]) -> bool:
    """Whether the labels exclude one another: their probabilities sum to 1."""
    return abs(sum(one.probability for one in scores) - 1.0) < 0.001
