"""The environment's token of Milvus goes to the address that the environment names, or to none."""

from __future__ import annotations

import pytest

from corpora.indexes.index_backend import TOKEN, URI
from corpora.indexes.milvus_backend import MilvusBackend
from corpora.indexes.milvus_client import MilvusAddress, MilvusConnection
from engine.types import CrossExamError

SECRET = "root:very-secret"
OWN = "http://milvus.example:19530"


@pytest.mark.parametrize(
    ("named", "typed", "sent"),
    [
        ("", "http://evil.example:19530", False),
        ("", "http://127.0.0.1:19530", False),
        (OWN, "http://evil.example:19530", False),
        (OWN, "http://localhost:19530", False),
        (OWN, "http://milvus.example:19531", False),
        (OWN, "https://milvus.example:19530", False),
        (OWN, "http://milvus.example.evil.example:19530", False),
        (OWN, OWN, True),
        (OWN, f"{OWN}/", True),
        (f"{OWN}/", OWN, True),
    ],
)
def test_the_token_of_the_environment_goes_to_its_own_address_alone(
    named: str, typed: str, sent: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(URI, named)
    monkeypatch.setenv(TOKEN, SECRET)
    opened: list[MilvusAddress] = []

    def refuse(address: MilvusAddress, **_: object) -> MilvusConnection:
        opened.append(address)
        raise CrossExamError("refused")

    monkeypatch.setattr(MilvusConnection, "open", refuse)
    backend = MilvusBackend()
    for attempt in (lambda: backend.check(typed), lambda: backend.remove("ab" * 32, typed)):
        with pytest.raises(CrossExamError, match="refused"):
            attempt()
    assert [address.token for address in opened] == [SECRET if sent else ""] * 2


def test_a_typed_token_goes_to_the_address_it_was_typed_for() -> None:
    backend = MilvusBackend()
    backend.use_token("http://one.example:1", "typed")
    assert backend.address("http://one.example:1", "x").token == "typed"
    assert backend.address("http://two.example:1", "x").token == ""
