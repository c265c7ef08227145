"""A small corpus with judgments and two tiny random models, for a training of seconds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
import transformers

from tests.models.tiny_bert import tiny_tokenizer
from tests.tiny_encoder import LONGEST, VOCABULARY, tiny_encoder_folder

THINGS = ("ant", "bee", "cow", "dog", "elk", "fox", "gnu", "hen", "owl", "pig")
PLACES = ("sea", "bog", "fen", "den")


def write_school(folder: Path, *, judged: bool = True) -> Path:
    """A BEIR folder: each thing at each place; a query wants its thing, best at its place."""
    folder.mkdir(parents=True)
    pairs = [(thing, place) for thing in THINGS for place in PLACES]
    documents = [
        {"_id": f"{thing}-{place}", "title": f"{thing} {place}", "text": f"the {thing} at {place}"}
        for thing, place in pairs
    ]
    queries = [{"_id": f"q-{thing}-{place}", "text": f"{place} {thing}"} for thing, place in pairs]
    for name, rows in (("corpus", documents), ("queries", queries)):
        text = "".join(json.dumps(row) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    if judged:
        lines = ["query-id\tcorpus-id\tscore"]
        for thing, place in pairs:
            lines += [
                f"q-{thing}-{place}\t{thing}-{other}\t{3 if other == place else 1}"
                for other in PLACES
            ]
            wrong = THINGS[(THINGS.index(thing) + 1) % len(THINGS)]
            lines.append(f"q-{thing}-{place}\t{wrong}-{place}\t0")
        (folder / "qrels").mkdir()
        (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def tiny_models(folder: Path) -> tuple[str, str]:
    """(bi-encoder, cross-encoder), each a folder in the hub's layout."""
    folder.mkdir(parents=True, exist_ok=True)
    student = tiny_encoder_folder(folder / "student")
    torch.manual_seed(5)
    shape: dict[str, Any] = {
        "vocab_size": len(VOCABULARY),
        "hidden_size": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": LONGEST,
        "num_labels": 1,
        "initializer_range": 0.5,
    }
    config = transformers.BertConfig(**shape)
    teacher = folder / "teacher"
    transformers.BertForSequenceClassification(config).save_pretrained(teacher)
    tiny_tokenizer(VOCABULARY).save(str(teacher / "tokenizer.json"))
    return str(student), str(teacher)
