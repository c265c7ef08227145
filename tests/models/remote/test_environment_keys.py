"""Keys of the environment go to the addresses that the environment names, and to no other."""

from __future__ import annotations

import pytest

from engine.types import CrossExamError
from models.remote.llm_chat import ChatModel
from models.remote.rerank_services import PROTOCOLS, RemoteReranker
from tests.models.loopback import loopback, says

KEY = "sk-very-secret-0123456789"
KEYS = ("COHERE", "JINA", "VOYAGE", "TEI", "VLLM", "INFINITY", "OPENAI")


@pytest.mark.parametrize("service", ["tei", "vllm", "infinity", "cohere", "jina", "voyage"])
def test_no_key_of_the_environment_reaches_a_typed_port_of_this_machine(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.setenv(f"{name}_API_KEY", KEY)
    with loopback(says({}, 401)) as server:
        hosted = PROTOCOLS[service].address
        if hosted:
            with pytest.raises(CrossExamError, match="needs a key"):
                RemoteReranker.from_choice(service, address=server.address)
            return
        with pytest.raises(CrossExamError, match=f"{service.upper()}_BASE_URL alone"):
            list(RemoteReranker.from_choice(service, address=server.address).score("q", ["d"]))
        monkeypatch.setenv(f"{service.upper()}_BASE_URL", server.address)
        with pytest.raises(CrossExamError, match="refuses the key"):
            list(RemoteReranker.from_choice(service, address=server.address).score("q", ["d"]))
    sent = [asked.headers.get("Authorization") for asked in server.asked]
    assert sent == [None, f"Bearer {KEY}"]


@pytest.mark.parametrize(("named", "sent"), [("", False), ("/v1", True), ("bare", True)])
def test_the_chat_key_goes_to_the_address_that_the_environment_names(
    named: str, sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with loopback(says({}, 400)) as server:
        if named:
            base = server.address + named.removeprefix("bare")
            monkeypatch.setenv("OPENAI_BASE_URL", base)
        with pytest.raises(CrossExamError):
            ChatModel.from_choice(server.address, "m").ask("s", "u", longest=5)
    assert server.asked[0].headers.get("Authorization") == (f"Bearer {KEY}" if sent else None)
