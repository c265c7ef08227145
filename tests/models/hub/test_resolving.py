"""Models that are not packaged: local first, no network unless asked, and then not for long."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import huggingface_hub
import pytest

from engine.types import CrossExamError
from models.hub.resolving import folder_of
from models.loading import load_bi_encoder, load_cross_encoder

NAME = "nobody-here/no-such-model"


@pytest.fixture(autouse=True)
def empty_hub_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "hub"
    folder.mkdir()
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(folder))
    for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)
        monkeypatch.delenv(proxy.lower(), raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    return folder


@pytest.fixture
def touched(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every address that something tried to reach; none is reached."""
    addresses: list[object] = []

    def refuse(*arguments: object, **_: object) -> None:
        addresses.append(arguments)
        raise OSError("no network in this test")

    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("getaddrinfo", "create_connection", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    return addresses


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
    return port


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A server that accepts connections and never answers."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(16)
        yield listener.getsockname()[1]


class NotFound(BaseHTTPRequestHandler):
    status = 404

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on stderr."""


@pytest.fixture
def refusing_port() -> Iterator[int]:
    server = HTTPServer(("127.0.0.1", 0), NotFound)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("load", [load_bi_encoder, load_cross_encoder])
@pytest.mark.parametrize("name", [NAME, "no-such-folder", "/no/such/folder", "a/b/c"])
def test_without_fetch_no_network_is_touched(
    load: object, name: str, touched: list[object]
) -> None:
    assert callable(load)
    with pytest.raises(CrossExamError) as caught:
        load(name)
    assert touched == []
    assert repr(name) in str(caught.value)
    assert "folder" in str(caught.value)


def test_an_empty_name_is_no_folder() -> None:
    with pytest.raises(CrossExamError):
        folder_of("")


def test_the_message_says_how_to_allow_the_download() -> None:
    with pytest.raises(CrossExamError, match="--fetch"):
        folder_of(NAME)


@pytest.mark.parametrize("load", [load_bi_encoder, load_cross_encoder])
def test_a_local_folder_needs_no_network(
    load: object, touched: list[object], tmp_path: Path
) -> None:
    """An empty folder is found and then refused for what it lacks."""
    assert callable(load)
    with pytest.raises(CrossExamError, match=r"config\.json"):
        load(str(tmp_path), fetch=True)
    assert touched == []


def test_a_downloaded_model_is_found_in_the_hubs_cache(
    empty_hub_cache: Path, touched: list[object]
) -> None:
    store = empty_hub_cache / "models--org--tiny"
    snapshot = store / "snapshots" / "0123abc"
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    (store / "refs").mkdir()
    (store / "refs" / "main").write_text("0123abc")
    assert folder_of("org/tiny") == snapshot
    assert folder_of("org/tiny", fetch=True) == snapshot
    assert touched == []


def test_a_folder_wins_over_a_hub_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, touched: list[object]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "org" / "tiny").mkdir(parents=True)
    assert folder_of("org/tiny", fetch=True) == Path("org/tiny")
    assert touched == []


# The hub's own client takes minutes to give up; the limit is generous, the promise is 5 s.
@pytest.mark.timeout(10)
@pytest.mark.parametrize("port", ["closed_port", "silent_port"])
def test_an_endpoint_that_does_not_answer_is_given_up_soon(
    port: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = f"http://127.0.0.1:{request.getfixturevalue(port)}"
    monkeypatch.setenv("HF_ENDPOINT", endpoint)
    with pytest.raises(CrossExamError) as caught:
        load_cross_encoder(NAME, fetch=True)
    assert repr(NAME) in str(caught.value)
    assert endpoint in str(caught.value)
    assert "give the path of a folder that holds the model" in str(caught.value)


@pytest.mark.timeout(10)
def test_a_hub_without_that_model_says_so(
    refusing_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{refusing_port}")
    with pytest.raises(CrossExamError, match=f"no model '{NAME}'.*404.*check the name"):
        load_bi_encoder(NAME, fetch=True)


@pytest.mark.timeout(10)
def test_an_answer_that_is_no_hubs_is_an_error_with_the_remedy(
    refusing_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotFound, "status", 200)
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{refusing_port}")
    with pytest.raises(CrossExamError) as caught:
        folder_of(NAME, fetch=True)
    assert "is not understood" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "folder that holds the model" in str(caught.value)
