"""Remote rerankers against loopback servers that speak the documented protocols."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from engine.types import Cancelled, CrossExamError, Usage
from models.remote.http_json import JsonService, RequestFailed
from models.remote.http_parts import checked_address, environment_key, retry_after
from models.remote.prices import Price, priced, prices, read_prices
from models.remote.rerank_services import PROTOCOLS, RemoteReranker
from tests.models.loopback import BRIEF, Answer, Asked, Loopback, loopback, says

KEY = "sk-very-secret-0123456789"
DOCUMENTS = ["three", "a", "fives"]


def length(text: str) -> float:
    """What the servers here score a text: its length / 10, exact in the test's JSON."""
    return len(text) / 10


def best_first(texts: list[str], score: str) -> list[dict[str, Any]]:
    """Results as servers give them: best first, each with the index of its document."""
    rows = [{"index": i, score: length(text)} for i, text in enumerate(texts)]
    return sorted(rows, key=lambda row: -row[score])


def cohere(asked: Asked) -> Answer:
    assert asked.path == "/v2/rerank"
    assert asked.body["top_n"] == len(asked.body["documents"])
    rows = best_first(asked.body["documents"], "relevance_score")
    meta = {"api_version": {"version": "2"}, "billed_units": {"search_units": 1}}
    return says({"id": "1", "results": rows, "meta": meta})


def jina(asked: Asked) -> Answer:
    assert asked.path == "/v1/rerank"
    assert asked.body["return_documents"] is False
    rows = best_first(asked.body["documents"], "relevance_score")
    return says({"model": "j", "usage": {"total_tokens": 15}, "results": rows})


def voyage(asked: Asked) -> Answer:
    assert asked.path == "/v1/rerank"
    assert asked.body["truncation"] is True
    rows = best_first(asked.body["documents"], "relevance_score")
    usage = {"total_tokens": 2_000_000}
    return says({"object": "list", "data": rows, "model": "rerank-2.5", "usage": usage})


def tei(asked: Asked) -> Answer:
    assert asked.path == "/rerank"
    assert asked.body["raw_scores"] is True
    assert asked.body["truncate"] is True
    return says(best_first(asked.body["texts"], "score"))


def vllm(asked: Asked) -> Answer:
    assert asked.path == "/rerank"
    rows = best_first(asked.body["documents"], "relevance_score")
    for row in rows:
        row["document"] = {"text": asked.body["documents"][row["index"]]}
    return says({"id": "r", "model": "m", "usage": {"total_tokens": 7}, "results": rows})


def infinity(asked: Asked) -> Answer:
    assert asked.path == "/rerank"
    assert asked.body["raw_scores"] is True
    rows = best_first(asked.body["documents"], "relevance_score")
    usage = {"prompt_tokens": 9, "total_tokens": 9}
    return says({"object": "rerank", "results": rows, "model": "m", "usage": usage})


SERVERS: dict[str, Callable[[Asked], Answer]] = {
    "cohere": cohere,
    "jina": jina,
    "voyage": voyage,
    "tei": tei,
    "vllm": vllm,
    "infinity": infinity,
}


def reranker(server: Loopback, service: str = "cohere", **options: Any) -> RemoteReranker:
    given = {"key": KEY, "patience": BRIEF, **options}
    return RemoteReranker.from_choice(service, address=server.address, **given)


def scores_of(asked: RemoteReranker, documents: list[str] = DOCUMENTS) -> dict[int, float]:
    return {
        position: score
        for batch in asked.score("how long?", documents)
        for position, score in zip(batch.positions, batch.scores, strict=True)
    }


@pytest.mark.parametrize("service", sorted(PROTOCOLS))
def test_every_service_is_asked_and_understood_after_its_documentation(service: str) -> None:
    with loopback(SERVERS[service]) as server:
        found = scores_of(reranker(server, service))
    assert found == {0: 0.5, 1: 0.1, 2: 0.5}
    (asked,) = server.asked
    assert asked.headers["Authorization"] == f"Bearer {KEY}"
    assert asked.body["query"] == "how long?"


