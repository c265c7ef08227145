"""What scoring by passages did, in sentences."""

from __future__ import annotations

import pytest

from components.explain.truncation.wording import others_sentence, verdict_sentence


def test_the_verdict_names_both_logits_and_both_ranks() -> None:
    verdict = verdict_sentence(
        cut=True, whole=-4.0, score=1.25, rank_before=7, rank_after=2, documents=50
    )
    assert verdict == "Cut, it scores −4.00; by passages 1.25: it rises from #7 to #2 of 50."


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        (0, "Every other document of the list is read whole."),
        (1, "1 other document of the list is cut too and keeps the score"),
        (3, "3 other documents of the list are cut too and keep the score"),
    ],
)
def test_the_other_documents_are_counted(cut: int, words: str) -> None:
    assert words in others_sentence(cut)
