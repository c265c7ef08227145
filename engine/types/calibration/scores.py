"""The scores that a calibration rests on, as they are measured and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CalibrationKey:
    """What kept scores belong to: the corpus' documents, the model and its version."""

    fingerprint: str
    model: str
    revision: str


@dataclass(frozen=True, slots=True)
class CalibrationScores:
    """fp32 logits by query text and document id, and each ranker's best score by query text.

    `best` is by stage. `parents` holds the document of each passage that was scored, where the
    corpus is split; `candidates` says in words which list the cross-encoder read for its best
    score, and `at` when the last of them was measured (seconds since 1970).
    """

    key: CalibrationKey
    logits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    best: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    candidates: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class JudgedScore:
    """The logit of a pair that a person judged, and whether it counts as relevant."""

    query_id: str
    doc_id: str
    score: float
    relevant: bool
