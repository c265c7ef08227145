"""Loads a bi-encoder or cross-encoder: packaged, from a local folder, or from the hub."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    BackendSelection,
    Cancel,
    CrossExamError,
    Log,
    ProgressCallback,
)
from models.backends.backends import Backend
from models.backends.benchmark import QUERIES, TEXTS
from models.backends.building import BackendSource
from models.backends.lazy_backend import LazyBackend, Quick
from models.backends.onnx_import import dequantized_tensors
from models.backends.packages import packaged_folder
from models.backends.selection import forced_backend, select_backend
from models.backends.weight_cache import WeightCache
from models.bi_encoders.bge import bge_parts
from models.bi_encoders.bi_encoder import BiEncoder
from models.bi_encoders.parts import BiEncoderParts
from models.catalogue import packaged_model
from models.cross_encoders.cross_encoder import CrossEncoder
from models.cross_encoders.pair_recipe import token_limit
from models.cross_encoders.pairs import PairBuilder
from models.cross_encoders.parts import CrossEncoderParts
from models.hub.resolving import folder_of
from models.text.wordpiece import WordPieces
from models.trained import trained_folder
from system.storage import cache_folder, sha256_of

MOST_LOGITS_APART = 0.05  # from fp32, for a backend to be chosen
MOST_COSINE_APART = 0.005
MARCO_L12_SHAPE: dict[str, Any] = {
    "vocab_size": 30522,
    "hidden_size": 384,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
    "max_position_embeddings": 512,
    "num_labels": 1,
}


def load_bi_encoder(name: str, *, fetch: bool = False, log: Log | None = None) -> BiEncoder:
    """The bi-encoder of that catalogue name, local folder or (with `fetch`) hub name."""
    parts = bi_encoder_parts(name, fetch=fetch, log=log)
    return parts.model(_chosen(parts.source, log or _silent))


def load_cross_encoder(name: str, *, fetch: bool = False, log: Log | None = None) -> CrossEncoder:
    """The cross-encoder of that catalogue name, local folder or (with `fetch`) hub name."""
    parts = cross_encoder_parts(name, fetch=fetch, log=log)
    selection = select_backend(parts.source.sha256)
    figure = selection.figure
    backend = parts.source.build(selection.backend, log or _silent)
    drift = figure.drift if figure is not None else None
    quickest = selection.quickest if forced_backend() is None else None
    if quickest is None or quickest.drift is None:
        return parts.model(backend, drift)
    form = quickest.backend
    lazy = LazyBackend(lambda: parts.source.build(form, log or _silent))
    return parts.model(backend, drift, Quick(lazy, quickest.drift))


def measure_backends(
    name: str,
    role: str,
    *,
    fetch: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel | None = None,
) -> BackendSelection:
    """Measure what this machine can run a model with; remember the fastest that stays close.

    The model that is loaded goes on with its backend; the next start takes the winner.
    """
    report, stopped = on_progress or (lambda *_: None), cancel or (lambda: False)
    if role == CROSS_ENCODER:
        cross = cross_encoder_parts(name, fetch=fetch)
        return cross.source.measure(
            cross.logits,
            unit="pairs",
            per_run=len(QUERIES) * len(TEXTS),
            tolerance=MOST_LOGITS_APART,
            on_progress=report,
            cancel=stopped,
            logits=cross.logits_of,
        )
    bi = bi_encoder_parts(name, fetch=fetch)
    return bi.source.measure(
        bi.cosines,
        unit="texts",
        per_run=len(TEXTS),
        tolerance=MOST_COSINE_APART,
        on_progress=report,
        cancel=stopped,
    )


def bi_encoder_parts(name: str, *, fetch: bool = False, log: Log | None = None) -> BiEncoderParts:
    """The parts of a bi-encoder; raises CrossExamError where something is missing."""
    packaged = packaged_model(name)
    if packaged is not None and packaged.role != BI_ENCODER:
        raise CrossExamError(f"{name} is a {packaged.role}, not a bi-encoder: choose another")
    if packaged is not None and packaged.form == "onnx-int8":
        return bge_parts(packaged)
    if packaged is not None:
        folder = packaged_folder(packaged.distribution, packaged.folder)
    else:
        folder = folder_of(name, fetch=fetch, log=log)
    _needs_weights(folder, name)
    config = _config(folder, name)
    pooling = _json(folder / "1_Pooling" / "config.json")
    by_mean = pooling.get("pooling_mode") == "mean" or pooling.get("pooling_mode_mean_tokens")
    if pooling and not by_mean:
        raise CrossExamError(
            f"{name}: its pooling is not the mean of the tokens, and only that is supported; "
            "choose a bi-encoder with mean pooling such as all-MiniLM-L6-v2"
        )

    limit = _json(folder / "sentence_bert_config.json").get("max_seq_length")

    def module() -> Any:
        from models.backends.modules import MeanPooled

        return MeanPooled(_pretrained("AutoModel", folder, name)).eval()

    def inference_module() -> Any:
        from models.backends.inference_modules import InferenceMeanPooled

        return InferenceMeanPooled(_pretrained("AutoModel", folder, name)).eval()

    return BiEncoderParts(
        BackendSource(name, folder / "model.safetensors", inference_module),
        WordPieces.from_file(folder / "tokenizer.json"),
        max_length=int(limit or token_limit(folder, config)),
        dimensions=int(config["hidden_size"]),
        module=module,
    )


def cross_encoder_parts(
    name: str, *, fetch: bool = False, log: Log | None = None
) -> CrossEncoderParts:
    """The parts of a cross-encoder; raises CrossExamError where something is missing."""
    packaged = packaged_model(name)
    if packaged is not None:
        if packaged.role != CROSS_ENCODER:
            raise CrossExamError(
                f"{name} is a {packaged.role}, not a cross-encoder: choose another"
            )
        folder = packaged_folder(packaged.distribution, packaged.folder)
        weights, limit = folder / packaged.weights, packaged.max_length

        def model() -> Any:
            return marco_l12_model(weights, log=log or _silent)
    else:
        folder = folder_of(name, fetch=fetch, log=log)
        _needs_weights(folder, name)
        config = _config(folder, name)
        heads = config.get("architectures") or []
        if not any(str(head).endswith("ForSequenceClassification") for head in heads):
            raise CrossExamError(
                f"{name}: config.json names {', '.join(map(str, heads)) or 'no architecture'}, "
                "which has no head that scores pairs; choose a cross-encoder"
            )
        weights = folder / "model.safetensors"
        limit = token_limit(folder, config)

        def model() -> Any:
            loaded = _pretrained("AutoModelForSequenceClassification", folder, name)
            if loaded.config.num_labels != 1:
                raise CrossExamError(
                    f"{name}: the model has {loaded.config.num_labels} labels, a reranker has 1; "
                    "choose a model that was trained to rank"
                )
            return loaded

    def inference_module() -> Any:
        from models.backends.inference_modules import InferencePairLogits

        return InferencePairLogits(model()).eval()

    pieces = WordPieces.from_file(folder / "tokenizer.json")
    return CrossEncoderParts(
        BackendSource(name, weights, inference_module), PairBuilder(pieces, limit), model
    )


def marco_l12_model(onnx_path: Path, *, log: Log, cache: WeightCache | None = None) -> Any:
    """The fp32 `BertForSequenceClassification`, converted once and cached with a checksum."""
    from safetensors.numpy import save_file
    from safetensors.torch import load_file

    def convert(folder: Path) -> None:
        log("converting the cross-encoder's int8 weights to fp32 (once)")
        save_file(dequantized_tensors(onnx_path), folder / "model.safetensors")

    cache = cache or WeightCache(cache_folder() / "models")
    folder = cache.ready("ms-marco-MiniLM-L-12-v2-fp32", sha256_of(onnx_path), convert)
    transformers = _quiet_transformers()
    model = transformers.BertForSequenceClassification(transformers.BertConfig(**MARCO_L12_SHAPE))
    missing, unexpected = model.load_state_dict(
        load_file(folder / "model.safetensors"), strict=False, assign=True
    )
    lacking = [name for name in missing if not name.endswith("position_ids")]
    if lacking or unexpected:
        raise CrossExamError(
            f"the converted cross-encoder does not fit its model: missing {lacking[:3]}, "
            f"unexpected {list(unexpected)[:3]}; reinstall the pinned requirements"
        )
    return _frozen(model)


def _chosen(source: BackendSource, log: Log) -> Backend:
    return source.build(select_backend(source.sha256).backend, log)


def _silent(_: str) -> None:
    """Log nothing."""


def _pretrained(kind: str, folder: Path, name: str) -> Any:
    transformers = _quiet_transformers()
    try:
        model = getattr(transformers, kind).from_pretrained(
            str(folder), local_files_only=True, use_safetensors=True, trust_remote_code=False
        )
    except (OSError, ValueError) as error:
        first_line = str(error).strip().splitlines()[0]
        raise CrossExamError(
            f"{name}: the folder {folder} holds no model that can be loaded ({first_line}); it "
            "needs config.json, tokenizer.json and model.safetensors"
        ) from error
    return _frozen(model)


def _frozen(model: Any) -> Any:
    return model.requires_grad_(False).eval()


def _quiet_transformers() -> Any:
    """The transformers module, with its notices and progress bars turned off."""
    import transformers

    logging: Any = transformers.utils.logging
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    return transformers


def _needs_weights(folder: Path, name: str) -> None:
    for file in ("config.json", "tokenizer.json", "model.safetensors"):
        if not (folder / file).is_file():
            raise CrossExamError(
                f"{name}: the folder {folder} has no {file}; it needs config.json, tokenizer.json "
                "and model.safetensors"
            )


def _config(folder: Path, name: str) -> dict[str, Any]:
    config = _json(folder / "config.json")
    kind = config.get("model_type")
    if kind != "bert":
        raise CrossExamError(
            f"{name}: the folder {folder} has model type {kind!r} in config.json; 'bert' is the "
            "type that is supported"
        )
    return config


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def is_own_model(model: str) -> bool:
    """Whether the model is packaged with the app or was trained by it; "" is the usual one."""
    return not model or packaged_model(model) is not None or trained_folder(model) is not None
