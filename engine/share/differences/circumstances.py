"""What figures hang on and is another now: the corpus, the backend, the settings."""

from __future__ import annotations

from engine.types.share.provenance import Provenance


def circumstances(kept: Provenance, now: Provenance) -> tuple[str, ...]:
    """A sentence for each thing that the figures hang on and that is not as it was."""
    sentences = []
    if kept.fingerprint != now.fingerprint:
        sentences.append(
            f"The documents of {kept.corpus} are others now: {kept.documents:,} then (fingerprint "
            f"{kept.fingerprint[:12]}), {now.documents:,} now ({now.fingerprint[:12]})."
        )
    if kept.backend != now.backend:
        sentences.append(
            f"The cross-encoder ran on {kept.backend or 'another backend'}, and runs on "
            f"{now.backend or 'another'} now."
        )
    for name in sorted({*kept.settings, *now.settings}):
        before, after = kept.settings.get(name), now.settings.get(name)
        if before != after:
            sentences.append(f"{name} was {before or 'not set'}, and is {after or 'not set'} now.")
    return tuple(sentences)
