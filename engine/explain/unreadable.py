"""Sentences about what the models cannot read of a query and of documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.types import Unreadable

SHOWN = 4  # words named in a sentence
LONGEST = 24  # characters of one


def query_notices(by_model: Mapping[str, Unreadable]) -> list[str]:
    """A sentence for everything that a model cannot read of the query.

    `by_model` is by the model's name in a sentence, "the cross-encoder"; models that lack the
    same are named together.
    """
    notices: list[str] = []
    for names, counts in _alike(by_model):
        subject = _subject(names)
        if counts.tokens == 0:
            notices.append(
                f"Nothing of the query is left after tokenising by {names}: every document is "
                "scored without a query."
            )
        elif counts.unknown == counts.tokens:
            notices.append(
                f"{subject} cannot read the query: {_quoted(counts)} becomes [UNK], the same token "
                "for every unknown word, so the scores do not depend on what it says."
            )
        elif counts.unknown:
            notices.append(
                f"{subject} cannot read {counts.unknown:,} of the query's {counts.tokens:,} tokens "
                f"({_quoted(counts)}): {'it becomes' if counts.unknown == 1 else 'they become'} "
                "[UNK], the same token for every unknown word."
            )
        if counts.removed and counts.tokens:
            notices.append(
                f"{_characters(counts.removed)} of the query {_are(counts.removed)} removed by the "
                f"tokenizer of {names} (control or zero-width characters, or signs that it does "
                "not know)."
            )
    return notices


def document_notices(by_model: Mapping[str, Sequence[Unreadable]]) -> list[str]:
    """A sentence for the documents of each model's list that it cannot read in part or at all."""
    notices: list[str] = []
    for name, document_counts in by_model.items():
        partly_unknown = [each for each in document_counts if each.unknown]
        n_wholly_unknown = sum(each.unknown == each.tokens for each in partly_unknown)
        n_emptied = sum(each.tokens == 0 and each.removed > 0 for each in document_counts)
        n_with_removals = sum(each.removed > 0 and each.tokens > 0 for each in document_counts)
        if partly_unknown:
            worst = max(partly_unknown, key=lambda each: each.unknown / each.tokens)
            text = (
                f"{_subject(name)} cannot read every word of {len(partly_unknown):,} of the "
                f"{len(document_counts):,} documents that it lists: up to {worst.unknown:,} of "
                f"{worst.tokens:,} tokens are [UNK] ({_quoted(worst)})"
            )
            if n_wholly_unknown:
                text += (
                    f"; of {n_wholly_unknown:,} it can read no word at all, so they are alike to it"
                )
            notices.append(f"{text}.")
        if n_emptied:
            notices.append(
                f"Nothing is left of {n_emptied:,} of the {len(document_counts):,} documents once "
                f"{name} has tokenised them."
            )
        if n_with_removals:
            notices.append(
                f"From {n_with_removals:,} of the {len(document_counts):,} documents characters "
                f"are removed before {name} reads them (control or zero-width characters, or signs "
                "that it does not know)."
            )
    return notices


def pair_notices(
    query: Mapping[str, Unreadable], documents: Mapping[str, Mapping[str, Unreadable]]
) -> list[str]:
    """A sentence for everything that a model cannot read of a query and of documents by title."""
    notices = query_notices(query)
    for title, by_model in documents.items():
        for names, counts in _alike(by_model):
            if counts.tokens == 0 and counts.removed:
                notices.append(f"{title}: nothing is left after tokenising by {names}.")
            elif counts.unknown:
                notices.append(
                    f"{title}: {names} cannot read {counts.unknown:,} of its {counts.tokens:,} "
                    f"tokens ({_quoted(counts)}): each is [UNK], the same token for every unknown "
                    "word."
                )
            if counts.removed and counts.tokens:
                notices.append(
                    f"{title}: {_characters(counts.removed)} {_are(counts.removed)} removed by the "
                    f"tokenizer of {names}."
                )
    return notices


def _alike(by_model: Mapping[str, Unreadable]) -> list[tuple[str, Unreadable]]:
    """Models that cannot read the same, named together, with what it is; those with nothing go."""
    groups: dict[Unreadable, list[str]] = {}
    for name, counts in by_model.items():
        if counts.anything:
            groups.setdefault(counts, []).append(name)
    return [(" and ".join(names), counts) for counts, names in groups.items()]


def _subject(names: str) -> str:
    return names[:1].upper() + names[1:]


def _quoted(counts: Unreadable) -> str:
    quoted_words = [
        f"“{w if len(w) <= LONGEST else w[:LONGEST] + '…'}”" for w in counts.words[:SHOWN]
    ]
    return ", ".join(quoted_words) + (" …" if len(counts.words) > SHOWN else "")


def _characters(n: int) -> str:
    return f"{n:,} character{'' if n == 1 else 's'}"


def _are(n: int) -> str:
    return "is" if n == 1 else "are"
