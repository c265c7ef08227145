"""The token budget and its tokenizer, as Compare and Quality ask for them."""

from __future__ import annotations

from streamlit.delta_generator import DeltaGenerator

from engine.types.quality.contexts import MOST_TOKENS, TOKENIZERS, USUAL_TOKENS
from pages.search.link_names import TOKENIZER, TOKENS


def budget_choices(tokens_box: DeltaGenerator, tokenizer_box: DeltaGenerator) -> tuple[int, str]:
    """Draw both choices; (tokens, name of the tokenizer)."""
    budget = tokens_box.number_input(
        "Token budget",
        1,
        MOST_TOKENS,
        USUAL_TOKENS,
        step=100,
        key=TOKENS.session_key,
        persist_state="session",
    )
    tokenizer = tokenizer_box.selectbox(
        "Counted by",
        list(TOKENIZERS),
        format_func=lambda name: TOKENIZERS[name],
        key=TOKENIZER.session_key,
        persist_state="session",
    )
    return int(budget), tokenizer
