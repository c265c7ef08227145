"""A report's opening paragraph: what came out, in words that need no dictionary.

A product manager reads it. So it speaks of searches, results and places, of a quick and a
careful step; no stage, measure or method is named. The figures follow below it.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.quality.weights.first_result import percent
from engine.share.report.figures import counted, number, seconds_words
from engine.share.report.markup import Child, Markup, tag, user_text
from engine.types.registries.explanation_methods import EXPLANATION_METHODS
from engine.types.share.snapshots import (
    FirstResults,
    PairSnapshot,
    QualitySnapshot,
    SearchSnapshot,
    Snapshot,
    SnapshotColumn,
    SnapshotRow,
    SnapshotWord,
)

TOP = 10
NAMED_WORDS = 3


def opening(snapshot: Snapshot) -> Markup:
    """The paragraph."""
    if isinstance(snapshot, SearchSnapshot):
        sentences = _search(snapshot)
    elif isinstance(snapshot, PairSnapshot):
        sentences = _pair(snapshot)
    elif isinstance(snapshot, QualitySnapshot):
        sentences = _quality(snapshot)
    else:
        sentences = [user_text(snapshot.opening)]
    return tag("p", *sentences, class_="opening")


def _quoted(text: str) -> Markup:
    return tag("span", "“", user_text(text), "”")


def _search(snapshot: SearchSnapshot) -> list[Child]:
    made = snapshot.provenance
    sentences: list[Child] = [
        "We searched for ",
        _quoted(snapshot.query),
        f" in a collection of {counted(made.documents, 'text')}, ",
        _quoted(made.corpus),
        ". ",
    ]
    before, after = snapshot.column(snapshot.before), snapshot.column(snapshot.after)
    if before is None or after is None or not after.rows:
        return sentences
    sentences.append(
        f"A quick step picked {counted(after.listed, 'candidate')}; a careful step then read each "
        "of them together with the words of the search and put them in a new order. "
    )
    sentences += _changed(before, after, known=snapshot.baseline == snapshot.before)
    sentences.append(_judged(after))
    seconds = after.seconds + after.measured_seconds
    if seconds:
        sentences.append(f"The careful step took {seconds_words(seconds)} for this search. ")
    if any(row.near_tie for row in after.rows):
        sentences.append("Places with the sign ≈ are near ties, too close to call.")
    return sentences


def _changed(before: SnapshotColumn, after: SnapshotColumn, *, known: bool) -> list[Child]:
    """How many of the first results are others, and which text is first now.

    `known` says that rows moved against this `before`, so that theirs is its place.
    """
    old, new = ([row.doc_id for row in column.rows[:TOP]] for column in (before, after))
    n_new = len(set(new) - set(old))
    first = after.rows[0]
    if old == new:
        change = f"It left the first {len(new)} results as they were. "
    elif n_new:
        change = f"It replaced {n_new} of the first {len(new)} results. "
    else:
        change = f"It kept the same first {len(new)} results in another order. "
    shown_before = before.find(first.doc_id)
    former = shown_before.rank if shown_before is not None else (first.before if known else None)
    if former == 1:
        place = ", as before. "
    elif former is not None:
        place = f"; the quick step had it at place {former}. "
    else:
        place = f"; the quick step did not have it among its first {len(before.rows)}. "
    return [change, "First is now ", _quoted(_name(first)), place]


def _judged(after: SnapshotColumn) -> str:
    """What became of the texts that people marked as relevant, among those shown."""
    relevant = [row for row in after.rows if (row.grade or 0) > 0]
    if not any(row.grade is not None for row in after.rows):
        return "Nobody has marked which texts are good answers, so none of this says “better”. "
    if not relevant:
        return f"None of the first {len(after.rows)} is a text that people marked as relevant. "
    changes = [row.change for row in relevant if row.change is not None]
    moves = (
        (sum(change > 0 for change in changes), "moved up"),
        (sum(change < 0 for change in changes), "moved down"),
        (sum(change == 0 for change in changes), "stayed"),
    )
    moved = ", ".join(f"{count} {what}" for count, what in moves if count)
    of_them = f": {moved}" if moved else ""
    return (
        f"Of the first {len(after.rows)} now, {len(relevant)} "
        f"{'is' if len(relevant) == 1 else 'are'} marked as relevant by people{of_them}. "
    )


def _pair(snapshot: PairSnapshot) -> list[Child]:
    sentences: list[Child] = [
        "How well does the text ",
        _quoted(snapshot.title or snapshot.doc_id),
        " answer the search ",
        _quoted(snapshot.query),
        f"? The model gives it {number(snapshot.score, 2)} points. The points have a scale of "
        "their own: a higher number is a better match, and only a comparison with other texts of "
        "the same search says anything. ",
    ]
    words = (*snapshot.query_words, *snapshot.document_words)
    if not words:
        return [*sentences, "Below stands which words the model connected while it read."]
    method = EXPLANATION_METHODS.find(snapshot.method)
    if method is not None and method.about == "attention":
        return [
            *sentences,
            "While it read, the model looked most at ",
            *_named(sorted(words, key=lambda word: -abs(word.value))),
            ". Where a model looks is not yet why it decides.",
        ]
    rising = sorted((w for w in words if w.value > 0), key=lambda word: -word.value)
    falling = sorted((w for w in words if w.value < 0), key=lambda word: word.value)
    if rising:
        sentences += ["What spoke for it most: ", *_named(rising), ". "]
    if falling:
        sentences += ["What spoke against it most: ", *_named(falling), ". "]
    return [*sentences, "These shares are an estimate: other ways to work them out give others."]


def _named(words: Sequence[SnapshotWord]) -> list[Child]:
    parts: list[Child] = []
    for text in list(dict.fromkeys(word.text for word in words))[:NAMED_WORDS]:
        parts += [", " if parts else None, _quoted(text)]
    return parts


def _quality(snapshot: QualitySnapshot) -> list[Child]:
    sentences: list[Child] = [
        f"{counted(snapshot.query_count, 'test search', 'test searches')} went through "
        f"{counted(len(snapshot.pipelines), 'way', 'ways')} of searching, and the results were "
        f"held against {snapshot.judgments} of which texts are good answers. "
    ]
    before, after = snapshot.pipeline(snapshot.before), snapshot.pipeline(snapshot.after)
    firsts = snapshot.first_results
    if firsts is not None and snapshot.before != snapshot.after:
        each = "all searches that people make" if firsts.weighted else "searches"
        adds = before is not None and after is not None and after.reranks and not before.reranks
        changing: list[Child] = ["Instead of ", _quoted(snapshot.before), ", "]
        changing.append(_quoted(snapshot.after))
        if adds:
            changing = ["A careful second step that reads the best candidates once more"]
        sentences += [
            *changing,
            f" changes the first result of {percent(firsts.changed)} of {each}{_fates(firsts)}. ",
        ]
    change = next((one for one in snapshot.differences if one.name == snapshot.after), None)
    if change is not None:
        chance = (
            "Chance alone would hardly do this. "
            if change.significant
            else "This may be chance: more test searches would tell. "
        )
        sentences += [
            f"Taking the whole list of each search together, it is better on {change.better}, "
            f"worse on {change.worse} and equal on {change.equal}. ",
            chance,
        ]
    times = [each.seconds for each in (before, after) if each is not None]
    old, new = times if len(times) == 2 and before is not after else (None, None)
    if old is not None and new is not None:
        sentences.append(f"A search takes {seconds_words(new)} instead of {seconds_words(old)}.")
    return sentences


def _fates(firsts: FirstResults) -> str:
    """For how many the new first result is better, and worse, where anybody judged."""
    if firsts.better is None or firsts.worse is None:
        return ""
    return f", better for {percent(firsts.better)}, worse for {percent(firsts.worse)}"


def _name(row: SnapshotRow) -> str:
    return row.title or row.doc_id
