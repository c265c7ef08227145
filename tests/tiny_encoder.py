"""A tiny random bi-encoder in the hub's folder layout, which tells any two words apart."""

from __future__ import annotations

import string
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

from engine.types import Floats
from tests.models.tiny_bert import tiny_tokenizer

_SIGNS = string.ascii_lowercase + string.digits
VOCABULARY = (
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *_SIGNS, *(f"##{sign}" for sign in _SIGNS)
)  # fmt: skip
LONGEST = 48


def tiny_encoder_folder(folder: Path, seed: int = 11) -> Path:
    """Save the model into `folder`, which must not exist yet, and return it."""
    torch.manual_seed(seed)
    config = transformers.BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=LONGEST,
        initializer_range=0.5,
    )
    transformers.BertModel(config).save_pretrained(folder)
    tiny_tokenizer(VOCABULARY).save(str(folder / "tokenizer.json"))
    return folder


def plain_vectors(folder: Path, texts: Sequence[str]) -> Floats:
    """Unit vectors of each text alone by plain transformers: the mean of the last states."""
    model: Any = transformers.BertModel.from_pretrained(str(folder))
    model.eval()
    tokenizer = tiny_tokenizer(VOCABULARY)
    rows = []
    for text in texts:
        ids = tokenizer.encode(text, add_special_tokens=False).ids[: LONGEST - 2]
        with torch.inference_mode():
            states = model(torch.tensor([[2, *ids, 3]])).last_hidden_state[0]
        mean = states.mean(dim=0).numpy()
        rows.append(mean / np.linalg.norm(mean))
    return np.asarray(rows, dtype=np.float32)
