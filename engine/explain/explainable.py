"""Which rerankers can be explained word by word, and why the others cannot."""

from __future__ import annotations

from engine.types.ranker_names import MAXSIM, is_encoder, parsed

SERVER = (
    "a server gives scores alone: tokens, attention and gradients stay there, and leaving out one "
    "word at a time would send it hundreds of requests"
)
HOSTED = (
    "a service gives scores alone: tokens, attention and gradients stay there, and leaving out one "
    "word at a time would send it hundreds of paid requests"
)
CHAT = (
    "a chat model writes an answer, and there is no logit of the pair whose gradients or whose "
    "change could be told apart from its wording"
)
ALL_MATCHES = "its score is a sum of token matches, all of which the MaxSim page shows"
READS_APART = "a bi-encoder reads both texts apart; Explain has what moves its cosine, on the right"


def why_not_explained(name: str) -> str:
    """Why an additional reranker cannot be explained here, "" where it can."""
    wanted = parsed(name)
    if is_encoder(name):
        return READS_APART
    if wanted.kind == MAXSIM:
        return ALL_MATCHES
    if wanted.kind.startswith("llm-"):
        return CHAT
    if wanted.hosted:
        return HOSTED
    return SERVER if wanted.remote else ""
