"""What becomes of judgments that give one pair of query and document several grades.

A leaf beside `engine.types`: both readers of judgments, that of imports and that of TREC's
files, go by the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

Rule = Literal["highest", "last", "mean", "none"]
RULES: tuple[Rule, ...] = get_args(Rule)
WORDS: Mapping[Rule, str] = {
    "highest": "the highest grade is kept",
    "last": "the grade that stands last is kept",
    "mean": "the mean is kept, halves rounded up",
    "none": "none is kept, the pair counts as not judged",
}
# Nobody knows which of two grades is the good one, so neither counts as a good row.
WITH_GOOD_ROWS: Rule = "none"
CHOICE = f"{', '.join(RULES[:-1])} or {RULES[-1]}"


def settled(grades: Sequence[int], rule: Rule) -> int | None:
    """The grade that the rule makes of a pair's grades in file order; None for no judgment."""
    if rule == "none":
        return None
    if rule == "highest":
        return max(grades)
    if rule == "last":
        return grades[-1]
    return (2 * sum(grades) + len(grades)) // (2 * len(grades))
