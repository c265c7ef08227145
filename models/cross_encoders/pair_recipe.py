"""How a sequence classifier reads a pair and what its score is, as its own files say.

sentence-transformers keeps an activation and prompts in config_sentence_transformers.json and
config.json, FlagEmbedding's rerankers have one label and a raw logit. Two choices differ from
sentence-transformers' defaults. Where no file names an activation, a single label's score is the
raw logit, as FlagEmbedding has it, and not its sigmoid: the order is the same. Of labels that
exclude one another the softmax ranks, which that library gives on request (`apply_softmax`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.types import CrossExamError, Floats

_NO_LIMIT = 1_000_000  # tokenizers write an enormous number where they know of no limit
_OFFSET_POSITIONS = ("roberta", "xlm-roberta", "camembert", "mpnet")  # two positions are not texts'


@dataclass(frozen=True, slots=True)
class PairRecipe:
    """`label` is the column that ranks; `activation` is "raw", "sigmoid" or "softmax".

    The query's prompt, where there is one, stands before the first text of every pair.
    """

    max_length: int
    labels: tuple[str, ...]
    label: int = 0
    activation: str = "raw"
    query_prompt: str = ""
    pad: int = 0
    segments: bool = True

    @property
    def label_name(self) -> str:
        """The label that ranks, "" where there is only one."""
        return self.labels[self.label] if len(self.labels) > 1 else ""

    @property
    def kind(self) -> str:
        """What a score is."""
        match self.activation:
            case "raw":
                return "logit"
            case _ if len(self.labels) > 1:
                return f"probability of {self.label_name}"
            case _:
                return "sigmoid of the logit"

    def scores(self, logits: Floats) -> Floats:
        """The score of each row of logits of shape (pairs, labels)."""
        values = logits if self.activation == "raw" else self.shares(logits)
        scores: Floats = values[:, self.label].astype(np.float32)
        return scores

    def shares(self, logits: Floats) -> NDArray[np.float64]:
        """Probabilities of shape (pairs, labels): of all labels together or each by itself."""
        wide = logits.astype(np.float64)
        if self.activation == "softmax":
            powers = np.exp(wide - wide.max(axis=1, keepdims=True))
            shares: NDArray[np.float64] = powers / powers.sum(axis=1, keepdims=True)
        else:
            with np.errstate(over="ignore"):
                shares = 1.0 / (1.0 + np.exp(-wide))
        return shares


def pair_recipe(folder: Path, name: str, label: str = "") -> PairRecipe:
    """The recipe of a model folder; `label` names the label that ranks, by name or number.

    Raises CrossExamError for a model that scores no pairs, or whose label nobody named.
    """
    config = read_json(folder / "config.json")
    heads = [str(head) for head in config.get("architectures") or []]
    if not any(head.endswith("ForSequenceClassification") for head in heads):
        raise CrossExamError(
            f"{name}: config.json names {', '.join(heads) or 'no architecture'}, which has no head "
            "that scores pairs; choose a cross-encoder"
        )
    saved_config = read_json(folder / "config_sentence_transformers.json")
    if saved_config.get("model_type") != "CrossEncoder" or not (folder / "modules.json").is_file():
        # sentence-transformers reads it of a cross-encoder that it saved, of none else
        saved_config = {}
    labels = _labels(config)
    column = _column(labels, label, name)
    return PairRecipe(
        max_length=token_limit(folder, config),
        labels=labels,
        label=column,
        activation=_activation(config, saved_config, len(labels)),
        query_prompt=_prompt(saved_config, name),
        pad=int(config.get("pad_token_id") or 0),
        segments=int(config.get("type_vocab_size") or 0) > 1,
    )


def labels_of(folder: Path) -> tuple[str, ...]:
    """The names of a classifier's labels, by their numbers."""
    return _labels(read_json(folder / "config.json"))


def _prompt(said: dict[str, Any], name: str) -> str:
    """The prompt that is used unless another is asked for: the one named the default."""
    prompts = said.get("prompts")
    prompts = prompts if isinstance(prompts, dict) else {}
    default = said.get("default_prompt_name")
    if not default:
        return ""
    if default not in prompts:
        raise CrossExamError(
            f"{name}: config_sentence_transformers.json names the default prompt {default!r}, "
            f"which is not among its prompts ({', '.join(map(str, prompts)) or 'none'}): mend it"
        )
    return str(prompts[default] or "")


def _labels(config: dict[str, Any]) -> tuple[str, ...]:
    by_number = config.get("id2label")
    if isinstance(by_number, dict) and by_number:
        return tuple(str(by_number[key]) for key in sorted(by_number, key=int))
    return tuple(f"LABEL_{i}" for i in range(int(config.get("num_labels") or 2)))


def _column(labels: tuple[str, ...], label: str, name: str) -> int:
    lower = [each.lower() for each in labels]
    if label.lower() in lower:
        return lower.index(label.lower())
    if label.isdigit() and int(label) < len(labels):
        return int(label)
    if not label and len(labels) == 1:
        return 0
    problem = f"has no label {label!r}" if label else "has several labels"
    raise CrossExamError(
        f"{name} {problem}: say which one ranks, as {name}#{labels[-1]} (it has "
        f"{', '.join(labels)})"
    )


def _activation(config: dict[str, Any], said: dict[str, Any], labels: int) -> str:
    """What makes a score of logits; the files speak in sentence-transformers' order."""
    nested = config.get("sentence_transformers")
    nested = nested if isinstance(nested, dict) else {}
    activation_name = said.get("activation_fn") or nested.get("activation_fn")
    activation_name = str(
        activation_name or config.get("sbert_ce_default_activation_function") or ""
    )
    several = config.get("problem_type") == "multi_label_classification"
    if labels > 1:
        return "sigmoid" if several or activation_name.endswith("Sigmoid") else "softmax"
    return "sigmoid" if activation_name.endswith("Sigmoid") else "raw"


def token_limit(folder: Path, config: dict[str, Any]) -> int:
    """The smallest of the limits in tokens that a model's files name."""
    positions = config.get("max_position_embeddings")
    if isinstance(positions, int) and config.get("model_type") in _OFFSET_POSITIONS:
        positions -= 2
    stated = [
        positions,
        read_json(folder / "tokenizer_config.json").get("model_max_length"),
        read_json(folder / "sentence_bert_config.json").get("max_seq_length"),
    ]
    limits = [int(value) for value in stated if isinstance(value, int) and 4 <= value < _NO_LIMIT]
    return min(limits, default=512)


def read_json(path: Path) -> dict[str, Any]:
    """The object in a JSON file, {} where there is none."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}
