"""How baselines and titles are worded on Explain; the methods word themselves in their records."""

from __future__ import annotations

from components.common.wording import shortened
from engine.types.registries.explanation_methods import ALL_PADDED, EMPTY_DOCUMENT

BASELINES = {
    EMPTY_DOCUMENT: "[PAD] for the document's words",
    ALL_PADDED: "[PAD] for every word",
    "mask": "[MASK] for every word",
    "unk": "[UNK] for every word",
}
QUERY_STAYS = (
    "The query stays whole in this baseline, so its words have no value: take [PAD] for every "
    "word, or leave one word out, to see them."
)
LONGEST_TITLE = 42


def short(title: str) -> str:
    """A title that fits on a button."""
    return shortened(title, LONGEST_TITLE)
