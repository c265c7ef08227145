"""Why a document was read wrongly: it holds no word, its answer lies beyond the cut, or a typo."""

from __future__ import annotations

from engine.search.diagnosis.causes.wording import quoted, rank_words
from engine.search.diagnosis.query_signs import misspellings, respelt
from engine.search.diagnosis.subject import Subject
from engine.search.passages import score_passages
from engine.search.precision.rescoring import scorer_of
from engine.types import BI_ENCODER, CROSS_ENCODER, Document, TokenBudget
from engine.types.diagnosis.causes import CUT, EMPTY, MISSPELT, Cause, Evidence
from engine.types.wording.numbers import decimal

LEAST_WINDOW = 32  # tokens


def holds_no_word(subject: Subject) -> Cause | None:
    """There is nothing to read: every reranker ranks it last by rule."""
    if subject.has_word:
        return None
    return Cause(
        EMPTY,
        "The document holds no letter and no digit: BM25 cannot list it, and every reranker ranks "
        "it last by rule",
        (Evidence("Characters", f"{len(subject.document.content):,}"),),
    )


def is_cut(subject: Subject) -> Cause | None:
    """A part of it that is never read would rank it higher than the part that is read."""
    document, query = subject.document, subject.query
    budgets = {b.role: b for b in subject.instruments.budgets(query, document.content)}
    cross, bi = budgets.get(CROSS_ENCODER), budgets.get(BI_ENCODER)
    cross_cut = cross is not None and cross.unread_tokens > 0
    bi_cut = bi is not None and bi.unread_tokens > 0 and not subject.listed
    if not cross_cut and not bi_cut:
        return None
    evidence: list[Evidence] = []
    first_rank = subject.first.rank if subject.first is not None else None
    if bi_cut and bi is not None:
        cosine, excerpt = _best_cosine(subject, bi)
        first_rank = _earlier(first_rank, subject.rank_in_first_stage(cosine=cosine))
        evidence += [
            Evidence("The bi-encoder reads", _read(bi)),
            Evidence("Cosine of the passage nearest to the query", decimal(cosine, 3)),
            Evidence("That passage", excerpt),
            Evidence("By it the first stage has the document at", rank_words(first_rank)),
        ]
    after = subject.would_be
    if cross_cut and cross is not None:
        spans = _windows(subject, cross, CROSS_ENCODER)
        scores = score_passages(
            scorer_of(subject.searcher.reranker, subject.settings.precision).reranker,
            query,
            document.content,
            spans,
            title=document.title,
            cancel=subject.cancel,
        )
        best = scores.best
        after = subject.rank_by_logit(max(scores.max_p, scores.whole))
        evidence += [
            Evidence("The cross-encoder reads", _read(cross)),
            Evidence("Logit as it is cut", decimal(scores.whole)),
            Evidence("Logit of its best passage", decimal(scores.max_p)),
            Evidence("That passage", _excerpt(subject, best.start, best.end)),
        ]
    reaches = subject.listed or (first_rank is not None and first_rank <= subject.settings.depth)
    after = after if reaches else first_rank
    if after is None or after >= (subject.rank or subject.trace.corpus.documents + 1):
        return None
    who = (
        "Both models read"
        if cross_cut and bi_cut
        else ("The cross-encoder reads" if cross_cut else "The bi-encoder reads")
    )
    return Cause(
        CUT,
        f"{who} only the beginning of this document, and a passage behind it fits the query better",
        tuple(evidence),
        "scored by its best passage",
        after,
    )


def _best_cosine(subject: Subject, budget: TokenBudget) -> tuple[float, str]:
    text = subject.document.content
    spans = _windows(subject, budget, BI_ENCODER)
    title = f"{subject.document.title} " if subject.document.title else ""
    passages = [f"{title if start else ''}{text[start:end]}" for start, end in spans]
    cosines = subject.instruments.cosines(subject.query, passages)
    best = max(range(len(spans)), key=lambda position: cosines[position])
    return float(cosines[best]), _excerpt(subject, *spans[best])


def _windows(subject: Subject, budget: TokenBudget, role: str) -> list[tuple[int, int]]:
    """Half-overlapping windows that the model reads whole, with room for a title before each."""
    text, title = subject.document.content, subject.document.title
    room = budget.limit - budget.special_tokens - budget.query_tokens
    title_share = len(title) * budget.doc_tokens // max(1, budget.characters)
    length = max(LEAST_WINDOW, room - title_share - 4)
    return list(subject.instruments.windows(text, length, max(1, length // 2), role))


def _earlier(before: int | None, after: int | None) -> int | None:
    ranks = [rank for rank in (before, after) if rank is not None]
    return min(ranks, default=None)


def _read(budget: TokenBudget) -> str:
    return f"{budget.read_tokens:,} of {budget.doc_tokens:,} tokens"


def _excerpt(subject: Subject, start: int, end: int) -> str:
    """The stretch of a passage that holds most of the query's terms."""
    passage = Document(subject.doc_id, subject.document.content[start:end])
    return subject.searcher.snippets(subject.query, [passage])[subject.doc_id].text


def is_misspelt(subject: Subject) -> Cause | None:
    """Words of the query that no document holds have a like one that some hold."""
    vocabulary = subject.instruments.vocabulary()
    if vocabulary is None:
        return None
    corrections = misspellings(subject.searcher.terms(subject.query), vocabulary)
    corrected = respelt(subject.query, corrections)
    if corrected == subject.query:
        return None
    after = subject.rank_for(corrected)
    now = subject.rank
    helps = after is not None and (now is None or after < now)
    if subject.case.wanted and not helps:
        return None
    if not subject.case.wanted and subject.case.met(now) == subject.case.met(after):
        return None
    evidence = tuple(
        Evidence(
            f"“{wrong}” is in no document",
            f"{quoted([right])} is in {vocabulary.holding.get(right, 0):,}",
        )
        for wrong, right in corrections.items()
    )
    return Cause(
        MISSPELT,
        f"No document holds {quoted(list(corrections))}",
        evidence,
        f"with the query “{corrected}”",
        after,
    )
