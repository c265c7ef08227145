from __future__ import annotations

from engine.types.registries.explanation_methods import EXPLANATION_METHODS


def test_what_a_method_says_is_plain_text() -> None:
    """It is drawn as it stands: a sign of Markdown would be read aloud."""
    for method in EXPLANATION_METHODS:
        words = " ".join((method.label, method.description, method.caveat))
        assert not set(words) & set("*_`#<>"), method.name
