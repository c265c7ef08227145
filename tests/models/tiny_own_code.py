"""A tiny classifier that brings its own Python code, as a folder of the hub."""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from tokenizers import processors

from tests.models.tiny_bert import WORDS, tiny_tokenizer

MARK = "TINY_CODE_RAN"
CODE = f"""
import os

import torch
from transformers import PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

os.environ["{MARK}"] = "yes"


class TinyConfig(PretrainedConfig):
    model_type = "tiny-own"


class TinyForSequenceClassification(PreTrainedModel):
    config_class = TinyConfig

    def __init__(self, config):
        super().__init__(config)
        self.words = torch.nn.Embedding({len(WORDS)}, 1)
        self.post_init()

    def get_input_embeddings(self):
        return self.words

    def forward(self, input_ids, attention_mask=None, output_attentions=None):
        values = self.words(input_ids)[..., 0] * attention_mask
        return SequenceClassifierOutput(logits=values.sum(dim=1, keepdim=True))
"""
FILE = "modeling_tiny.py"


def save_own_code(folder: Path) -> str:
    """The score of a pair is the sum of its tokens' numbers in the vocabulary, by own code."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / FILE).write_text(CODE)
    name = "TinyForSequenceClassification"
    module = FILE.removesuffix(".py")
    mapped = {
        "AutoConfig": f"{module}.TinyConfig",
        "AutoModelForSequenceClassification": f"{module}.{name}",
    }
    config: dict[str, object] = {
        "architectures": [name],
        "auto_map": mapped,
        "model_type": "tiny-own",
    }
    config |= {"id2label": {"0": "LABEL_0"}, "max_position_embeddings": 64}
    (folder / "config.json").write_text(json.dumps(config))
    weights = torch.arange(len(WORDS), dtype=torch.float32)[:, None]
    save_file({"words.weight": weights}, folder / "model.safetensors", {"format": "pt"})
    tokenizer = tiny_tokenizer()
    ends = [(token, WORDS.index(token)) for token in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=ends
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    return str(folder)
