"""bge-small-en-v1.5 from its packaged int8 ONNX: [CLS] pooling, an instruction for queries.

Xiao et al. 2023, "C-Pack". Documents are embedded as they are.
"""

from __future__ import annotations

from typing import Any

from engine.types import Log
from models.backends.building import BackendSource
from models.backends.packaged_bert import SMALL_BERT, bert_from_onnx
from models.backends.packages import packaged_folder
from models.bi_encoders.parts import BiEncoderParts
from models.catalogue import PackagedModel
from models.text.wordpiece import WordPieces

QUERY_PROMPT = "Represent this sentence for searching relevant passages: "


def bge_parts(packaged: PackagedModel, log: Log | None = None) -> BiEncoderParts:
    """The parts of the bi-encoder."""
    folder = packaged_folder(packaged.distribution, packaged.folder)
    weights = folder / packaged.weights

    def module() -> Any:
        from models.backends.modules import ClsPooled

        return ClsPooled(bert_from_onnx(weights, packaged.name.rsplit("/", 1)[-1], log=log)).eval()

    return BiEncoderParts(
        BackendSource(packaged.name, weights, module),
        WordPieces.from_file(folder / "tokenizer.json"),
        max_length=packaged.max_length,
        dimensions=int(SMALL_BERT["hidden_size"]),
        module=module,
        query_prompt=QUERY_PROMPT,
    )
