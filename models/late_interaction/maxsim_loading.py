"""Loads a late-interaction model: ColBERT from a folder or the hub, or a packaged encoder."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.types import CrossExamError, Log
from models.backends.building import BackendSource
from models.backends.packaged_bert import bert_from_onnx
from models.backends.packages import packaged_folder
from models.backends.selection import select_backend
from models.catalogue import COLBERT_ENCODER
from models.hub.resolving import folder_of
from models.late_interaction.maxsim import LateInteraction
from models.late_interaction.token_recipe import TokenRecipe, recipe_of
from models.text.wordpiece import WordPieces

# as answerai-colbert-small reads: better here than its word-pieces alone (see the benchmark)
PACKAGED_RECIPE = TokenRecipe("[unused0]", "[unused1]", 32, 300, expand=True)


def load_late_interaction(
    name: str = "", *, fetch: bool = False, log: Log | None = None
) -> LateInteraction:
    """The model of that folder or hub name; the packaged encoder without a name."""
    log = log or (lambda _: None)
    if name in ("", COLBERT_ENCODER.name):
        folder = packaged_folder(COLBERT_ENCODER.distribution, COLBERT_ENCODER.folder)
        weights = folder / COLBERT_ENCODER.weights
        recipe = PACKAGED_RECIPE
        note = COLBERT_ENCODER.note

        def module() -> Any:
            from models.backends.modules import TokenStates

            bert = bert_from_onnx(weights, "answerai-colbert-small-v1-encoder", log=log)
            return TokenStates(bert).eval()
    else:
        folder = folder_of(name, fetch=fetch, log=log)
        own_recipe = recipe_of(folder)
        if own_recipe is None:
            raise CrossExamError(
                f"{name}: the folder {folder} has neither artifact.metadata nor a "
                "config_sentence_transformers.json with query_prefix: it is no ColBERT checkpoint"
            )
        recipe, note = own_recipe, "ColBERT checkpoint"
        weights = folder / "model.safetensors"
        for file in ("config.json", "tokenizer.json", "model.safetensors"):
            if not (folder / file).is_file():
                raise CrossExamError(f"{name}: the folder {folder} has no {file}")
        module = _checkpoint(folder, name)
    source = BackendSource(name or COLBERT_ENCODER.name, weights, module)
    backend = source.build(select_backend(source.sha256).backend, log)
    return LateInteraction(
        source.name,
        backend,
        WordPieces.from_file(folder / "tokenizer.json"),
        recipe,
        revision=source.sha256[:16],
        note=note,
    )


def _checkpoint(folder: Path, name: str) -> Callable[[], Any]:
    """What makes the torch module: the encoder and its projection."""

    def module() -> Any:
        import transformers
        from safetensors.torch import load_file

        from models.backends.modules import TokenStates

        tensors = load_file(folder / "model.safetensors")
        projection = tensors.pop("linear.weight", None)
        bias = None
        if projection is None:
            projection, bias = _dense(folder, name)
        bare = {key.removeprefix("bert."): value for key, value in tensors.items()}
        config = transformers.AutoConfig.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False
        )
        if config.model_type != "bert":
            raise CrossExamError(
                f"{name}: its encoder is of type {config.model_type!r}; 'bert' is supported"
            )
        model = transformers.BertModel(config, add_pooling_layer=False)
        missing, _ = model.load_state_dict(bare, strict=False)
        lacking = [key for key in missing if not key.endswith("position_ids")]
        if lacking:
            raise CrossExamError(f"{name}: model.safetensors lacks {', '.join(lacking[:3])}")
        import torch

        linear = torch.nn.Linear(projection.shape[1], projection.shape[0], bias=bias is not None)
        with torch.no_grad():
            linear.weight.copy_(projection)
            if bias is not None:
                linear.bias.copy_(bias)
        return TokenStates(model, linear).requires_grad_(False).eval()

    return module


def _dense(folder: Path, name: str) -> tuple[Any, Any]:
    """(weight, bias or None) of PyLate's 1_Dense module."""
    from safetensors.torch import load_file

    path = folder / "1_Dense" / "model.safetensors"
    if not path.is_file():
        raise CrossExamError(
            f"{name}: neither linear.weight in model.safetensors nor {path} is there, so the "
            "projection of ColBERT is missing; download the whole checkpoint"
        )
    config = json.loads((path.parent / "config.json").read_text(encoding="utf-8"))
    activation = str(config.get("activation_function", ""))
    if activation and not activation.endswith("Identity"):
        raise CrossExamError(f"{path.parent}: activation {activation} is not supported")
    tensors = load_file(path)
    return tensors["linear.weight"], tensors.get("linear.bias")