def test_documents_beyond_the_batch_limit_go_in_several_requests() -> None:
    with loopback(tei) as server:
        found = scores_of(reranker(server, "tei"), ["x" * (i % 9) for i in range(70)])
    assert found == {i: length("x" * (i % 9)) for i in range(70)}
    assert [len(asked.body["texts"]) for asked in server.asked] == [32, 32, 6]


def test_an_empty_document_is_not_sent_to_a_hosted_service_and_comes_last() -> None:
    with loopback(voyage) as server:
        found = scores_of(reranker(server, "voyage"), ["ab", " ", "c"])
    assert found == {0: 0.2, 1: 0.0, 2: 0.1}
    assert server.asked[0].body["documents"] == ["ab", "c"]


def test_the_cost_is_known_only_where_the_price_is() -> None:
    with loopback(voyage) as server:
        (batch,) = reranker(server, "voyage").score("q", ["a"])
    assert batch.usage is not None
    assert batch.usage.input_tokens == 2_000_000
    assert batch.usage.dollars == pytest.approx(0.10)
    assert "2026-05" in batch.usage.price_note
    with loopback(jina) as server:
        (batch,) = reranker(server, "jina").score("q", ["a"])
    assert batch.usage == Usage(requests=1, input_tokens=15)
    with loopback(cohere) as server:
        (batch,) = reranker(server).score("q", ["a"])
    assert batch.usage is not None
    assert batch.usage.search_units == 1.0
    assert batch.usage.dollars == pytest.approx(0.002)


def test_usages_add_up_and_an_unknown_price_stays_unknown() -> None:
    priced = Usage(1, 10, 2, 1.0, 0, 0.5, "assumed")
    assert Usage() + priced == priced
    assert priced + Usage() == priced
    assert (priced + priced).dollars == 1.0
    assert (priced + Usage(requests=1)).dollars is None


def test_the_users_own_price_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path))
    row = {"service": "voyage", "model": "rerank-2.5", "per": "million tokens", "as_of": "2027-01"}
    (tmp_path / "prices.json").write_text(json.dumps({"prices": [row | {"dollars": 3}]}))
    assert prices()[0] == Price("voyage", "rerank-2.5", "million tokens", 3.0, "2027-01")
    assert priced(Usage(1, 1_000_000), "voyage", "rerank-2.5").dollars == 3.0


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"per": "mile", "dollars": 1}, "price 1 is per 'mile'"),
        ({"per": "million tokens", "dollars": -1}, "dollars -1"),
        ({"per": "million tokens"}, "dollars"),
    ],
)
def test_a_wrong_price_is_an_error_that_names_it(
    tmp_path: Path, row: dict[str, Any], complaint: str
) -> None:
    path = tmp_path / "prices.json"
    path.write_text(json.dumps({"prices": [{"service": "s", "model": "m", "as_of": "x"} | row]}))
    with pytest.raises(CrossExamError, match=complaint):
        read_prices(path)


def test_429_is_tried_again_after_the_time_that_the_server_asks_for() -> None:
    slept: list[float] = []
    with loopback(says({"message": "slow down"}, 429, Retry_After="1"), says(7)) as server:
        service = JsonService("S", server.address, patience=BRIEF, sleep=slept.append)
        assert service.post("/x", {}) == 7
    assert sum(slept) == pytest.approx(1.0)


def test_a_server_that_asks_for_too_long_a_wait_is_not_waited_for() -> None:
    with (
        loopback(says({"message": "quota"}, 429, Retry_After="3600")) as server,
        pytest.raises(RequestFailed, match=r"rate limit .*'quota'.* wait 3,600 s") as caught,
    ):
        scores_of(reranker(server))
    assert len(server.asked) == 1
    assert caught.value.status == 429


def test_500_is_tried_again_with_doubling_pauses_and_then_told() -> None:
    slept: list[float] = []
    with loopback(says({"error": "boom"}, 500)) as server:
        service = JsonService(
            "S", server.address, patience=BRIEF, sleep=slept.append, jitter=lambda: 0.5
        )
        with pytest.raises(RequestFailed, match=r"failed \(HTTP 500, 'boom'\) after 3 tries"):
            service.post("/x", {})
    assert len(server.asked) == 3
    assert slept == pytest.approx([0.01, 0.02])


