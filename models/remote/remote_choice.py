"""Makes a remote reranker of what a person chose; nothing remote is built anywhere else."""

from __future__ import annotations

import os

from engine.types import CrossExamError, Reranker
from engine.types.registries.rankers import RANKERS

OFF = "CROSSEXAM_REMOTE"


def remote_reranker(kind: str, address: str = "", model: str = "", *, key: str = "") -> Reranker:
    """The reranker of a service ("cohere", "tei", …) or a chat model ("llm-listwise", …).

    Raises CrossExamError where CROSSEXAM_REMOTE=off forbids to send texts to a server.
    """
    if os.environ.get(OFF, "").strip().lower() in ("off", "0", "no", "false"):
        raise CrossExamError(
            f"remote rerankers are turned off here ({OFF}={os.environ[OFF]}): choose a local one, "
            "or have whoever runs the app unset it"
        )
    way = RANKERS.of(kind).chat
    if way:
        from models.remote.llm_chat import ChatModel
        from models.remote.llm_rankers import llm_ranker

        chat = ChatModel.from_choice(address, model, key=key)
        return llm_ranker(way, chat)
    from models.remote.rerank_services import RemoteReranker

    return RemoteReranker.from_choice(kind, address=address, model=model, key=key)
