"""What figures hang on, as a list: date, corpus, models, precision, settings, versions."""

from __future__ import annotations

from collections.abc import Mapping

from engine.share.report.figures import counted, figure
from engine.share.report.markup import Child, Markup, joined, tag, user_text
from engine.types.share.provenance import Provenance


def provenance_part(made: Provenance) -> Markup:
    """All of it, by headings."""
    corpus: list[tuple[str, Child]] = [("Figures made", made.made_at)]
    if made.corpus:
        corpus += [
            ("Corpus", user_text(made.corpus)),
            ("Size", counted(made.documents, "document")),
            ("Fingerprint of its documents", tag("code", made.fingerprint)),
        ]
    corpus += [(f"Model, {role}", user_text(name)) for role, name in made.models.items()]
    corpus += precision_facts(made)
    parts = [figure("Corpus and models", _facts(corpus), MEANING)]
    if made.settings:
        parts.append(_list("Settings", made.settings))
    if made.versions:
        parts.append(_list("Versions and machine", made.versions))
    return joined(parts)


MEANING = (
    "The fingerprint is a hash of the documents alone: where it differs, the texts do. Logits of "
    "another backend or mode differ by up to the drift."
)


def precision_facts(made: Provenance) -> list[tuple[str, Child]]:
    """What ran the cross-encoder, how, and how far its logits may be off."""
    facts: list[tuple[str, Child]] = []
    if made.backend:
        facts.append(("What ran the cross-encoder", made.backend))
    if made.mode:
        facts.append(("Mode", made.mode))
    if made.drift is not None:
        at_most = "at most " if "," in made.mode else ""  # several modes: that of the largest
        drift = f"{at_most}{made.drift:.3f} logits (99th percentile of the distance from fp32)"
        facts.append(("Drift", drift if made.drift else "none: fp32"))
    return facts


def _list(title: str, values: Mapping[str, str]) -> Markup:
    facts: list[tuple[str, Child]] = [(key, user_text(value)) for key, value in values.items()]
    return tag("div", tag("h4", title), _facts(facts))


def _facts(facts: list[tuple[str, Child]]) -> Markup:
    rows = (tag("div", tag("dt", name), tag("dd", value)) for name, value in facts)
    return tag("dl", *rows)
