"""Tiny BERT models in the hub's folder layout, and the packaged folders."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from models.backends.packages import packaged_folder
from models.catalogue import MARCO_L12, MINILM
from tests.models.tiny_bert import WORDS, Hub, tiny_tokenizer


@pytest.fixture
def hub_folder(tmp_path: Path) -> Hub:
    """Saves a tiny random BERT of that transformers class and returns its folder."""

    def build(kind: str, *, labels: int = 1, config: dict[str, Any] | None = None) -> Path:
        folder = tmp_path / f"{kind}-{labels}"
        torch.manual_seed(7)
        shape: dict[str, Any] = {
            "vocab_size": len(WORDS),
            "hidden_size": 16,
            "num_hidden_layers": 2,
            "num_attention_heads": 2,
            "intermediate_size": 32,
            "max_position_embeddings": 24,
            "num_labels": labels,
            "initializer_range": 0.5,
        }
        getattr(transformers, kind)(transformers.BertConfig(**shape)).save_pretrained(folder)
        tiny_tokenizer().save(str(folder / "tokenizer.json"))
        if config:
            path = folder / "config.json"
            path.write_text(json.dumps(json.loads(path.read_text()) | config))
        return folder

    return build


@pytest.fixture(scope="session")
def marco_folder() -> Path:
    return packaged_folder(MARCO_L12.distribution, MARCO_L12.folder)


@pytest.fixture(scope="session")
def minilm_folder() -> Path:
    return packaged_folder(MINILM.distribution, MINILM.folder)
