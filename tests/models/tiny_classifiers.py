"""Tiny random sequence classifiers of several families, in the hub's folder layout."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
import transformers
from tokenizers import processors

from tests.models.tiny_bert import WORDS, tiny_tokenizer

VOCABULARY = (*WORDS, "<s>", "</s>", "rate", ":")
FAMILIES = {
    "Bert": "[CLS] $A [SEP] $B:1 [SEP]:1",
    "Electra": "[CLS] $A [SEP] $B:1 [SEP]:1",
    "ModernBert": "[CLS] $A [SEP] $B [SEP]",
    "Roberta": "<s> $A </s> </s> $B </s>",
    "XLMRoberta": "<s> $A </s> </s> $B </s>",
}
LABELS = ("contradiction", "entailment", "neutral")


def save(folder: Path, family: str, labels: tuple[str, ...] = ("LABEL_0",), **said: Any) -> str:
    """A tiny random classifier of that family in the hub's layout; returns its folder."""
    torch.manual_seed(3)
    shape: dict[str, Any] = {
        "vocab_size": len(VOCABULARY),
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 34,
        "initializer_range": 0.5,
        "pad_token_id": 0,
        "id2label": dict(enumerate(labels)),
        "label2id": {label: i for i, label in enumerate(labels)},
    }
    if family == "Electra":
        shape |= {"embedding_size": 16}
    if family == "ModernBert":
        shape |= {"cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2, "eos_token_id": 3}
    config = getattr(transformers, f"{family}Config")(**shape)
    model = getattr(transformers, f"{family}ForSequenceClassification")(config)
    model.save_pretrained(folder)
    tokenizer = tiny_tokenizer(VOCABULARY)
    ends = [(t, VOCABULARY.index(t)) for t in ("[CLS]", "[SEP]", "<s>", "</s>")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair=FAMILIES[family], special_tokens=ends
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    tokens = {"unk_token": "[UNK]", "pad_token": "[PAD]", "mask_token": "[MASK]"}
    fast = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": 32}
    inputs = {"model_input_names": ["input_ids", "token_type_ids", "attention_mask"]}
    (folder / "tokenizer_config.json").write_text(json.dumps(tokens | fast | inputs))
    if said:
        path = folder / "config_sentence_transformers.json"
        path.write_text(json.dumps({"model_type": "CrossEncoder", **said}))
        kind = "sentence_transformers.base.modules.transformer.Transformer"
        rows = [{"idx": 0, "name": "0", "path": "", "type": kind}]
        (folder / "modules.json").write_text(json.dumps(rows))
        task = {"transformer_task": "sequence-classification"}
        (folder / "sentence_bert_config.json").write_text(json.dumps(task))
    return str(folder)


def change_config(folder: str, **said: Any) -> None:
    path = Path(folder) / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | said))


def reference(folder: str, query: str, document: str) -> Any:
    """The logits by transformers' own tokenizer and model."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    model = transformers.AutoModelForSequenceClassification.from_pretrained(folder).eval()
    cut: dict[str, Any] = {"truncation": "only_second", "max_length": 32, "return_tensors": "pt"}
    inputs = tokenizer([query], [document], **cut)  # lists, for a lone "" is taken for no pair
    if int(getattr(model.config, "type_vocab_size", 0) or 0) < 2:
        inputs.pop("token_type_ids", None)
    with torch.no_grad():
        return model(**inputs).logits[0].numpy()
