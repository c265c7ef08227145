"""The edge: which hosts and origins are answered, what is closed, and every answer's headers."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from engine.types import CrossExamError
from system.http_edge import EMBEDDERS, HOSTS, EdgeRules, HttpEdge, Message

Headers = Sequence[tuple[bytes, bytes]]


def passed(
    rules: EdgeRules,
    path: str = "/",
    *,
    host: str | None = "localhost:8501",
    origin: str | None = None,
    kind: str = "http",
    here: str = "127.0.0.1",
    method: str = "GET",
    answers: Headers = (),
) -> tuple[list[Message], list[Any]]:
    """(what was sent back, the scopes that came through to the app)."""
    sent: list[Message] = []
    through: list[Any] = []

    async def app(scope: Any, _: Any, send: Any) -> None:
        through.append(scope)
        if scope["type"] == "http":
            start = {"type": "http.response.start", "status": 200, "headers": list(answers)}
            await send(start)
            await send({"type": "http.response.body", "body": b"inside"})

    async def receive() -> Message:
        raise AssertionError("nothing is read")

    async def send(message: Message) -> None:
        sent.append(message)

    headers = [(b"host", host.encode("latin-1"))] if host is not None else []
    headers += [(b"origin", origin.encode("latin-1"))] if origin is not None else []
    scope = {"type": kind, "path": path, "headers": headers, "server": (here, 8501)}
    asyncio.run(HttpEdge(app, rules)({**scope, "method": method}, receive, send))
    return sent, through


def status(*args: Any, **more: Any) -> int:
    """The HTTP status; 101 where a WebSocket was passed on, 403 where it was closed unopened."""
    sent, through = passed(*args, **more)
    if more.get("kind") == "websocket":
        assert bool(through) != bool(sent)
        return 101 if through else 403
    if sent[0]["status"] != 200:
        assert not through
    return int(sent[0]["status"])


LOCAL = EdgeRules("localhost")
OPEN = EdgeRules("0.0.0.0", ("rank.example.org", "*.lab.example", "192.168.1.20", "fd00::5"))
PATHS = ("/", "/attention", "/_stcore/health", "/_stcore/host-config", "/media/x", "/static/a.js")


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:8501", "LOCALHOST:1", "127.0.0.1", "127.9.9.9:80", "[::1]:8501",
     "localhost."],
)  # fmt: skip
def test_this_machines_own_names_are_answered(host: str, kind: str) -> None:
    for rules in (LOCAL, OPEN):
        assert status(rules, host=host, kind=kind) in (200, 101)


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8501", "localhost.evil.example", "127.0.0.1.evil.example",
     "evil-localhost", "192.168.1.20", "10.0.0.1:8501", "[fd00::5]", "", None, "localhost:99999",
     "localhost:x", "user@localhost", "localhost/x", "127.0.0.1,evil.example", "0x7f.1", "\xe4"],
)  # fmt: skip
def test_a_foreign_host_is_refused_on_every_route(host: str | None, kind: str) -> None:
    for path in PATHS:
        assert status(LOCAL, path, host=host, kind=kind) == 403


def test_two_hosts_are_refused() -> None:
    rules, scope = LOCAL, {"type": "http", "path": "/", "server": ("127.0.0.1", 1)}
    hosts = [(b"host", b"localhost"), (b"host", b"evil.example")]
    assert HttpEdge(None, rules)._refused({**scope, "headers": hosts})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "answered"),
    [
        ("rank.example.org", True),
        ("RANK.example.org:443", True),
        ("a.rank.example.org", False),
        ("x.lab.example", True),
        ("x.y.lab.example", True),
        ("lab.example", False),
        ("evillab.example", False),
        ("192.168.1.20:8501", True),
        ("[fd00::5]:8501", True),
        ("0.0.0.0", True),
        ("192.168.1.21", False),
    ],
)
def test_the_setting_names_further_hosts(host: str, answered: bool) -> None:
    assert status(OPEN, host=host) == (200 if answered else 403)


def test_behind_an_address_that_others_reach_a_name_that_is_not_set_is_refused() -> None:
    assert status(EdgeRules("0.0.0.0"), host="192.168.1.20:8501", here="192.168.1.20") == 403
    assert status(EdgeRules("192.168.1.20"), host="192.168.1.20:8501", here="192.168.1.20") == 200


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("origin", "answered"),
    [
        ("http://localhost:8501", True),
        ("https://localhost:8501", True),
        ("http://localhost:9999", False),
        ("http://127.0.0.1:8501", False),
        ("http://evil.example", False),
        ("null", False),
        ("", False),
        ("http://localhost:8501.evil.example", False),
        ("http://localhost:8501@evil.example", False),
    ],
)
def test_a_foreign_origin_is_refused(origin: str, answered: bool, kind: str) -> None:
    assert status(LOCAL, origin=origin, kind=kind) == (
        {"http": 200, "websocket": 101}[kind] if answered else 403
    )


def test_a_checked_origin_is_not_passed_on() -> None:
    """Streamlit would ask the internet for this machine's outside address, to compare it."""
    origin = "http://rank.example.org"
    _, through = passed(OPEN, host="rank.example.org", origin=origin, kind="websocket")
    assert [name for name, _ in through[0]["headers"]] == [b"host"]


