"""`explain --method`: the commands that take a score apart, by the models themselves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cli
from engine.explain.faithfulness import faithfulness
from engine.types import BI_ENCODER, COSINE, Document
from engine.types.registries.explanation_methods import EXPLANATION_METHODS
from models.bi_encoders.bi_attribution import TextExplainer
from models.bi_encoders.bi_encoder import BiEncoder
from models.cross_encoders.attribution import PairExplainer
from models.cross_encoders.cross_encoder import CrossEncoder
from tests.pets import DOCUMENTS, write_pets
from workbench import model_loader

QUERY = "python snake"
TEXT = Document("ball", DOCUMENTS["ball"][1], DOCUMENTS["ball"][0]).content
Output = pytest.CaptureFixture[str]


@pytest.fixture
def command(
    torch_bi_encoder: BiEncoder,
    torch_cross_encoder: CrossEncoder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> list[str]:
    """`explain` of a pair of a small corpus, with the session's models."""
    monkeypatch.setattr(model_loader, "load_bi_encoder", lambda *_, **__: torch_bi_encoder)
    monkeypatch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: torch_cross_encoder)
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    return ["explain", QUERY, "ball", "--corpus", str(write_pets(tmp_path))]


def printed(capsys: Output, command: list[str], *more: str) -> Any:
    capsys.readouterr()
    assert cli.main([*command, *more, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    "method", [m.command for m in EXPLANATION_METHODS if m.explains == BI_ENCODER]
)
def test_the_bi_encoders_cosine_is_taken_apart_and_checked(
    capsys: Output, command: list[str], torch_bi_encoder: BiEncoder, method: str
) -> None:
    explainer = TextExplainer(torch_bi_encoder)
    explain = {
        "cosine-occlusion": explainer.occlusion,
        "cosine-jacobians": explainer.integrated_jacobians,
    }[method]
    expected = explain(QUERY, TEXT)

    found = printed(capsys, command, "--method", method, "--faithfulness")
    assert found["words"] == list(expected.words)
    assert found["values"] == pytest.approx(expected.values, abs=1e-5)
    assert found["score"] == pytest.approx(expected.score, abs=1e-5)
    check = faithfulness(
        expected,
        explainer.words(TEXT),
        lambda removals: explainer.scores(QUERY, TEXT, removals),
        unit=COSINE,
    )
    told = found["faithfulness"]
    assert told["comprehensiveness"] == pytest.approx(check.comprehensiveness, abs=1e-5)
    assert told["sentence"] == check.sentence
    assert told["by_definition"] is (method == "cosine-occlusion")

    assert cli.main([*command, "--method", method]) == 0
    first = capsys.readouterr().out.splitlines()[0]
    assert f"cosine {expected.score:.3f}, {expected.method}" in first


def test_leave_one_out_says_its_interaction_and_that_its_check_defines_it(
    capsys: Output, command: list[str], torch_cross_encoder: CrossEncoder
) -> None:
    expected = PairExplainer(torch_cross_encoder).occlusion(QUERY, TEXT)
    assert cli.main([*command, "--method", "occlusion", "--faithfulness"]) == 0
    out = capsys.readouterr().out
    assert f"(residual {expected.residual:.1%}) is interaction" in out
    assert "taking words away is what defines leave-one-out" in out
    assert ("This baseline is not neutral" in out) is (
        (expected.baseline_score or 0.0) >= expected.score
    )


def test_a_baseline_above_the_pair_is_warned_of(capsys: Output, command: list[str]) -> None:
    found = printed(capsys, command, "--method", "ig", "--baseline", "mask")
    above = found["baseline_score"] >= found["score"]
    assert any("not neutral" in text for text in found["warnings"]) is above
    assert found["word_change"] <= 0.05 or found["steps"] == 256


@pytest.mark.parametrize("more", [("--against", "corn"), ("--reranker", "m/other")])
def test_the_cosine_is_not_explained_against_a_document_or_of_a_reranker(
    capsys: Output, command: list[str], more: tuple[str, str]
) -> None:
    assert cli.main([*command, "--method", "cosine-occlusion", *more]) == 2
    assert "explains the bi-encoder alone" in capsys.readouterr().err
