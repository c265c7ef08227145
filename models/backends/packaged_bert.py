"""BERT encoders that a registry package carries as int8 ONNX, as fp32 torch modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.types import CrossExamError, Log
from models.backends.onnx_import import dequantized_tensors
from models.backends.weight_cache import WeightCache
from system.storage import cache_folder, sha256_of

SMALL_BERT: dict[str, Any] = {
    "vocab_size": 30522,
    "hidden_size": 384,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
    "max_position_embeddings": 512,
}


def bert_from_onnx(
    onnx_path: Path,
    key: str,
    *,
    log: Log | None = None,
    cache: WeightCache | None = None,
    shape: dict[str, Any] = SMALL_BERT,
) -> Any:
    """The fp32 `BertModel` without its pooler, converted once and kept under `key`."""
    import transformers
    from safetensors.numpy import save_file
    from safetensors.torch import load_file

    def convert(folder: Path) -> None:
        if log is not None:
            log(f"converting the int8 weights of {key} to fp32 (once)")
        save_file(dequantized_tensors(onnx_path), folder / "model.safetensors")

    cache = cache or WeightCache(cache_folder() / "models")
    folder = cache.ready(f"{key}-fp32", sha256_of(onnx_path), convert)
    config = transformers.BertConfig(**shape)
    model: Any = transformers.BertModel(config, add_pooling_layer=False)
    missing, unexpected = model.load_state_dict(
        load_file(folder / "model.safetensors"), strict=False, assign=True
    )
    lacking = [name for name in missing if not name.endswith("position_ids")]
    foreign = [name for name in unexpected if not name.startswith("pooler.")]
    if lacking or foreign:
        raise CrossExamError(
            f"the converted model {key} does not fit its shape: missing {lacking[:3]}, unexpected "
            f"{foreign[:3]}; reinstall the pinned requirements"
        )
    return model.requires_grad_(False).eval()
