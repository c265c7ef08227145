"""The words that separate a document from the one above, as evidence."""

from __future__ import annotations

from engine.explain.pairwise import difference
from engine.search.diagnosis.causes.separating import can_be_separated, separating_evidence
from engine.types import Attribution
from engine.types.diagnosis.causes import DEPTH, OUTSCORED, Cause


def attribution(score: float, query: float, **document: float) -> Attribution:
    values = [("query", "snake", query), *(("document", w, v) for w, v in document.items())]
    return Attribution(
        method="ig",
        words=tuple(word for _, word, _ in values),
        values=tuple(value for _, _, value in values),
        segments=tuple(segment for segment, _, _ in values),
        baseline="pad",
        baseline_score=0.0,
        score=score,
        residual=0.0,
    )


def test_the_words_with_most_logits_stand_first_on_their_side() -> None:
    above = attribution(5.0, 1.0, python=3.0, care=1.5, the=-0.5)
    own = attribution(-1.0, 0.25, python=0.75, tutorial=-2.0)
    for_above, for_own, whole = separating_evidence(difference(above, own))
    assert for_above.value == (
        "“python” in the one above (+3.00), “tutorial” in this one (+2.00), "
        "“care” in the one above (+1.50), “snake” of the query (+0.75)"
    )
    assert for_own.value == "“python” in this one (−0.75), “the” in the one above (−0.50)"
    assert whole.value == "+6.00 of a gap of +6.00 logits, in fp32"
    far = separating_evidence(difference(attribution(9.0, 1.0, a=1.0), own))
    assert "unexplained: take small values as rough" in far[-1].value


def test_only_a_cause_that_lies_in_two_logits_is_taken_apart() -> None:
    assert can_be_separated(Cause(OUTSCORED, "", other="d1"))
    assert not can_be_separated(Cause(OUTSCORED, ""))
    assert not can_be_separated(Cause(DEPTH, "", other="d1"))
