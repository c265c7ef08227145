"""How additional rankers are named: one line of text that says which and where.

cohere:rerank-v3.5                              a hosted service (also jina, voyage)
tei:http://127.0.0.1:8080                       a server of one's own (also vllm, infinity)
llm-listwise:http://127.0.0.1:11434/v1#qwen3    a chat model (also llm-pointwise, llm-pairwise)
maxsim:FOLDER                                   late interaction with a ColBERT checkpoint
bi-encoder:BAAI/bge-small-en-v1.5               a bi-encoder that retrieves on its own
cross-encoder/ms-marco-MiniLM-L-6-v2            any other cross-encoder, by name or folder
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.types import BI_ENCODER, CrossExamError

PREFIX = "reranker:"
MOST = 5
HOSTED = ("cohere", "jina", "voyage")
SERVERS = ("tei", "vllm", "infinity")
LLM_WAYS = ("pointwise", "pairwise", "listwise")
MAXSIM = "maxsim"
WHOLE_LIST = ("llm-pairwise", "llm-listwise")
LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class RerankerName:
    """A name taken apart; `kind` is a service, "llm-…", "maxsim", "bi-" or "cross-encoder"."""

    kind: str
    model: str = ""
    address: str = ""

    @property
    def remote(self) -> bool:
        """Whether texts leave this process for a server."""
        return self.kind in (*HOSTED, *SERVERS) or self.kind.startswith("llm-")

    @property
    def hosted(self) -> bool:
        """Whether it is a public service, which needs a key."""
        return self.kind in HOSTED

    @property
    def retrieves(self) -> bool:
        """Whether it finds documents of its own instead of reordering another's."""
        return self.kind == BI_ENCODER

    @property
    def whole_list(self) -> bool:
        """Whether it orders a list as a whole, so that a score depends on the others in it."""
        return self.kind in WHOLE_LIST


def parsed(name: str) -> RerankerName:
    """The name taken apart; raises CrossExamError when it is none."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise CrossExamError(
            f"{name[:60]!r} names no reranker: give a model's name, a folder, or one such as "
            "'tei:http://127.0.0.1:8080'"
        )
    kind, colon, rest = name.partition(":")
    if kind == MAXSIM:
        return RerankerName(MAXSIM, rest)
    if kind == BI_ENCODER:
        if not rest.strip():
            raise CrossExamError(f"{name!r} names no model: give {BI_ENCODER}:NAME or a folder")
        return RerankerName(BI_ENCODER, rest.strip())
    if kind in HOSTED:
        return RerankerName(kind, rest)
    ways = [f"llm-{way}" for way in LLM_WAYS]
    if kind in (*SERVERS, *ways):
        address, _, model = rest.partition("#")
        if not address:
            raise CrossExamError(f"{name!r} has no address: give {kind}:http://HOST:PORT")
        if kind in ways and not model:
            raise CrossExamError(f"{name!r} names no model: give {kind}:{address}#MODEL")
        return RerankerName(kind, model, address)
    if colon and "://" in rest:
        raise CrossExamError(
            f"{name!r} names no known service: give one of {', '.join((*SERVERS, *ways))}"
        )
    return RerankerName("cross-encoder", name)


def composed(kind: str, model: str = "", address: str = "") -> str:
    """The name of these parts; raises CrossExamError where something is missing."""
    if kind == "cross-encoder":
        name = model
    elif kind in (*HOSTED, MAXSIM, BI_ENCODER):
        name = f"{kind}:{model}" if model else kind
    else:
        name = f"{kind}:{address}" + (f"#{model}" if model else "")
    if kind == MAXSIM and not model:
        raise CrossExamError("no model is given: give the folder or hub name of a ColBERT model")
    if kind == BI_ENCODER and not model:
        raise CrossExamError("no model is given: choose one, or type a folder or hub name")
    parsed(name)
    return name


def check_names(names: Iterable[str]) -> None:
    """Raise CrossExamError unless these can stand beside one another in a search."""
    given = list(names)
    for name in given:
        parsed(name)
    if len(given) > MOST:
        raise CrossExamError(f"{len(given)} additional rerankers are chosen: choose at most {MOST}")
    if len(set(given)) < len(given):
        raise CrossExamError("a reranker is chosen twice: name each once")


def stage_of(name: str) -> str:
    """The stage under which an additional ranker appears in a trace.

    A bi-encoder retrieves, so its stage is its name and not that of a reranker.
    """
    return name if is_encoder(name) else PREFIX + name


def name_of(stage: str) -> str | None:
    """The additional ranker's name, None for one of the pipeline's own stages."""
    if is_encoder(stage):
        return stage
    return stage.removeprefix(PREFIX) if stage.startswith(PREFIX) else None


def is_encoder(name: str) -> bool:
    """Whether an additional ranker's name or stage is that of a bi-encoder."""
    return name.startswith(f"{BI_ENCODER}:")
