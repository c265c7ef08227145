"""Loads any cross-encoder of the catalogue, a folder or the hub as a reranker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from models.auto_cross_encoder import AutoCrossEncoder
from models.catalogue import packaged_model
from models.hub import folder_of
from models.loading import load_cross_encoder
from models.pair_recipe import pair_recipe, read_json
from search.storage import sha256_of
from search.types import CrossExamError, Reranker

Say = Callable[[str], None]
NEEDED = ("config.json", "tokenizer.json", "model.safetensors")


def load_reranker(name: str, *, fetch: bool = False, say: Say | None = None) -> Reranker:
    """The reranker of that name; "NAME#LABEL" where a model has several labels.

    A plain BERT of one label gets the fast engines and can be explained; all others run in
    torch and give a score only.
    """
    model, _, label = name.partition("#")
    if packaged_model(model) is not None:
        return load_cross_encoder(model, fetch=fetch, say=say)
    folder = folder_of(model, fetch=fetch)
    _checked(folder, model)
    recipe = pair_recipe(folder, model, label)
    kind = read_json(folder / "config.json").get("model_type")
    plain = recipe.activation == "raw" and not (recipe.query_prompt or recipe.document_prompt)
    if kind == "bert" and plain and len(recipe.labels) == 1:
        return load_cross_encoder(model, fetch=fetch, say=say)
    if say is not None:
        say(f"loading {model} (torch)")
    return AutoCrossEncoder(
        model,
        lambda: _classifier(folder, model),
        _tokenizer(folder, model),
        recipe,
        revision=sha256_of(folder / "model.safetensors")[:16],
    )


def _checked(folder: Path, name: str) -> None:
    for file in NEEDED:
        if not (folder / file).is_file():
            pickled = any((folder / old).exists() for old in ("pytorch_model.bin", "model.pt"))
            why = " (pickled weights are never loaded, for they can run code)" if pickled else ""
            raise CrossExamError(
                f"{name}: the folder {folder} has no {file}{why}; it needs {', '.join(NEEDED)}"
            )
    if "auto_map" in read_json(folder / "config.json"):
        raise CrossExamError(
            f"{name} needs Python code of its own, which is not run here: serve it with vLLM or "
            "Text Embeddings Inference and give that server's address"
        )


def _tokenizer(folder: Path, name: str) -> Any:
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:
        raise CrossExamError(f"{name}: tokenizer.json is not readable ({error})") from error


def _classifier(folder: Path, name: str) -> Any:
    import transformers

    try:
        model: Any = transformers.AutoModelForSequenceClassification.from_pretrained(
            str(folder), local_files_only=True, use_safetensors=True, trust_remote_code=False
        )
    except Exception as error:  # safetensors has an error of its own, and so has each family
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise CrossExamError(
            f"{name}: the folder {folder} holds no model that can be loaded ({first})"
        ) from error
    return model.requires_grad_(False).float().eval()
