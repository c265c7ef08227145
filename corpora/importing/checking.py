"""Reads a source as an import would, and changes nothing: what would come of it."""

from __future__ import annotations

from dataclasses import dataclass

from corpora.importing.corpus_builder import counted
from corpora.importing.importing import Source, parent_ids, read_with_judgments
from corpora.readers.read_options import LeftOut, ReadOptions


@dataclass(frozen=True, slots=True)
class Checked:
    """What a source holds; `matching` judgments are of documents that it holds.

    `left_out` are rows that "keep the good rows" would leave out, the first 10,000 of them.
    """

    documents: int
    queries: int
    judgments: int
    matching: int
    left_out: tuple[LeftOut, ...]
    left_out_total: int
    notes: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What is in it, in a sentence."""
        counts = [counted(self.documents, "document", "documents")]
        if self.queries:
            counts.append(counted(self.queries, "query", "queries"))
        if self.judgments:
            counts.append(counted(self.judgments, "judgment", "judgments"))
        text = ", ".join(counts)
        if self.judgments:
            text += f", {self.matching:,} of them of documents that are here"
        return f"{text}."


def check_source(source: Source, read_options: ReadOptions) -> Checked:
    """Read the source with its queries and judgments; raises CrossExamError as an import does.

    Give a reading that keeps good rows to learn of all that are bad.
    """
    corpus, documents = read_with_judgments(source, "check", read_options)
    document_ids = {*corpus.store.ids(), *parent_ids(corpus)}
    return Checked(
        documents,
        len(corpus.queries),
        len(corpus.qrels),
        sum(qrel.doc_id in document_ids for qrel in corpus.qrels),
        read_options.left_out,
        sum(read_options.left_out_counts.values()),
        (*read_options.notes, *filter(None, [read_options.contradictions_sentence])),
        corpus.warnings,
    )
