"""The numbers of a forward pass as CSV: a row a document and layer."""

from __future__ import annotations

from engine.types.explain.forward_pass import ForwardPass
from system.csv_writing import Cell, csv_text


def numbers_csv(passes: ForwardPass) -> str:
    """What the lens makes of each layer, what crosses in its heads, and the final figures.

    Layer 0 is the embeddings, in which no head looks anywhere.
    """
    heads = passes.documents[0].crossing.shape[1]
    header = ["query", "document", "cosine", passes.explains, "after layer", "logit lens"]
    header += [f"share that crosses, head {head}" for head in range(1, heads + 1)]
    rows: list[list[Cell]] = []
    for document in passes.documents:
        final = [float(document.cosine), document.pair.score]
        for layer, value in enumerate(document.pair.lens):
            shares = document.crossing[layer - 1].tolist() if layer else [None] * heads
            rows.append([passes.query, document.title, *final, layer, float(value), *shares])
    return csv_text(header, rows)
