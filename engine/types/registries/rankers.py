"""The kinds of rankers that can be named: how each is written, offered and said, what it can do.

A kind is registered once. How names are read, the form of the page Models, labels, headings, the
CLI's help and what Explain says come from `RANKERS`; what loads a kind is joined to it in
`workbench.registries.rankers`.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.types.registries.registry import Registry
from engine.types.traces import BI_ENCODER

SENDS = "The query and the text of every candidate are sent to this server at each search."
PAID = f"{SENDS} It is paid for by whoever's key it is."
MAXSIM = "maxsim"
BARE = "cross-encoder"  # the kind whose names have no prefix
RUN = "run"

ON_SERVER = (
    "a server gives scores alone: tokens, attention and gradients stay there, and leaving out one "
    "word at a time would send it hundreds of requests"
)
ON_SERVICE = (
    "a service gives scores alone: tokens, attention and gradients stay there, and leaving out one "
    "word at a time would send it hundreds of paid requests"
)
CHAT = (
    "a chat model writes an answer, and there is no logit of the pair whose gradients or whose "
    "change could be told apart from its wording"
)
ALL_MATCHES = "its score is a sum of token matches, all of which the MaxSim page shows"
BY_ANOTHER = (
    "another system ranked these and gave at most scores: there is no model here to look into"
)
READS_APART = "a bi-encoder reads both texts apart; Explain has what moves its cosine, on the right"


@dataclass(frozen=True, slots=True, kw_only=True)
class RankerKind:
    """One kind of ranker, in words and capabilities; it loads nothing.

    `name` is the prefix of its names, NAME:MODEL or NAME:ADDRESS#MODEL. In the form, `label`
    offers it, and `model`, `address` and `key` (an environment variable) are the examples of
    the fields that it has; `about` says what it does, `sends` what leaves the machine.
    `needs_model` and `model_missing` say what is wrong where a name, or the form, gives no
    model ("": it may). `said` is a column's heading by `str.format`, `alone` where no model is
    named. `unexplained` is why its scores cannot be explained here ("": they can).
    `remote`: texts leave this process; `hosted`: for a public service, which needs a key;
    `any_model`: for a server whose model its name need not tell; `chat`: the way in which a chat
    model is asked; `whole_list`: a score depends on the others in the list; `retrieves`: it finds
    documents of its own; `attached`: its lists were made elsewhere and are kept with a corpus;
    `attends`: it has attention between query and document;
    `may_bring_code`: its files may hold Python code of their own, which runs with consent alone.
    """

    name: str
    label: str
    usage: str
    model: str = ""
    address: str = ""
    key: str = ""
    sends: str = ""
    about: str = ""
    needs_model: str = ""
    model_missing: str = ""
    said: str = "{model}"
    alone: str = ""
    unexplained: str = ""
    remote: bool = False
    hosted: bool = False
    any_model: bool = False
    whole_list: bool = False
    retrieves: bool = False
    attached: bool = False
    attends: bool = False
    may_bring_code: bool = False
    chat: str = ""


def hosted(name: str, label: str, model: str) -> RankerKind:
    """A public service that reranks and needs a key."""
    return RankerKind(
        name=name,
        label=label,
        usage=f"{name}:MODEL",
        model=model,
        key=f"{name.upper()}_API_KEY",
        sends=PAID,
        said=f"{{model}} ({name})",
        alone=name.capitalize(),
        unexplained=ON_SERVICE,
        remote=True,
        hosted=True,
    )


def server(name: str, label: str, model: str, address: str) -> RankerKind:
    """A server of one's own that reranks."""
    return RankerKind(
        name=name,
        label=f"Server: {label}",
        usage=f"{name}:http://HOST:PORT",
        model=model,
        address=address,
        key=f"{name.upper()}_API_KEY",
        sends=SENDS,
        said=f"{{model}} ({name})",
        unexplained=ON_SERVER,
        remote=True,
        any_model=True,
    )


def chat(way: str, label: str, *, whole_list: bool) -> RankerKind:
    """A chat model that is asked for an order in one way."""
    name = f"llm-{way}"
    return RankerKind(
        name=name,
        label=f"LLM: {label}",
        usage=f"{name}:http://HOST/v1#MODEL",
        model="qwen3:4b",
        address="http://127.0.0.1:11434/v1",
        key="OPENAI_API_KEY",
        sends=SENDS,
        needs_model="{name!r} names no model: give {kind}:{address}#MODEL",
        said=f"{{model}} ({way})",
        unexplained=CHAT,
        remote=True,
        whole_list=whole_list,
        chat=way,
    )


CROSS_ENCODERS = RankerKind(
    name=BARE,
    label="Cross-encoder: a local folder or a hub name",
    usage="MODEL",
    model="/models/bge-reranker-base",
    attends=True,
    may_bring_code=True,
)
BI_ENCODERS = RankerKind(
    name=BI_ENCODER,
    label="Bi-encoder (its own retrieval)",
    usage=f"{BI_ENCODER}:MODEL",
    model="BAAI/bge-small-en-v1.5",
    about="It reranks nobody's candidates: it embeds the whole corpus once, then retrieves "
    "from all of it. In Quality it can be the first stage of a pipeline.",
    needs_model=f"{{name!r}} names no model: give {BI_ENCODER}:NAME or a folder",
    model_missing="no model is given: choose one, or type a folder or hub name",
    unexplained=READS_APART,
    retrieves=True,
)
LATE_INTERACTION = RankerKind(
    name=MAXSIM,
    label="Late interaction: a ColBERT folder or hub name",
    usage=f"{MAXSIM}:FOLDER",
    model="/models/colbertv2.0",
    model_missing="no model is given: give the folder or hub name of a ColBERT model",
    said="MaxSim {model}",
    alone="MaxSim",
    unexplained=ALL_MATCHES,
)
ATTACHED_RUNS = RankerKind(
    name=RUN,
    label="Run of another system, attached to the corpus",
    usage=f"{RUN}:NAME",
    model="production",
    about="It shows what another system returned, for the queries of its file. A run is attached "
    "on the page Corpora, and can be the first stage whose candidates are reranked.",
    needs_model=f"{{name!r}} names no run: give {RUN}:NAME of one that is attached to the corpus",
    model_missing="no run is given: attach one on the page Corpora, then give its name",
    unexplained=BY_ANOTHER,
    retrieves=True,
    attached=True,
)
SERVICES = (
    hosted("cohere", "Cohere Rerank", "rerank-v3.5"),
    hosted("jina", "Jina API", "jina-reranker-v2-base-multilingual"),
    hosted("voyage", "Voyage", "rerank-2.5"),
    server("tei", "Text Embeddings Inference", "", "http://127.0.0.1:8080"),
    server("vllm", "vLLM", "BAAI/bge-reranker-v2-m3", "http://127.0.0.1:8000"),
    server("infinity", "Infinity", "BAAI/bge-reranker-base", "http://127.0.0.1:7997"),
    chat("pointwise", "rates each document, 1 to 10", whole_list=False),
    chat("pairwise", "compares pairs, A or B", whole_list=True),
    chat("listwise", "puts windows in order (RankGPT)", whole_list=True),
)

RANKERS: Registry[RankerKind] = Registry(
    "kind of ranker", (CROSS_ENCODERS, BI_ENCODERS, LATE_INTERACTION, ATTACHED_RUNS, *SERVICES)
)


def usages() -> str:
    """How names of all kinds are written, for a command's help."""
    return ", ".join(kind.usage for kind in RANKERS)