def test_a_timeout_is_tried_again_and_then_told() -> None:
    with (
        loopback(Answer(b"[]", delay=5.0)) as server,
        pytest.raises(CrossExamError, match="no answer in time after 3 tries"),
    ):
        scores_of(reranker(server))
    assert len(server.asked) == 3


def test_an_answer_that_came_late_once_is_used_when_it_comes() -> None:
    with loopback(Answer(b"[]", delay=1.0), tei) as server:
        assert scores_of(reranker(server, "tei"), ["ab"]) == {0: 0.2}


@pytest.mark.parametrize(
    "broken",
    [
        Answer(b'{"results": [{"index": 0, "rel', promised=400),
        Answer(b'{"results": [{"index": 0, "rel'),
        Answer(b""),
        Answer(b"[" * 100_000),
    ],
)
def test_truncated_json_is_an_error(broken: Answer) -> None:
    with (
        loopback(broken) as server,
        pytest.raises(CrossExamError, match=r"not whole JSON|broke"),
    ):
        scores_of(reranker(server))


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([(0, 0.5), (1, 0.5)], "2 scores for 3 documents"),
        ([(0, 0.5), (1, 0.5), (1, 0.5)], "index 1"),
        ([(0, 0.5), (1, 0.5), (3, 0.5)], "index 3"),
        ([(0, 0.5), (1, 0.5), (-1, 0.5)], "index -1"),
        ([(0, 0.5), (1, 0.5), (True, 0.5)], "index True"),
        ([(0, 0.5), (1, float("nan")), (2, 0.1)], "score nan for document 1"),
        ([(0, 0.5), (1, float("inf")), (2, 0.1)], "score inf"),
        ([(0, 0.5), (1, "0.5"), (2, 0.1)], "score '0.5'"),
        ([(0, 0.5), (1, 10**400), (2, 0.1)], "score 1000"),
        ([(0, 0.5), (1, None), (2, 0.1)], "score None"),
    ],
)
def test_wrong_counts_indices_and_scores_are_errors(
    rows: list[tuple[Any, Any]], complaint: str
) -> None:
    results = [{"index": index, "relevance_score": score} for index, score in rows]
    with (
        loopback(says({"results": results})) as server,
        pytest.raises(CrossExamError, match=complaint),
    ):
        scores_of(reranker(server))


@pytest.mark.parametrize("answer", [{"data": []}, [], "no", None, {"results": {"0": 1}}, {}])
def test_another_shape_of_answer_is_an_error(answer: Any) -> None:
    with loopback(says(answer)) as server, pytest.raises(CrossExamError, match="Cohere Rerank at"):
        scores_of(reranker(server))


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_told_without_the_key(status: int) -> None:
    said = {"message": f"invalid api token {KEY} ({KEY[:9]}...)"}
    with (
        loopback(says(said, status)) as server,
        pytest.raises(CrossExamError, match=rf"refuses the key \(HTTP {status}.*COHERE") as caught,
    ):
        scores_of(reranker(server))
    assert len(server.asked) == 1
    assert "secret" not in str(caught.value)
    assert KEY[:9] not in str(caught.value)


def test_the_key_shows_in_no_representation() -> None:
    service = JsonService("S", "http://127.0.0.1:1", key=KEY)
    assert KEY not in repr(service)
    assert KEY not in repr(RemoteReranker(PROTOCOLS["cohere"], service))


def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COHERE_API_KEY", raising=False)
    with pytest.raises(CrossExamError, match="set COHERE_API_KEY"):
        RemoteReranker.from_choice("cohere")
    monkeypatch.setenv("COHERE_API_KEY", KEY)
    with loopback(cohere) as server:
        monkeypatch.setenv("COHERE_BASE_URL", server.address)
        scores_of(RemoteReranker.from_choice("cohere"))
    assert server.asked[0].headers["Authorization"] == f"Bearer {KEY}"


def test_a_server_of_ones_own_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEI_API_KEY", raising=False)
    with loopback(tei) as server:
        scores_of(RemoteReranker.from_choice("tei", address=server.address))
    assert "Authorization" not in server.asked[0].headers


