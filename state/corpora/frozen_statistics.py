"""A corpus' statistics frozen, to be kept as a walkthrough's step."""

from __future__ import annotations

from collections.abc import Callable

from corpora.statistics.figures import CorpusFigures, ModelReading
from corpora.stores.corpus import Corpus
from engine.share.provenance import provenance
from engine.types.share.figures import FigureRow, FiguresSnapshot, FigureTable
from state.corpora.statistics import middle

TITLE, FIGURES, READ = "What a collection is like", "The documents", "What each model reads of them"


def frozen_statistics(
    corpus: Corpus, figures: CorpusFigures, query_tokens: int
) -> Callable[[], FiguresSnapshot]:
    """What freezes the statistics beside a query of so many tokens."""
    return lambda: _snapshot(corpus, figures, query_tokens)


def _snapshot(corpus: Corpus, figures: CorpusFigures, query_tokens: int) -> FiguresSnapshot:
    info, lengths = corpus.info, figures.readings[0].lengths
    median, longest = middle(lengths), int(lengths.max(initial=0))
    counts = (
        ("Documents", info.documents, ""),
        ("Median length", median, "tokens"),
        ("Longest", longest, "tokens"),
        ("Different terms", figures.vocabulary, "as BM25 counts them"),
        ("Near-duplicate pairs", len(figures.duplicates), ""),
        ("Queries", len(corpus.queries), ""),
        ("Judgments", len(corpus.qrels), "that came with the corpus"),
    )
    return FiguresSnapshot(
        title=TITLE,
        provenance=provenance(
            info, None, models={reading.role: reading.model for reading in figures.readings}
        ),
        headline=f"{info.documents:,} {'passages' if corpus.split else 'documents'} in {info.name}",
        opening=(
            f"The collection “{info.name}” holds {info.documents:,} texts. Half of them are "
            f"shorter than {median:,.0f} word pieces, the longest has {longest:,}; "
            f"{len(figures.duplicates):,} pairs say nearly the same."
        ),
        detail=corpus.description,
        tables=(
            FigureTable(
                FIGURES,
                ("Figure", "Value", ""),
                tuple(
                    FigureRow(name, (f"{value:,.0f}", unit), float(value))
                    for name, value, unit in counts
                ),
                "Lengths are tokens of title and text, as the first of the models counts them.",
            ),
            FigureTable(
                READ,
                ("Model", "Its limit", "Documents that are cut", "Tokens never read"),
                tuple(_reading(reading, query_tokens) for reading in figures.readings),
                f"Beside a query of {query_tokens:,} tokens, where a model reads both.",
            ),
        ),
        notices=corpus.warnings,
    )


def _reading(reading: ModelReading, query_tokens: int) -> FigureRow:
    tokens = query_tokens if reading.role == "cross-encoder" else 0
    cut = reading.cut(tokens)
    share = f"{reading.unread_share(tokens):.1%}"
    return FigureRow(reading.model, (f"{reading.limit:,}", f"{cut:,}", share), float(cut))
