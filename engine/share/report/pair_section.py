"""The figures of a pair: its words with what each did, and what attention links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from engine.share.report.figures import cell, figure, notices, number, panels, signed_bar, table
from engine.share.report.markup import Child, Markup, joined, tag, user_text
from engine.share.report.provenance_part import provenance_part
from engine.types import FLAGGED_ABOVE
from engine.types.registries.explanation_methods import (
    EMPTY_DOCUMENT,
    EXPLANATION_METHODS,
    ExplanationMethod,
)
from engine.types.share.snapshots import AttentionLinks, PairSnapshot, SnapshotWord

STRENGTHS = 5  # shades of a chip on either side
WEAKEST = 0.06  # of the strongest: weaker words stay unshaded
MOST_ROWS = 60
QUERY_STAYS = " The query stays whole in the baseline, so its words have no value."


def pair_section(snapshot: PairSnapshot, name: str) -> Markup:
    """All of it, in tabs; `name` makes the ids of this part unlike those of others."""
    parts: list[tuple[str, Markup]] = []
    if snapshot.query_words or snapshot.document_words:
        parts += [("The words", _words(snapshot)), ("By value", _by_value(snapshot))]
    if snapshot.attention is not None:
        parts.append(("Attention", _attention(snapshot.attention)))
    parts.append(("How it was made", provenance_part(snapshot.provenance)))
    return panels(parts, name=name)


def _method(snapshot: PairSnapshot) -> ExplanationMethod | None:
    return EXPLANATION_METHODS.find(snapshot.method)


def _decimals(snapshot: PairSnapshot) -> int:
    return 2 if snapshot.unit == "logit" else 3


def _words(snapshot: PairSnapshot) -> Markup:
    """Both texts in reading order, each word shaded by its value."""
    method = _method(snapshot)
    words = (*snapshot.query_words, *snapshot.document_words)
    strongest = max((abs(word.value) for word in words), default=0.0)
    groups, first = [], 0
    for title, group in (("Query", snapshot.query_words), ("Document", snapshot.document_words)):
        groups.append(_group(title, group, first, strongest, snapshot))
        first += len(group)
    return joined(
        [
            tag("p", *_score(snapshot), class_="headline"),
            figure(
                f"What each word did: {method.label if method else snapshot.method}",
                joined(groups),
                f"{method.description if method else ''} Blue raised the {snapshot.unit}, orange "
                "lowered it; the stronger the shade, the more. Hover or tap a word for its value."
                + QUERY_STAYS
                * (snapshot.baseline == EMPTY_DOCUMENT),
            )
            if method is None or method.signed
            else figure(
                f"Where heads looked: {method.label}",
                joined(groups),
                f"{method.description} {method.caveat} The stronger the shade, the more.",
            ),
            notices(snapshot.notices),
        ]
    )


def _score(snapshot: PairSnapshot) -> list[Child]:
    """The score, what it is measured from, and how far the explanation is off."""
    decimals = _decimals(snapshot)
    parts: list[Child] = [
        user_text(snapshot.title or snapshot.doc_id),
        f": {snapshot.unit} {number(snapshot.score, decimals)}.",
    ]
    if snapshot.baseline_score is not None:
        against = (
            "[PAD] for the document's words"
            if snapshot.baseline == EMPTY_DOCUMENT
            else snapshot.baseline or "a text without a word"
        )
        gap = snapshot.score - snapshot.baseline_score
        parts.append(
            f" With {against} it is {number(snapshot.baseline_score, decimals)}; the values "
            f"below explain the difference of {number(gap, decimals, sign=True)}"
        )
        if round(snapshot.special_value, decimals):
            special = number(snapshot.special_value, decimals, sign=True)
            parts.append(f", {special} of it by {snapshot.specials}, which are no words")
        if snapshot.residual is not None:
            large = ": that is large" if snapshot.residual > FLAGGED_ABOVE else ""
            parts.append(f". What they leave unexplained: {snapshot.residual:.1%}{large}")
        parts.append(".")
    return parts


def _group(
    title: str,
    words: Sequence[SnapshotWord],
    first: int,
    strongest: float,
    snapshot: PairSnapshot,
) -> Markup:
    return tag(
        "div",
        tag("h5", title),
        tag(
            "p",
            *_spaced(
                tag(
                    "span",
                    user_text(word.text),
                    class_=f"chip {shade(word.value, strongest)}",
                    title=number(word.value, _decimals(snapshot) + 1, sign=True),
                    data_doc=first + position,
                )
                for position, word in enumerate(words)
            ),
            class_="chips",
        ),
    )


def shade(value: float, strongest: float) -> str:
    """The class of a shade: "up-1" to "up-5", "down-1" to "down-5", "" for next to nothing."""
    share = abs(value) / strongest if strongest else 0.0
    if share < WEAKEST:
        return ""
    step = max(1, min(STRENGTHS, round(share * STRENGTHS)))
    return f"{'up' if value > 0 else 'down'}-{step}"


def _by_value(snapshot: PairSnapshot) -> Markup:
    """The words as rows, the strongest first, each with its bar."""
    words = [("query", word) for word in snapshot.query_words]
    words += [("document", word) for word in snapshot.document_words]
    strongest = max((abs(word.value) for _, word in words), default=0.0) or 1.0
    order = sorted(range(len(words)), key=lambda place: (-abs(words[place][1].value), place))
    shown = order[:MOST_ROWS]
    rows = []
    for place in shown:
        where, word = words[place]
        said = number(word.value, _decimals(snapshot) + 1, sign=True)
        rows.append(
            [
                cell(user_text(word.text)),
                cell(where),
                cell(signed_bar(word.value / strongest, label=said)),
                cell(said, word.value),
            ]
        )
    left_out = len(order) - len(shown)
    return figure(
        "The strongest words",
        table(["Word", "Where", "Effect", snapshot.unit], rows, label="Words", documents=shown),
        f"To the right: raised the {snapshot.unit}. To the left: lowered it."
        + (f" {left_out} weaker words are not listed." if left_out else ""),
    )


def _attention(links: AttentionLinks) -> Markup:
    """The query's words, and under each the document shaded by what it gets from it."""
    queries = tag(
        "p",
        *_spaced(
            tag("button", user_text(unit), class_="chip", type="button", data_query=position)
            for position, unit in enumerate(links.query_units)
        ),
        class_="chips",
    )
    strongest = max((max(row, default=0.0) for row in links.weights), default=0.0)
    totals = [
        sum(row[place] for row in links.weights) / (len(links.weights) or 1)
        for place in range(len(links.document_units))
    ]
    most = max(totals, default=0.0)
    documents = tag(
        "p",
        *_spaced(
            tag(
                "span",
                user_text(unit),
                class_=f"chip {shade(totals[place], most).replace('up', 'look')}",
                title=f"mean {totals[place]:.1%}",
                data_weights=" ".join(_weight(row[place], strongest) for row in links.weights),
            )
            for place, unit in enumerate(links.document_units)
        ),
        class_="chips",
    )
    best = [
        [
            cell(user_text(unit)),
            cell(user_text(links.document_units[row.index(max(row))]) if row else "–"),
            cell(f"{max(row, default=0.0):.1%}", max(row, default=0.0)),
        ]
        for unit, row in zip(links.query_units, links.weights, strict=True)
    ]
    return joined(
        [
            figure(
                f"Where each word of the query looks: {links.where}",
                tag(
                    "div",
                    tag("h5", "Query"),
                    queries,
                    tag("h5", "Document"),
                    documents,
                    class_="attention",
                ),
                "Shown is the mean over the query's words; hover or press one to see it alone. "
                "These are weights of self-attention within one text made of both. Attention "
                "shows where heads look; it is not the cause of a score.",
            ),
            figure(
                "The strongest link of each",
                table(["Query", "Document", "Weight"], best, label="Strongest links"),
                "The weight is the share of the word's attention that goes to this one.",
            ),
        ]
    )


def _weight(weight: float, strongest: float) -> str:
    return f"{weight / strongest:.2f}" if strongest else "0"


def _spaced(chips: Iterable[Markup]) -> Iterator[Child]:
    """The chips, each with a blank behind it: lines break between words, not within."""
    for chip in chips:
        yield from (chip, " ")
