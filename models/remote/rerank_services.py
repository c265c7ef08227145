"""A reranker behind HTTP: Cohere, Jina, Voyage, and any server with a /rerank endpoint.

One class after the documented protocols; they differ in the path, in a few field names
and in what a score is. Nothing is sent unless a person chose the service.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from engine.types import Cancel, Cancelled, CrossExamError, Reranker, ScoredBatch, Usage
from engine.types.parity.faults import NOT_A_NUMBER, FaultyScores, read_scores
from models.remote.http_json import JsonService, Patience, RequestFailed
from models.remote.http_parts import base_variable, environment_key, named_address
from models.remote.prices import priced

RELEVANCE = "relevance, 0 to 1"
SERVER_SCORE = "server's score"


@dataclass(frozen=True, slots=True)
class Protocol:
    """How one service is asked and how it answers.

    `texts` names the request's list of documents; `results` the answer's list ("" where
    the answer is that list) and `score` the field of a score in it. `address` is "" for a
    server of one's own; `at_once` is how many documents it takes in one request.
    """

    service: str
    label: str
    address: str
    path: str
    texts: str
    results: str
    score: str
    at_once: int
    model: str
    key_variable: str
    kind: str
    licence: str
    reads: str


COHERE = Protocol(
    "cohere", "Cohere Rerank", "https://api.cohere.com", "/v2/rerank", "documents", "results",
    "relevance_score", 1000, "rerank-v3.5", "COHERE_API_KEY", RELEVANCE, "hosted, paid",
    "4,096 tokens of a document by default; the service cuts the rest",
)  # fmt: skip
JINA = Protocol(
    "jina", "Jina Reranker", "https://api.jina.ai", "/v1/rerank", "documents", "results",
    "relevance_score", 64, "jina-reranker-v2-base-multilingual", "JINA_API_KEY", RELEVANCE,
    "hosted, paid", "what the model reads; the service cuts the rest",
)  # fmt: skip
VOYAGE = Protocol(
    "voyage", "Voyage rerank", "https://api.voyageai.com", "/v1/rerank", "documents", "data",
    "relevance_score", 1000, "rerank-2.5", "VOYAGE_API_KEY", RELEVANCE, "hosted, paid",
    "what the model reads; the service cuts the rest (truncation: true)",
)  # fmt: skip
TEI = Protocol(
    "tei", "Text Embeddings Inference", "", "/rerank", "texts", "", "score", 32, "",
    "TEI_API_KEY", "logit", "your own server", "what its model reads (truncate: true)",
)  # fmt: skip
VLLM = Protocol(
    "vllm", "vLLM", "", "/rerank", "documents", "results", "relevance_score", 256, "",
    "VLLM_API_KEY", SERVER_SCORE, "your own server", "what its model reads",
)  # fmt: skip
INFINITY = Protocol(
    "infinity", "Infinity", "", "/rerank", "documents", "results", "relevance_score", 256, "",
    "INFINITY_API_KEY", "logit", "your own server", "what its model reads",
)  # fmt: skip
PROTOCOLS = {p.service: p for p in (COHERE, JINA, VOYAGE, TEI, VLLM, INFINITY)}


class RemoteReranker(Reranker):
    """Scores documents by asking a server. Implements `Reranker`.

    Batches are asked one after another; when one fails for good, the error says how many
    documents were scored before it. An empty document is not sent to a hosted service,
    which would refuse the whole request: it gets 0, the least relevance.
    """

    def __init__(self, protocol: Protocol, service: JsonService, model: str = "") -> None:
        self._protocol = protocol
        self._service = service
        self._model = model or protocol.model

    @classmethod
    def from_choice(
        cls,
        service: str,
        *,
        address: str = "",
        model: str = "",
        key: str = "",
        patience: Patience | None = None,
        per_minute: float | None = None,
    ) -> RemoteReranker:
        """The reranker of that service, its key given or taken from the environment."""
        protocol = PROTOCOLS.get(service)
        if protocol is None:
            raise CrossExamError(
                f"no remote service {service!r}: give one of {', '.join(PROTOCOLS)}"
            )
        base = address or named_address(protocol.key_variable) or protocol.address
        if not base:
            raise CrossExamError(
                f"{protocol.label} needs an address: give {service}:http://HOST:PORT"
            )
        variable = protocol.key_variable
        service_key = key or environment_key(variable, base, protocol.address)
        if protocol.address and not service_key:
            raise CrossExamError(
                f"{protocol.label} needs a key: set {variable} in the environment, or type it on "
                "the Models page"
            )
        json_service = JsonService(
            protocol.label,
            base,
            key=service_key,
            key_hint=f"check {variable}, which goes to {base_variable(variable)} alone, or type "
            "another key on the Models page",
            patience=patience,
            per_minute=per_minute,
        )
        return cls(protocol, json_service, model)

    @property
    def name(self) -> str:
        return f"{self._protocol.label} {self._model}".strip()

    @property
    def kind(self) -> str:
        """What this service's scores are."""
        return self._protocol.kind

    def query_notice(self, query: str) -> str | None:  # noqa: ARG002
        """None: the service does not say what it cuts."""
        return None

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        """The batches as they are answered; raises CrossExamError when one fails for good."""
        sent_positions = list(range(len(documents)))
        if self._protocol.kind == RELEVANCE:
            empty_positions = tuple(i for i in sent_positions if not documents[i].strip())
            sent_positions = [i for i in sent_positions if documents[i].strip()]
            if empty_positions:
                yield ScoredBatch(
                    empty_positions, (0.0,) * len(empty_positions), (0,) * len(empty_positions), 0.0
                )
        n_done = len(documents) - len(sent_positions)
        for start in range(0, len(sent_positions), self._protocol.at_once):
            positions = sent_positions[start : start + self._protocol.at_once]
            if cancel is not None and cancel():
                return
            request_start = time.perf_counter()
            try:
                answer = self._service.post(
                    self._protocol.path,
                    self._payload(query, [documents[i] for i in positions]),
                    cancel=cancel,
                )
                scores = self._scores(answer, len(positions))
            except Cancelled:
                return
            except CrossExamError as error:
                done_phrase = f"; {n_done} of {len(documents)} documents were scored before" * bool(
                    n_done
                )
                if isinstance(error, FaultyScores):
                    raise error.of(positions, f"{error}{done_phrase}") from error
                status = error.status if isinstance(error, RequestFailed) else 0
                raise RequestFailed(f"{error}{done_phrase}", status) from error
            n_done += len(positions)
            usage = priced(_usage(answer), self._protocol.service, self._model)
            yield ScoredBatch(
                positions=tuple(positions),
                scores=scores,
                n_truncated=(0,) * len(positions),
                seconds=time.perf_counter() - request_start,
                tokens=usage.input_tokens,
                usage=usage,
            )

    def _payload(self, query: str, texts: list[str]) -> dict[str, Any]:
        body: dict[str, Any] = {"query": query, self._protocol.texts: texts}
        if self._protocol is TEI:
            return {**body, "raw_scores": True, "return_text": False, "truncate": True}
        if self._model:
            body["model"] = self._model
        match self._protocol.service:
            case "voyage":
                return {**body, "return_documents": False, "truncation": True}
            case "jina":
                return {**body, "return_documents": False, "top_n": len(texts)}
            case "infinity":
                return {**body, "return_documents": False, "raw_scores": True}
            case _:
                return {**body, "top_n": len(texts)}

    def _scores(self, answer: Any, expected: int) -> tuple[float, ...]:
        """The scores in the order asked; raises CrossExamError unless each has exactly one."""
        field = self._protocol.results
        rows = answer.get(field) if field and isinstance(answer, dict) else answer
        if not isinstance(rows, list):
            expected_phrase = f"list {field!r}" if field else "list of results"
            raise self._wrong(f"answered without the {expected_phrase}")
        results = [row if isinstance(row, dict) else {} for row in rows]
        answered = [(row.get("index"), row.get(self._protocol.score)) for row in results]
        scores, faults = read_scores(answered, expected)
        if not faults:
            return tuple(scores[i] for i in range(expected))
        first = faults[0]
        what = f"answered with the index {first.value} for {expected} documents"
        if len(rows) != expected:
            what = f"answered {len(rows)} scores for {expected} documents"
        elif first.kind == NOT_A_NUMBER:
            what = f"answered with the score {first.value} for document {first.position}"
        raise FaultyScores(str(self._wrong(what)), faults, scores)

    def _wrong(self, what: str) -> CrossExamError:
        return CrossExamError(
            f"{self._protocol.label} at {self._service.base} {what}: check that the address is a "
            f"rerank endpoint of {self._protocol.label}"
        )


def _usage(answer: Any) -> Usage:
    """What the answer says was billed: Cohere's search units, others' tokens."""
    reply = answer if isinstance(answer, dict) else {}
    meta, usage = reply.get("meta"), reply.get("usage")
    billed = meta.get("billed_units") if isinstance(meta, dict) else None
    units = billed.get("search_units", 0) if isinstance(billed, dict) else 0
    tokens = usage.get("total_tokens", 0) if isinstance(usage, dict) else 0
    return Usage(
        requests=1,
        input_tokens=tokens if type(tokens) is int and tokens > 0 else 0,
        search_units=float(units) if type(units) in (int, float) and units > 0 else 0.0,
    )
