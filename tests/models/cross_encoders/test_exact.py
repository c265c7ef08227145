"""The same cross-encoder in fp32 beside a backend that drifts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.types import MOST_DRIFT, Drift, Floats, ScorePrecision
from models.backends.backends import Backend, Tokens
from models.backends.building import BackendSource
from models.backends.selection import decide, remember, select_backend
from models.cross_encoders.attribution import PairExplainer
from models.cross_encoders.cross_encoder import CrossEncoder
from models.loading import cross_encoder_parts, load_cross_encoder
from tests.models.tiny_bert import Hub

TEXTS = ["a ball python eats rodents", "the bank raised its rate", "bread without salt"]
DRIFT = Drift(0.03, 0.05, 0.05, 0.05, 240)


class Drifting:
    """A backend whose every logit is 1 too high: what fp32 gives can never be mistaken for it."""

    label = "Toy bf16"
    threads = None

    def __init__(self, exact: Backend) -> None:
        self._exact = exact
        self.calls = 0

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        self.calls += 1
        values: Floats = self._exact.forward(ids, mask, segments) + np.float32(1)
        return values


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CROSSEXAM_ENGINE", raising=False)


@pytest.fixture
def folder(hub_folder: Hub) -> str:
    return str(hub_folder("BertForSequenceClassification"))


@pytest.fixture
def model(folder: str) -> CrossEncoder:
    parts = cross_encoder_parts(folder)
    return parts.model(Drifting(parts.source.build("torch", lambda _: None)), DRIFT)


def test_it_scores_in_fp32_and_remembers_its_own_scores_alone(
    model: CrossEncoder, folder: str
) -> None:
    parts = cross_encoder_parts(folder)
    truth = parts.model(parts.source.build("torch", lambda _: None)).score_all("python", TEXTS)
    assert model.score_all("python", TEXTS) == pytest.approx([t + 1 for t in truth], abs=1e-4)
    exact = model.exact()
    assert exact.score_all("python", TEXTS) == pytest.approx(truth, abs=1e-4)
    assert exact.precision == ScorePrecision(exact.backend, 0.0)
    assert exact.score_all("python", TEXTS) == pytest.approx(truth, abs=1e-4), "remembered"
    assert model.score_all("python", TEXTS) == pytest.approx([t + 1 for t in truth], abs=1e-4)
    assert model.exact() is exact
    assert exact.exact() is exact


def test_a_copy_that_remembers_nothing_has_an_exact_one_that_remembers_nothing(
    model: CrossEncoder,
) -> None:
    fresh = model.without_score_cache().exact()
    for _ in range(2):
        assert not any(batch.cached for batch in fresh.score("python", TEXTS))
    kept = model.exact()
    assert list(kept.score("python", TEXTS))
    assert all(batch.cached for batch in kept.score("python", TEXTS))
    model.forget("python", TEXTS)
    assert not any(batch.cached for batch in kept.score("python", TEXTS)), "both forget"


def test_fp32_is_loaded_when_it_is_first_asked_for(folder: str) -> None:
    built: list[str] = []
    parts = cross_encoder_parts(folder)
    torch = parts.source.build("torch", lambda _: None)
    model = parts.model(Drifting(torch), DRIFT)
    fp32 = type(parts.source).fp32

    def counted(source: BackendSource) -> Backend:
        built.append(source.name)
        return fp32(source)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(parts.source), "fp32", counted)
        model = parts.model(Drifting(torch), DRIFT)
        model.score_all("python", TEXTS)
        assert built == []
        model.exact(), model.without_score_cache().exact(), model.exact()
    assert built == [folder], "once, for all copies"


def test_explanations_never_come_from_the_backend_that_drifts(model: CrossEncoder) -> None:
    truth = model.exact().score_all("python", TEXTS)
    backend = model._backend
    assert isinstance(backend, Drifting)
    before = backend.calls
    attribution = PairExplainer(model).occlusion("python", TEXTS[0])
    assert attribution.score == pytest.approx(truth[0], abs=1e-4)
    assert backend.calls == before


def test_a_measured_drift_reaches_the_model_at_the_next_load(folder: str) -> None:
    weights = cross_encoder_parts(folder).source.sha256
    figure = select_backend(weights).figure
    assert figure is None
    assert load_cross_encoder(folder).precision.drift in (0.0, MOST_DRIFT)
    from engine.types import BackendFigure

    remember(
        weights,
        decide((BackendFigure("torch-bf16", "torch bf16", 9.0, 0.01, drift=DRIFT),), "pairs"),
    )
    loaded = load_cross_encoder(folder)
    measured = ScorePrecision("torch bf16", 0.05, largest=DRIFT.largest, pairs=DRIFT.pairs)
    assert loaded.precision == measured
    assert loaded.exact().precision.drift == 0.0


def test_where_no_fp32_form_is_here_the_torch_module_explains(folder: str) -> None:
    parts = cross_encoder_parts(folder)
    backend = Drifting(parts.source.build("torch", lambda _: None))
    model = CrossEncoder("toy", backend, parts.pairs, parts.classifier, drift=DRIFT)
    truth = parts.model(parts.source.build("torch", lambda _: None)).score_all("python", TEXTS)
    assert PairExplainer(model).occlusion("python", TEXTS[0]).score == pytest.approx(
        truth[0], abs=1e-4
    )
    assert backend.calls == 0