@pytest.mark.parametrize("key", ["two words", "line\nbreak", "ключ"])
def test_a_key_that_no_header_can_carry_is_refused_unseen(key: str) -> None:
    with pytest.raises(CrossExamError, match="no header can carry") as caught:
        RemoteReranker.from_choice("cohere", key=key)
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    ["", "ftp://a", "a:80", "http://", "http://a b", "http://a/?q=1", "file:///etc/passwd"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(CrossExamError, match="not the address of a server"):
        checked_address(address, "TEI")
    assert checked_address(" http://a:1/v1/ ", "TEI") == "http://a:1/v1"


def test_an_address_with_a_password_is_refused_without_showing_it() -> None:
    with pytest.raises(CrossExamError, match="password") as caught:
        checked_address("http://me:hunter2@host", "TEI")
    assert "hunter2" not in str(caught.value)


def test_a_failure_in_the_middle_says_how_much_was_scored() -> None:
    def second_fails(asked: Asked) -> Answer:
        return tei(asked) if len(asked.body["texts"]) == 32 else says({"error": "x"}, 422)

    with loopback(second_fails) as server:
        batches = reranker(server, "tei").score("q", ["t"] * 40)
        assert len(next(batches).scores) == 32
        with pytest.raises(CrossExamError, match=r"HTTP 422, 'x'\); 32 of 40 documents"):
            next(batches)


def test_a_server_that_is_not_there_is_told_at_once() -> None:
    with loopback(tei) as server:
        pass
    with pytest.raises(CrossExamError, match="is the server running"):
        scores_of(reranker(server, "tei"))


def test_a_redirect_is_not_followed_with_the_key() -> None:
    with loopback(cohere) as other:
        away = Answer(b"", 307, {"Location": other.address + "/v2/rerank"})
        with loopback(away) as server, pytest.raises(CrossExamError, match="HTTP 307"):
            scores_of(reranker(server))
    assert other.asked == []


def test_cancelling_ends_the_wait_between_two_tries() -> None:
    with loopback(says({}, 503, Retry_After="2")) as server:
        service = JsonService("S", server.address, patience=BRIEF, sleep=lambda _: None)
        with pytest.raises(Cancelled):
            service.post("/x", {}, cancel=lambda: len(server.asked) > 0)
        stopped = reranker(server)
        assert list(stopped.score("q", ["a"], cancel=lambda: True)) == []
    assert len(server.asked) == 1


def test_a_rate_limit_keeps_requests_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: 50.0)
    with loopback(says(1)) as server:
        service = JsonService("S", server.address, per_minute=120, sleep=slept.append)
        for _ in range(3):
            service.post("/x", {})
    assert sum(slept) == pytest.approx(0.5 + 1.0)


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    in_a_minute = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    assert retry_after("7") == 7.0
    assert 50 < (retry_after(in_a_minute) or 0) <= 60
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0
    assert [retry_after(value) for value in (None, "", "soon", "-3")] == [None] * 4


def test_an_unknown_service_is_an_error() -> None:
    with pytest.raises(CrossExamError, match="no remote service 'acme'"):
        RemoteReranker.from_choice("acme")
    with pytest.raises(CrossExamError, match="needs an address"):
        RemoteReranker.from_choice("vllm")


@pytest.mark.parametrize(
    ("base", "sent"),
    [
        ("https://api.cohere.com", True),
        ("https://api.cohere.com/", True),
        ("https://proxy.example/cohere", True),
        ("http://127.0.0.1:8080", False),
        ("http://localhost:8080", False),
        ("http://[::1]:8080", False),
        ("https://evil.example", False),
        ("https://api.cohere.com.evil.example", False),
    ],
)
def test_a_key_of_the_environment_goes_to_its_own_service_alone(
    base: str, sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever types an address must not be sent the key of whoever runs the app."""
    monkeypatch.setenv("COHERE_API_KEY", KEY)
    monkeypatch.setenv("COHERE_BASE_URL", "https://proxy.example/cohere")
    found = environment_key("COHERE_API_KEY", base, "https://api.cohere.com")
    assert found == (KEY if sent else "")
