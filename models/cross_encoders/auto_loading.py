"""Loads any cross-encoder of the catalogue, a folder or the hub as a reranker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.types import CrossExamError, Log, Reranker
from models.catalogue import packaged_model
from models.cross_encoders.auto_cross_encoder import AutoCrossEncoder
from models.cross_encoders.pair_recipe import labels_of, pair_recipe, read_json
from models.hub.remote_code import check_allowed, needs_code
from models.hub.resolving import folder_of
from models.loading import load_cross_encoder
from system.storage import sha256_of

NEEDED = ("config.json", "tokenizer.json", "model.safetensors")
SPECIALS = {"mask": ("[MASK]", "<mask>"), "unk": ("[UNK]", "<unk>")}


def load_reranker(name: str, *, fetch: bool = False, log: Log | None = None) -> Reranker:
    """The reranker of that name; "NAME#LABEL" where a model has several labels.

    A plain BERT of one label gets the fast backends; all others run in torch.
    """
    model, _, label = name.partition("#")
    if packaged_model(model) is not None:
        return load_cross_encoder(model, fetch=fetch, log=log)
    folder = folder_of(model, fetch=fetch, log=log)
    _checked(folder, model)
    recipe = pair_recipe(folder, model, label)
    kind = read_json(folder / "config.json").get("model_type")
    is_plain = recipe.activation == "raw" and not recipe.query_prompt and not needs_code(folder)
    if kind == "bert" and is_plain and len(recipe.labels) == 1:
        return load_cross_encoder(model, fetch=fetch, log=log)
    if log is not None:
        log(f"loading {model} (torch)")
    return AutoCrossEncoder(
        model,
        lambda: _classifier(folder, model),
        _tokenizer(folder, model),
        recipe,
        revision=sha256_of(folder / "model.safetensors")[:16],
        load_eager=lambda: _eager_classifier(folder, model),
        special_tokens=_special_tokens(folder),
    )


def labels_of_model(name: str) -> tuple[str, ...]:
    """The labels of a cross-encoder that is here; of several, one is to be named as NAME#LABEL.

    () where it is packaged or cannot be looked at: loading it then says why.
    """
    model = name.partition("#")[0]
    if packaged_model(model) is not None:
        return ()
    try:
        folder = folder_of(model)
    except CrossExamError:
        return ()
    return labels_of(folder) if (folder / "config.json").is_file() else ()


def _checked(folder: Path, name: str) -> None:
    for file in NEEDED:
        if not (folder / file).is_file():
            pickled = any((folder / old).exists() for old in ("pytorch_model.bin", "model.pt"))
            why = " (pickled weights are never loaded, for they can run code)" if pickled else ""
            raise CrossExamError(
                f"{name}: the folder {folder} has no {file}{why}; it needs {', '.join(NEEDED)}"
            )
    check_allowed(name, folder)


def _tokenizer(folder: Path, name: str) -> Any:
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:
        raise CrossExamError(f"{name}: tokenizer.json is not readable ({error})") from error


def _special_tokens(folder: Path) -> dict[str, str]:
    """What the tokenizer calls its "mask" and "unk" tokens, where it has them."""
    config = read_json(folder / "tokenizer_config.json")
    older = read_json(folder / "special_tokens_map.json")
    added_tokens = read_json(folder / "tokenizer.json").get("added_tokens")
    vocabulary = {str(row.get("content")) for row in added_tokens or [] if isinstance(row, dict)}
    special_tokens = {}
    for role, usual_tokens in SPECIALS.items():
        named_token = config.get(f"{role}_token") or older.get(f"{role}_token")
        if isinstance(named_token, dict):
            named_token = named_token.get("content")
        named_token = named_token or next(
            (token for token in usual_tokens if token in vocabulary), None
        )
        if named_token:
            special_tokens[role] = str(named_token)
    return special_tokens


def _classifier(folder: Path, name: str, **options: Any) -> Any:
    import transformers

    logging: Any = transformers.utils.logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    trusted = needs_code(folder)
    if trusted:
        check_allowed(name, folder)  # once more, for its files may have changed meanwhile
    try:
        model: Any = transformers.AutoModelForSequenceClassification.from_pretrained(
            str(folder),
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=trusted,
            **options,
        )
    except Exception as error:  # safetensors has an error of its own, and so has each family
        first = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise CrossExamError(
            f"{name}: the folder {folder} holds no model that can be loaded ({first})"
        ) from error
    return model.requires_grad_(False).float().eval()


def _eager_classifier(folder: Path, name: str) -> Any:
    """The model with eager attention; as it is where its own code knows no such choice."""
    try:
        return _classifier(folder, name, attn_implementation="eager")
    except CrossExamError:
        if not needs_code(folder):
            raise
        return _classifier(folder, name)
