"""The corpora in the picker, and the one that is chosen, made ready."""

from __future__ import annotations

from state.bench import workbench


def corpus_labels() -> dict[str, str]:
    """Each corpus that can be opened, with its size where that is known."""
    return {
        entry.name: (
            entry.name if entry.documents is None else f"{entry.name} · {entry.documents:,} docs"
        )
        for entry in workbench().corpora()
        if not entry.missing
    }
