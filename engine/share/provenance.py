"""What a snapshot hangs on, gathered: date, models, settings and versions as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from engine.search.settings import Settings
from engine.types import CROSS_ENCODER, CorpusInfo, ScorePrecision, SearchTrace
from engine.types.registries.search_parameters import PARAMETERS
from engine.types.registries.stage_wording import stage_label
from engine.types.share.provenance import Provenance
from system.hardware import hardware
from system.project_version import project_version


def provenance(
    corpus: CorpusInfo | None,
    settings: Settings | None,
    *,
    models: Mapping[str, str],
    backend: str = "",
    precision: ScorePrecision | None = None,
    now: datetime | None = None,
) -> Provenance:
    """The provenance of figures that are made now, on this machine.

    `corpus` is None for texts of no corpus, `settings` where no search was made. `precision`
    is the cross-encoder's ranking's own where it has one.
    """
    made_at = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Provenance(
        made_at=made_at,
        corpus=corpus.name if corpus else "",
        fingerprint=corpus.fingerprint if corpus else "",
        documents=corpus.documents if corpus else 0,
        models=dict(models),
        settings=settings_words(settings) if settings else {},
        versions={
            "CrossExam": project_version(),
            **{name: str(value) for name, value in hardware().items()},
        },
        backend=precision.backend if precision else backend,
        mode=precision.mode if precision else "",
        drift=precision.drift if precision else None,
    )


def search_provenance(
    trace: SearchTrace, settings: Settings, *, backend: str = "", now: datetime | None = None
) -> Provenance:
    """The provenance of a finished search: its models by stage, and how logits were computed.

    `backend` is what ran the cross-encoder, where its ranking does not say so itself.
    """
    reranked = trace.ranking(CROSS_ENCODER)
    return provenance(
        trace.corpus,
        settings,
        models={stage_label(r.stage): r.model for r in trace.rankings if r.model},
        backend=backend,
        precision=reranked.precision if reranked else None,
        now=now,
    )


def settings_words(settings: Settings) -> dict[str, str]:
    """Each parameter's label and its value as the screen says it; additional rankers last."""
    words = {
        parameter.label: parameter.label_of(str(value)) if parameter.choices else str(value)
        for parameter in PARAMETERS
        for value in (settings.value(parameter.name),)
    }
    if settings.rerankers:
        words["Additional rankers"] = ", ".join(settings.rerankers)
    return words
