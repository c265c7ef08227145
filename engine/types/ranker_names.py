"""How additional rankers are named: one line of text that says which and where.

cohere:rerank-v3.5                              a hosted service (also jina, voyage)
tei:http://127.0.0.1:8080                       a server of one's own (also vllm, infinity)
llm-listwise:http://127.0.0.1:11434/v1#qwen3    a chat model (also llm-pointwise, llm-pairwise)
maxsim:FOLDER                                   late interaction with a ColBERT checkpoint
bi-encoder:BAAI/bge-small-en-v1.5               a bi-encoder that retrieves on its own
run:NAME                                        another system's run, attached to the corpus
cross-encoder/ms-marco-MiniLM-L-6-v2            any other cross-encoder, by name or folder
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.types.errors import CrossExamError
from engine.types.registries.rankers import BARE, RANKERS, RankerKind

PREFIX = "reranker:"
MOST = 5
LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class RerankerName:
    """A name taken apart; `kind` is the name of a kind in `RANKERS`."""

    kind: str
    model: str = ""
    address: str = ""

    @property
    def record(self) -> RankerKind:
        """What its kind says and can do."""
        return RANKERS.of(self.kind)

    @property
    def remote(self) -> bool:
        """Whether texts leave this process for a server."""
        return self.record.remote

    @property
    def hosted(self) -> bool:
        """Whether it is a public service, which needs a key."""
        return self.record.hosted

    @property
    def retrieves(self) -> bool:
        """Whether it finds documents of its own instead of reordering another's."""
        return self.record.retrieves

    @property
    def whole_list(self) -> bool:
        """Whether it orders a list as a whole, so that a score depends on the others in it."""
        return self.record.whole_list


def split(name: str) -> RerankerName:
    """The name taken apart, unchecked."""
    prefix, _, rest = name.partition(":")
    kind = RANKERS.find(prefix)
    if kind is None or kind.name == BARE:
        return RerankerName(BARE, name)
    if not kind.address:
        return RerankerName(kind.name, rest)
    address, _, model = rest.partition("#")
    return RerankerName(kind.name, model, address)


def parsed(name: str) -> RerankerName:
    """The name taken apart; raises CrossExamError when it is none."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise CrossExamError(
            f"{name[:60]!r} names no reranker: give a model's name, a folder, or one such as "
            "'tei:http://127.0.0.1:8080'"
        )
    parts = split(name)
    kind = parts.record
    if kind.address and not parts.address:
        raise CrossExamError(f"{name!r} has no address: give {kind.name}:http://HOST:PORT")
    if kind.needs_model and not parts.model.strip():
        raise CrossExamError(
            kind.needs_model.format(name=name, kind=kind.name, address=parts.address)
        )
    if kind.name == BARE and "://" in name:
        addressed = ", ".join(other.name for other in RANKERS if other.address)
        raise CrossExamError(f"{name!r} names no known service: give one of {addressed}")
    return replace(parts, model=parts.model.strip()) if kind.retrieves else parts


def composed(kind: str, model: str = "", address: str = "") -> str:
    """The name of these parts; raises CrossExamError where something is missing."""
    record = RANKERS.of(kind)
    if record.model_missing and not model:
        raise CrossExamError(record.model_missing)
    if kind == BARE:
        name = model
    elif record.address:
        name = f"{kind}:{address}" + (f"#{model}" if model else "")
    else:
        name = f"{kind}:{model}" if model else kind
    parsed(name)
    return name


def check_names(names: Iterable[str]) -> None:
    """Raise CrossExamError unless these can stand beside one another in a search."""
    all_names = list(names)
    for name in all_names:
        parsed(name)
    if len(all_names) > MOST:
        raise CrossExamError(
            f"{len(all_names)} additional rerankers are chosen: choose at most {MOST}"
        )
    if len(set(all_names)) < len(all_names):
        raise CrossExamError("a reranker is chosen twice: name each once")


def stage_of(name: str) -> str:
    """The stage under which an additional ranker appears in a trace.

    What retrieves has its name for a stage and not that of a reranker.
    """
    return name if retrieves(name) else PREFIX + name


def name_of(stage: str) -> str | None:
    """The additional ranker's name, None for one of the pipeline's own stages."""
    if retrieves(stage):
        return stage
    return stage.removeprefix(PREFIX) if stage.startswith(PREFIX) else None


def retrieves(name: str) -> bool:
    """Whether an additional ranker's name or stage is of one that finds documents of its own."""
    kind = _prefixed(name)
    return kind is not None and kind.retrieves


def is_encoder(name: str) -> bool:
    """Whether an additional ranker's name or stage is that of a bi-encoder."""
    kind = _prefixed(name)
    return kind is not None and kind.retrieves and not kind.attached


def is_attached(name: str) -> bool:
    """Whether an additional ranker's name or stage is that of an attached run."""
    kind = _prefixed(name)
    return kind is not None and kind.attached


def _prefixed(name: str) -> RankerKind | None:
    """The kind that stands before the colon of a name, None for a bare one."""
    prefix, colon, _ = name.partition(":")
    return RANKERS.find(prefix) if colon else None
