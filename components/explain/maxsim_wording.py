"""Late interaction in sentences: where a score comes from, and whether it may rank."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.wording import counted
from engine.types import LateMeasurement, TokenMatches
from engine.types.registries.measures import NDCG


def match_sentence(matches: TokenMatches) -> str:
    """How much of the score the strongest token brings, and what was not read."""
    values = matches.similarities
    rows = range(len(matches.query_tokens))
    maxima = [float(values[row, column]) for row, column in zip(rows, matches.best, strict=True)]
    text_rows = [row for row in rows if row not in matches.special_rows] or list(rows)
    strongest = max(text_rows, key=maxima.__getitem__)
    doc_token = matches.doc_tokens[matches.best[strongest]]
    text = (
        f"{counted(len(text_rows), 'query token')}{_and_specials(len(rows) - len(text_rows))} "
        f"against {counted(len(matches.doc_tokens), 'document token')}. The "
        f"strongest match is “{matches.query_tokens[strongest]}” with “{doc_token}”, "
        f"{maxima[strongest]:.4f}; the best matches sum to the score."
    )
    if matches.n_truncated:
        text += (
            f" The document's last {counted(matches.n_truncated, 'token was', 'tokens were')} not "
            "read."
        )
    return text


def _and_specials(count: int) -> str:
    return f" and {counted(count, 'special token')}, in one row," if count else ""


def verdict_sentence(measured: Sequence[LateMeasurement]) -> str:
    """Whether the packaged encoder's MaxSim is offered as a ranker, with the figures."""
    if not measured:
        return (
            "It was not measured against its own bi-encoder yet, so it is not offered as a ranker: "
            "run 'python -m benchmarks.late_interaction'."
        )
    figures = "; ".join(
        f"{m.corpus}: {NDCG.name} {m.maxsim:.4f} against {m.own_bi_encoder:.4f} "
        f"({counted(m.documents, 'document')}, {counted(m.queries, 'query', 'queries')})"
        for m in measured
    )
    if all(m.wins for m in measured) and len(measured) < 2:
        return (
            "Its MaxSim beats the same encoder's mean-pooled vectors where it was measured, but "
            f"one collection is too little to offer it as a ranker. {figures}."
        )
    if all(m.wins for m in measured):
        return (
            "As a ranker it is offered, for its MaxSim beats the same encoder's mean-pooled "
            f"vectors. {figures}."
        )
    return (
        "As a ranker it is not offered, for its MaxSim does not beat the same encoder's "
        f"mean-pooled vectors everywhere. {figures}."
    )
