"""The kinds of additional rankers that the form offers, with an example of each field."""

from __future__ import annotations

from components.models.ranker_form import RankerKind

LEAVES = "The query and the text of every candidate are sent to this server at each search."
PAID = f"{LEAVES} It is paid for by whoever's key it is."
_OLLAMA = "http://127.0.0.1:11434/v1"
_OPENAI = "OPENAI_API_KEY"

KINDS = (
    RankerKind(
        "cross-encoder", "Cross-encoder: a local folder or a hub name", "/models/bge-reranker-base"
    ),
    RankerKind(
        "bi-encoder",
        "Bi-encoder (its own retrieval)",
        "BAAI/bge-small-en-v1.5",
        about="It reranks nobody's candidates: it embeds the whole corpus once, then retrieves "
        "from all of it. In Quality it can be the first stage of a pipeline.",
    ),
    RankerKind("maxsim", "Late interaction: a ColBERT folder or hub name", "/models/colbertv2.0"),
    RankerKind("cohere", "Cohere Rerank", "rerank-v3.5", "", "COHERE_API_KEY", PAID),
    RankerKind("jina", "Jina API", "jina-reranker-v2-base-multilingual", "", "JINA_API_KEY", PAID),
    RankerKind("voyage", "Voyage", "rerank-2.5", "", "VOYAGE_API_KEY", PAID),
    RankerKind(
        "tei",
        "Server: Text Embeddings Inference",
        "",
        "http://127.0.0.1:8080",
        "TEI_API_KEY",
        LEAVES,
    ),
    RankerKind(
        "vllm",
        "Server: vLLM",
        "BAAI/bge-reranker-v2-m3",
        "http://127.0.0.1:8000",
        "VLLM_API_KEY",
        LEAVES,
    ),
    RankerKind(
        "infinity",
        "Server: Infinity",
        "BAAI/bge-reranker-base",
        "http://127.0.0.1:7997",
        "INFINITY_API_KEY",
        LEAVES,
    ),
    RankerKind(
        "llm-pointwise", "LLM: rates each document, 1 to 10", "qwen3:4b", _OLLAMA, _OPENAI, LEAVES
    ),
    RankerKind("llm-pairwise", "LLM: compares pairs, A or B", "qwen3:4b", _OLLAMA, _OPENAI, LEAVES),
    RankerKind(
        "llm-listwise", "LLM: puts windows in order (RankGPT)", "qwen3:4b", _OLLAMA, _OPENAI, LEAVES
    ),
)
