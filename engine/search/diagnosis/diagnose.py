"""One case looked into: the chain first, then each cause with its evidence as it is measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from engine.search.diagnosis.causes.attached import not_returned
from engine.search.diagnosis.causes.competition import (
    has_duplicates,
    is_lifted,
    is_misjudged,
    is_outscored,
)
from engine.search.diagnosis.causes.first_stage import beyond_depth, lacks_terms, too_far
from engine.search.diagnosis.causes.judgments import is_judged_wrongly
from engine.search.diagnosis.causes.reading import holds_no_word, is_cut, is_misspelt
from engine.search.diagnosis.chain import chain_of, lost_at
from engine.search.diagnosis.subject import Subject
from engine.types.diagnosis.causes import (
    CUT,
    JUDGED,
    MISSING,
    MISSPELT,
    Cause,
    ChainLink,
    Diagnosis,
    Evidence,
)

Look = Callable[[Subject], Cause | None]
OF_WANTED: tuple[Look, ...] = (
    *(not_returned, has_duplicates, lacks_terms, too_far, beyond_depth, is_cut, is_misspelt),
    *(is_misjudged, is_outscored, is_judged_wrongly),
)
OF_UNWANTED: tuple[Look, ...] = (is_lifted, is_misspelt, is_judged_wrongly)
ACCOUNT_FOR_IT = (CUT, MISSPELT)  # whoever reads the wrong text is not said to misjudge it


def diagnosed(subject: Subject, *, pipeline: str) -> Iterator[Diagnosis]:
    """Ever fuller diagnoses of the subject; the last one is complete unless it was called off.

    A document that stands where it was expected has no cause. Causes stand in the order of how
    far undoing each moves the rank, as measured; what could not be undone stands last.
    """
    rank = subject.rank if subject.in_corpus else None
    diagnosis = Diagnosis(
        case=subject.case,
        document=subject.document,
        pipeline=pipeline,
        rank=rank,
        of=subject.trace.corpus.documents,
        chain=chain_of(subject),
        lost_at=lost_at(subject) if subject.in_corpus else "",
        in_corpus=subject.in_corpus,
    )
    diagnosis = replace(diagnosis, titles=_titles(subject, diagnosis.chain))
    yield diagnosis
    if diagnosis.met:
        yield replace(diagnosis, complete=True)
        return
    causes: list[Cause] = []
    if not subject.in_corpus:
        causes.append(_missing(subject))
    for look in _looks(subject):
        if subject.cancel():
            return
        cause = look(subject)
        if cause is not None:
            causes.append(cause)
            yield replace(diagnosis, causes=ordered(causes, subject))
    yield replace(diagnosis, causes=ordered(causes, subject), complete=True)


def _looks(subject: Subject) -> Sequence[Look]:
    if not subject.case.wanted:
        return OF_UNWANTED
    if not subject.has_word:
        return (holds_no_word,)
    if not subject.in_corpus and subject.case.met(subject.rank):
        return ()
    return OF_WANTED


def _missing(subject: Subject) -> Cause:
    return Cause(
        MISSING,
        "The corpus does not hold this document, so no search of it can list it",
        (Evidence("Characters of its text", f"{len(subject.document.content):,}"),),
        "with it in the corpus",
        subject.rank,
    )


def ordered(causes: Sequence[Cause], subject: Subject) -> tuple[Cause, ...]:
    """The causes by the rank once each is undone, best first; as they were sought where equal.

    What is not in the corpus or holds no word comes first: nothing else matters before. Where an
    unread passage or the right spelling would move the document, the model did not misjudge: it
    did not read. Where it read, and undoing nothing would put the document where it was expected,
    the judgment is asked first.
    """
    wanted = subject.case.wanted
    reaching = [c for c in causes if c.after is not None and subject.case.met(c.after)]
    explained = any(cause.kind in ACCOUNT_FOR_IT for cause in causes)
    kept = [c for c in causes if not (explained and c.kind.name in ("misjudged", "outscored"))]
    if any(cause.kind.name == "misjudged" for cause in kept):
        kept = [cause for cause in kept if cause.kind.name != "outscored"]

    def key(cause: Cause) -> tuple[int, float]:
        if cause.kind.name in ("missing", "empty"):
            return 0, 0.0
        if cause.kind is JUDGED:
            return (1 if not reaching and not explained else 3), 0.0
        if cause.after is None:
            return 4, 0.0
        return 2, float(cause.after if wanted else -cause.after)

    return tuple(sorted(kept, key=key))


def _titles(subject: Subject, chain: Sequence[ChainLink]) -> dict[str, str]:
    """How the documents that the chain names are called."""
    named = [doc_id for link in chain for doc_id in link.lost_to]
    named += [link.border.doc_id for link in chain if link.border is not None]
    return subject.titles(list(dict.fromkeys(named)))
