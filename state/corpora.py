"""The corpora in the picker."""

from __future__ import annotations

from state.bench import workbench


def corpus_names() -> list[str]:
    """The corpora that can be opened; a remembered path that is gone is left out."""
    return [entry.name for entry in workbench().corpora() if not entry.missing]
