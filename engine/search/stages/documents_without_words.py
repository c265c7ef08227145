"""Documents without a word, which a cross-encoder may score above every other.

Such models were trained on passages; what they give an empty text or a lone full stop means
nothing ("insulin" and "": a logit of 8). So a reranker ranks these documents last, by rule,
whatever their score; `Settings.wordless` switches the rule off.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from engine.types import Document
from engine.types.registries.search_parameters import LAST
from engine.types.words import words_of

BF16_SHIFT = 2.5  # logits, between bf16 and fp32, seen for texts of one word or none


def has_word(text: str) -> bool:
    """Whether a text holds any letter or digit."""
    return any(character.isalnum() for character in text)


def wordless_in(documents: Iterable[Document]) -> frozenset[str]:
    """The ids of the documents that hold neither a letter nor a digit."""
    return frozenset(d.doc_id for d in documents if not has_word(d.content))


def rule_notice(wordless: Collection[str], rule: str) -> tuple[str, ...]:
    """What a person should know of the candidates without a word: a sentence, or none."""
    if not wordless:
        return ()
    n = len(wordless)
    which = "1 candidate holds" if n == 1 else f"{n} candidates hold"
    them = "It is" if n == 1 else "They are"
    if rule == LAST:
        return (
            f"{which} no word (no letter and no digit). {them} ranked last by rule, whatever the "
            "rerankers give; the rule can be switched off in the settings.",
        )
    return (
        f"{which} no word (no letter and no digit). {them} ranked by score, for the rule that "
        "ranks such documents last is off; what a reranker gives them means nothing.",
    )


def few_words(text: str) -> bool:
    """Whether a text is one word or none; of scripts without blanks every character is one."""
    return len(words_of(text)) < 2


def shift_notice(n: int, backend: str) -> tuple[str, ...]:
    """A sentence where `n` documents of one word or none were scored in bf16, else none."""
    if not n or "bf16" not in backend:
        return ()
    which = "1 document has" if n == 1 else f"{n} documents have"
    return (
        f"{which} one word or none: {backend} may score such a text up to {BF16_SHIFT} logits away "
        "from fp32. Explanations are computed in fp32.",
    )


def text_notices(text: str, rule: str, backend: str) -> tuple[str, ...]:
    """What to know of one text as it is scored: that it has no word, or too few for bf16."""
    wordless_texts = () if has_word(text) else (text,)
    return (*rule_notice(wordless_texts, rule), *shift_notice(int(few_words(text)), backend))
