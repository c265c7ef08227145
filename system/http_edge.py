"""The edge of the server: which names it answers to, what it does not serve, and its headers.

One ASGI middleware before every route, the WebSocket's too. A page of a foreign name that
resolves to this machine (DNS rebinding) is not answered, and neither is a page of another origin.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from engine.types import CrossExamError

HOSTS, EMBEDDERS = "CROSSEXAM_ALLOWED_HOSTS", "CROSSEXAM_EMBED_FROM"
CLOSED = ("/_stcore/metrics",)
# Streamlit imports a component's code from blob: and styles it inline. With these a text cannot
# be sent away by an image, a form or a request; a script that runs is not kept from running.
POLICY = (
    "default-src 'self'; script-src 'self' blob: 'unsafe-inline'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
    "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'self'; form-action 'self'"
)
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::([0-9]{1,5}))?")
_ALLOWED = re.compile(r"(\*\.)?[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[?[0-9a-f:.]*:[0-9a-f:.]*\]?")
_EMBEDDER = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:([0-9]{1,5}|\*))?")

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class EdgeRules:
    """Where the server listens ("" is everywhere), its further names, and who may embed it.

    A host may begin with "*." for all below it.
    """

    address: str = ""
    hosts: tuple[str, ...] = ()
    embedders: tuple[str, ...] = ()

    @classmethod
    def from_settings(cls, address: str | None, environment: Mapping[str, str]) -> EdgeRules:
        """The rules of an address and of the environment; raises CrossExamError for a bad one."""
        hosts = [each.lower().rstrip(".") for each in _listed(environment, HOSTS)]
        for host in hosts:
            if not _ALLOWED.fullmatch(host):
                raise CrossExamError(
                    f"{HOSTS} holds {host[:80]!r}, which is no host: give names or addresses "
                    "without scheme and port, such as 'rank.example.org, 192.168.1.20'"
                )
        embedders = _listed(environment, EMBEDDERS)
        for origin in embedders:
            if not _EMBEDDER.fullmatch(origin):
                raise CrossExamError(
                    f"{EMBEDDERS} holds {origin[:80]!r}, which is no origin: give scheme and host, "
                    "such as 'https://slides.example.org'"
                )
        return cls((address or "").strip(), tuple(map(_bare, hosts)), tuple(embedders))

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach the server, under its own names."""
        return is_loopback_host(self.address) and all(map(is_loopback_host, self.hosts))

    def answers(self, host: str) -> bool:
        """Whether a Host header's value names this server."""
        parts = _HOST.fullmatch(host.strip().lower())
        if parts is None or int(parts.group(2) or 80) not in range(1, 65536):
            return False
        name = _bare(parts.group(1).rstrip("."))
        if is_loopback_host(name) or name in (_bare(self.address.lower()), *self.hosts):
            return bool(name)
        return any(name.endswith(each[1:]) for each in self.hosts if each.startswith("*."))

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """What every answer carries."""
        ancestors = " ".join(("'self'", *self.embedders))
        return (
            (b"content-security-policy", f"{POLICY}; frame-ancestors {ancestors}".encode()),
            (b"referrer-policy", b"no-referrer"),
            (b"x-content-type-options", b"nosniff"),
        )


class HttpEdge:
    """Lets through what the rules allow, and gives every answer their headers."""

    def __init__(self, app: AsgiApp, rules: EdgeRules) -> None:
        self._app = app
        self._rules = rules

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = self._refused(scope)
        if refused is not None:
            await _refuse(scope, send, *refused, self._rules.headers)
            return
        # Checked here. Where it is another than localhost, Streamlit would ask a service on the
        # internet for this machine's outside address, to compare the two.
        kept_headers = [(name, value) for name, value in scope["headers"] if name != b"origin"]

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own_headers = dict(self._rules.headers)
                app_headers = message.get("headers", ())
                kept_app_headers = [
                    pair for pair in app_headers if pair[0].lower() not in own_headers
                ]
                message = {**message, "headers": [*kept_app_headers, *own_headers.items()]}
            await send(message)

        await self._app({**scope, "headers": kept_headers}, receive, with_headers)

    def _refused(self, scope: Scope) -> tuple[int, str] | None:
        """The status and the sentence with which a request is refused; None where it is not."""
        hosts = _values(scope, b"host")
        if len(hosts) != 1 or not self._rules.answers(hosts[0]):
            return 403, (
                "This server does not answer to that host name. Open it by one of its own names; "
                f"its owner adds names with {HOSTS}."
            )
        here = (scope.get("server") or ("",))[0] or ""
        if is_loopback_host(self._rules.address) and _is_elsewhere(here):
            return 403, (
                "This server was set to listen on this machine alone and is reached from "
                "elsewhere: start it with --server.address."
            )
        origins = _values(scope, b"origin")
        if any(urlsplit(origin).netloc.lower() != hosts[0].strip().lower() for origin in origins):
            return 403, "This server does not answer pages of another origin."
        if str(scope.get("path", "")).rstrip("/").endswith(CLOSED):
            return 404, "Not served here."
        return None


def is_loopback_host(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    try:
        return ipaddress.ip_address(_bare(host)).is_loopback
    except ValueError:
        return host.strip().lower() == "localhost"


def _is_elsewhere(address: str) -> bool:
    """Whether it is the address of a network card, and neither loopback nor a file's path."""
    try:
        return not ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _bare(host: str) -> str:
    """An IPv6 address without its brackets."""
    return host.strip().removeprefix("[").removesuffix("]")


def _listed(environment: Mapping[str, str], variable: str) -> list[str]:
    return [each for each in re.split(r"[\s,]+", environment.get(variable, "")) if each]


def _values(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


async def _refuse(
    scope: Scope, send: Send, status: int, text: str, headers: tuple[tuple[bytes, bytes], ...]
) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": text[:120]})
        return
    body = f"{text}\n".encode()
    kind = (b"content-type", b"text/plain; charset=utf-8")
    length = (b"content-length", str(len(body)).encode())
    start = {"type": "http.response.start", "status": status, "headers": [kind, length, *headers]}
    await send(start)
    sent = b"" if scope.get("method") == "HEAD" else body
    await send({"type": "http.response.body", "body": sent})
