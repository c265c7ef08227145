"""A real server with a /rerank endpoint, where one is given: see docs/infinity_server.md.

It has to serve the packaged cross-encoder's own weights (`docs/infinity_server.md` says how to
write them to a folder), so that its scores can be held against the local model's.
"""

from __future__ import annotations

import os

import pytest

from corpora.builtin.senses import open_senses
from models.cross_encoders.cross_encoder import CrossEncoder
from workbench.workbench import Workbench

GIVEN = os.environ.get("CROSSEXAM_TEST_RERANK_URL", "").strip()
NO_SERVER = (
    "no real /rerank server: give CROSSEXAM_TEST_RERANK_URL=infinity:http://127.0.0.1:7997, a "
    "server that was started as docs/infinity_server.md says"
)
QUERIES = ("python snake", "How do I get a refund?", "spring")

pytestmark = pytest.mark.skipif(not GIVEN, reason=NO_SERVER)


@pytest.mark.parametrize("query", QUERIES)
def test_a_real_server_gives_the_local_models_logits(
    query: str, torch_cross_encoder: CrossEncoder
) -> None:
    name = f"infinity:{GIVEN}" if GIVEN.startswith("http") else GIVEN
    store = open_senses().store
    texts = [document.content for document in store.get(list(store.ids())[::4])]
    asked = Workbench().models.reranker(name)
    served: dict[int, float] = {}
    for batch in asked.score(query, texts):
        served.update(zip(batch.positions, batch.scores, strict=True))
    local = torch_cross_encoder.score_all(query, texts)
    differences = [abs(served[i] - float(score)) for i, score in enumerate(local)]
    # both are fp32, so only the order of sums may differ
    assert max(differences) < 0.001
