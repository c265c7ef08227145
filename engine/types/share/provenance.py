"""What a figure hangs on: the date, the corpus, the models and the settings behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Provenance:
    """When and from what figures were made.

    `made_at` is ISO 8601 in UTC, "2026-11-29T11:40:00Z". `models` maps a role ("cross-encoder")
    to a model's name, `settings` and `versions` a name to its value as it is written.
    `backend` is what ran the cross-encoder ("OpenVINO bf16"), `mode` how it scored ("exact",
    "fast", "fastest"), and `drift` the 99th percentile of a logit's distance from fp32's, None
    where it is not known. `fingerprint` is "" where the texts are of no corpus.
    """

    made_at: str
    corpus: str
    fingerprint: str
    documents: int
    models: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    backend: str = ""
    mode: str = ""
    drift: float | None = None
