"""What an edit is and what it did, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.wording import score_text
from engine.types import CROSS_ENCODER

_SIZES = (
    ("single word", "single words"),
    ("pair of words", "pairs of words"),
    ("triple of words", "triples of words"),
)


def edit_words(*, dropped: int, masked: int, replaced: int, rewritten: Sequence[str]) -> str:
    """What was edited: "2 words dropped, 1 masked", "Query rewritten"; "" for nothing."""
    parts = [f"{side} rewritten" for side in rewritten]
    counts = ((dropped, "dropped"), (masked, "masked"), (replaced, "replaced"))
    first = True
    for count, participle in counts:
        if count:
            noun = f" word{'' if count == 1 else 's'}" if first else ""
            parts.append(f"{count}{noun} {participle}")
            first = False
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def rank_change_words(before: int, after: int, of: int) -> str:
    """ "falls from #1 to #3 of 50", "stays #1 of 50"."""
    if before == after:
        return f"stays #{after} of {of}"
    return f"{'falls' if after > before else 'rises'} from #{before} to #{after} of {of}"


def outcome_words(before: float, after: float) -> str:
    """How the logit went: "the logit falls by 3.11, from 4.21 to 1.10"."""
    logit_before, logit_after = logit(before), logit(after)
    if logit_before == logit_after:
        return f"the logit stays {logit_after}"
    verb = "falls" if after < before else "rises"
    return f"the logit {verb} by {logit(abs(after - before))}, from {logit_before} to {logit_after}"


def bi_rank_words(before: int | None, after: int | None, of: int) -> str:
    """Where the bi-encoder's list has the document, before and after."""
    if before is None and after is None:
        return f"The bi-encoder does not have it among its first {of}, before or after."
    if before is None or after is None:
        rank_before = f"below #{of}" if before is None else f"#{before}"
        rank_after = f"below #{of}" if after is None else f"#{after}"
        return f"In the bi-encoder's list it goes from {rank_before} to {rank_after}."
    return f"In the bi-encoder's list it {rank_change_words(before, after, of)}."


def swap_words(
    dropped: Sequence[str],
    *,
    title: str,
    before: float,
    score: float | None,
    rival: float,
    rival_title: str,
    exhaustive: bool,
    passes: int,
    budget: int,
) -> str:
    """The smallest edit that was found; "" where there is none."""
    if not dropped or score is None:
        return ""
    quoted_words = [f"“{word}”" for word in dropped]
    words_phrase = (
        quoted_words[0]
        if len(quoted_words) == 1
        else f"{', '.join(quoted_words[:-1])} and {quoted_words[-1]}"
    )
    count_phrase = f"{len(quoted_words)} word{'' if len(quoted_words) == 1 else 's'}"
    parts = [
        f"Dropping {count_phrase}, {words_phrase}, from “{title}” takes its logit from "
        f"{logit(before)} to {logit(score)}, below the {logit(rival)} of “{rival_title}”, which "
        "now ranks above it."
    ]
    if not exhaustive:
        parts.append("A smaller set may exist: not all were tried.")
    elif len(quoted_words) > 1:
        parts.append("No smaller set does it: all were tried.")
    parts.append(f"It took {passes} of {budget} forward passes.")
    return " ".join(parts)


def no_swap_words(
    tried: Sequence[int], *, exhaustive: bool, passes: int, budget: int, cancelled: bool
) -> str:
    """Why there is no smallest edit to show."""
    sets = [
        f"{count} {one if count == 1 else many}"
        for count, (one, many) in zip(tried, _SIZES, strict=False)
        if count
    ]
    tried_text = f" Tried: {', '.join(sets)}." if sets else ""
    if cancelled:
        return f"Cancelled after {passes} of {budget} forward passes.{tried_text}"
    if exhaustive:
        return f"No set of up to 3 words swaps them: all were tried in {passes} passes.{tried_text}"
    if passes >= budget:
        return f"Not found within the budget of {budget} forward passes.{tried_text}"
    return (
        f"Not found in {passes} of {budget} forward passes.{tried_text} Pairs and triples were "
        "tried among the most harmful words only, so one may exist."
    )


def logit(value: float) -> str:
    """A logit with its two decimals and a true minus sign."""
    return score_text(CROSS_ENCODER, value)
