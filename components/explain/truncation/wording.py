"""What scoring a document by passages did, in sentences."""

from __future__ import annotations

from components.explain.what_if.wording import logit, rank_change_words


def verdict_sentence(
    *, cut: bool, whole: float, score: float, rank_before: int, rank_after: int, documents: int
) -> str:
    """Both logits of the document, cut and by passages, and how its rank changed."""
    reading_phrase = "Cut" if cut else "Read whole"
    change = rank_change_words(rank_before, rank_after, documents)
    return f"{reading_phrase}, it scores {logit(whole)}; by passages {logit(score)}: it {change}."


def others_sentence(cut: int) -> str:
    """What becomes of the other documents of the list, of which so many are cut."""
    if not cut:
        sentence = "Every other document of the list is read whole."
    elif cut == 1:
        sentence = (
            "1 other document of the list is cut too and keeps the score of the part that is read."
        )
    else:
        sentence = (
            f"{cut:,} other documents of the list are cut too and keep the score of the part that "
            "is read."
        )
    return f"Only this document is scored by passages. {sentence}"