def test_a_server_set_to_this_machine_that_is_reached_from_elsewhere_refuses() -> None:
    """As where another program serves the app than `streamlit run`, on all interfaces."""
    assert status(LOCAL, here="192.168.1.20") == 403
    assert status(LOCAL, here="192.168.1.20", kind="websocket") == 403
    assert status(LOCAL, here="/run/crossexam.sock") == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/metrics/", "/below/_stcore/metrics"]
)
def test_metrics_are_closed(path: str, method: str) -> None:
    assert status(LOCAL, path, method=method) == 404


@pytest.mark.parametrize("path", [*PATHS, "/_stcore/metrics"])
@pytest.mark.parametrize("host", ["localhost", "evil.example"])
def test_every_answer_carries_the_headers(path: str, host: str) -> None:
    theirs = [(b"Content-Security-Policy", b"script-src *"), (b"etag", b"1")]
    sent, through = passed(LOCAL, path, host=host, answers=theirs)
    headers = [(name.lower(), value) for name, value in sent[0]["headers"]]
    found = dict(headers)
    assert len(found) == len(headers)
    assert found[b"x-content-type-options"] == b"nosniff"
    assert found[b"referrer-policy"] == b"no-referrer"
    policy = dict(
        part.strip().split(" ", 1) for part in found[b"content-security-policy"].decode().split(";")
    )
    assert policy == {
        "default-src": "'self'",
        "script-src": "'self' blob: 'unsafe-inline'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self' ws: wss:",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
    }
    assert (found.get(b"etag") == b"1") == bool(through)


def test_a_setting_names_who_may_embed_the_app() -> None:
    rules = EdgeRules.from_settings(
        "localhost", {EMBEDDERS: "https://slides.example.org, https://*.lab.example:8443"}
    )
    policy = dict(rules.headers)[b"content-security-policy"].decode()
    ancestors = "frame-ancestors 'self' https://slides.example.org https://*.lab.example:8443"
    assert policy.endswith(ancestors)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        (HOSTS, "http://rank.example.org"),
        (HOSTS, "rank.example.org:8501"),
        (HOSTS, "*"),
        (HOSTS, "rank.example.org/x"),
        (EMBEDDERS, "slides.example.org"),
        (EMBEDDERS, "*"),
        (EMBEDDERS, "https://a.example;script-src"),
        (EMBEDDERS, "https://a.example/path"),
    ],
)
def test_a_bad_setting_is_an_error_that_says_what_to_give(variable: str, value: str) -> None:
    with pytest.raises(CrossExamError, match=f"{variable} holds .*such as"):
        EdgeRules.from_settings("localhost", {variable: value})


def test_what_is_no_request_passes() -> None:
    _, through = passed(LOCAL, kind="lifespan", host=None)
    assert through
