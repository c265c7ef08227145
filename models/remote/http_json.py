"""JSON over HTTP to a service that may be slow, busy or broken.

Every way in which a request can fail becomes a CrossExamError that names the service and
says what to do. The key is sent in one header and is never stored, logged or shown.
"""

from __future__ import annotations

import json
import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests

from engine.types import Cancel, Cancelled, CrossExamError
from models.remote.http_parts import checked_address, checked_key, is_loopback, retry_after

LARGEST_ANSWER = 32 * 1024 * 1024
LONGEST_SAID = 200
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504, 529})
_SLICE = 0.1  # seconds between two looks at whether the work was called off


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a service is waited for.

    `connect` and `total` are seconds for one try; between tries the pause doubles from
    `pause`, and a Retry-After beyond `longest_pause` is not waited for.
    """

    connect: float = 5.0
    total: float = 60.0
    tries: int = 4
    pause: float = 0.5
    longest_pause: float = 30.0


class RequestFailed(CrossExamError):  # noqa: N818 - reads as what happened
    """A service gave no usable answer; `status` is the HTTP status, 0 without an answer."""

    def __init__(self, text: str, status: int = 0) -> None:
        super().__init__(text)
        self.status = status


class _Passing(RequestFailed):
    """A failure that another try may mend; `pause` is how long the server asks to wait."""

    def __init__(self, text: str, status: int, pause: float | None) -> None:
        super().__init__(text, status)
        self.pause = pause


class _Bearer(requests.auth.AuthBase):
    """Sets the key's header; given even without a key, so that no .netrc is looked up."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._key:
            request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class JsonService:
    """One server, asked with POST and answering JSON; safe to share between threads.

    `key_hint` says where its key comes from, for the error when it is refused;
    `per_minute` keeps requests at least 60 / per_minute seconds apart.
    """

    def __init__(
        self,
        name: str,
        base: str,
        *,
        key: str = "",
        key_hint: str = "",
        patience: Patience | None = None,
        per_minute: float | None = None,
        sleep: Callable[[float], None] = time.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self.name = name
        self.base = checked_address(base, name)
        self._key = checked_key(key, name)
        self._key_hint = key_hint
        self._patience = patience or Patience()
        self._gap = 60.0 / per_minute if per_minute else 0.0
        self._sleep = sleep
        self._jitter = jitter
        self._turn = threading.Lock()
        self._next_at = 0.0
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(self.base)

    def __repr__(self) -> str:
        return f"JsonService({self.name!r}, {self.base!r})"

    def post(self, path: str, payload: Any, *, cancel: Cancel | None = None) -> Any:
        """The decoded answer; raises RequestFailed, or Cancelled between two tries."""
        patience = self._patience
        body = json.dumps(payload, allow_nan=False).encode()
        for attempt in range(1, patience.tries + 1):
            self._wait_for_turn(cancel)
            try:
                return self._once(path, body, cancel)
            except _Passing as failure:
                if attempt == patience.tries:
                    after = f" after {attempt} tries" if attempt > 1 else ""
                    raise RequestFailed(f"{failure}{after}", failure.status) from None
                pause = failure.pause
            if pause is None:  # none asked for: doubled each time, and not in step with others
                pause = patience.pause * 2 ** (attempt - 1) * (0.5 + self._jitter())
            self._pause(min(pause, patience.longest_pause), cancel)
        raise AssertionError("unreachable")

    def _once(self, path: str, body: bytes, cancel: Cancel | None) -> Any:
        """The decoded answer of one try; raises _Passing where another try may help."""
        deadline = time.monotonic() + self._patience.total
        try:
            with self._session.post(
                self.base + path,
                data=body,
                headers={"Content-Type": "application/json", "Accept": "application/json"},
                auth=_Bearer(self._key),
                timeout=(self._patience.connect, self._patience.total),
                allow_redirects=False,
                stream=True,
            ) as answer:
                body_text = self._body(answer, deadline, cancel)
                status, headers = answer.status_code, answer.headers
        except requests.Timeout:
            raise self._passing("gave no answer in time") from None
        except requests.ConnectionError as error:
            reason = str(error).lower()
            if "refused" in reason or "resolve" in reason:
                why = "cannot be reached: is the server running, and the address right?"
                raise self._failed(why) from None
            raise self._passing("broke the connection off") from None
        except requests.RequestException as error:
            raise self._passing(f"broke its answer off ({type(error).__name__})") from None
        if not 200 <= status < 300:
            raise self._refused(status, body_text, headers.get("Retry-After"))
        try:
            return json.loads(body_text)
        except (ValueError, RecursionError):
            failure = (
                f"answered HTTP {status} with {len(body_text):,} bytes that are not whole JSON"
            )
            raise self._failed(failure, status) from None

    def _body(self, answer: requests.Response, deadline: float, cancel: Cancel | None) -> bytes:
        parts, size = [], 0
        for part in answer.iter_content(65_536):
            _stop_if(cancel)
            size += len(part)
            if size > LARGEST_ANSWER:
                raise self._failed(f"answered with more than {LARGEST_ANSWER:,} bytes")
            if time.monotonic() > deadline:
                within = f"did not finish its answer within {self._patience.total:g} s"
                raise self._passing(within)
            parts.append(part)
        return b"".join(parts)

    def _refused(self, status: int, body: bytes, after: str | None) -> RequestFailed:
        server_message = self._said(body)
        if status in (401, 403):
            sent = "refuses the key" if self._key else "asks for a key"
            hint = self._key_hint or "give a valid key"
            return self._failed(f"{sent} (HTTP {status}{server_message}): {hint}", status)
        if status == 404:
            advice = "check the address and the model's name"
            return self._failed(
                f"knows no such path or model (HTTP 404{server_message}): {advice}", 404
            )
        if status not in TRY_AGAIN:
            return self._failed(f"refused the request (HTTP {status}{server_message})", status)
        failure = "is at its rate limit" if status == 429 else "failed"
        pause = retry_after(after)
        if pause is not None and pause > self._patience.longest_pause:
            asks = f"and asks to wait {pause:,.0f} s: try again then"
            return self._failed(f"{failure} (HTTP {status}{server_message}) {asks}", status)
        return self._passing(f"{failure} (HTTP {status}{server_message})", status, pause)

    def _said(self, body: bytes) -> str:
        """What the server said, on one line, without the key: ", 'too many requests'"."""
        text = body[:4096].decode("utf-8", "replace")
        try:
            value: Any = json.loads(body)
        except (ValueError, RecursionError):
            value = text
        for name in ("error", "message", "detail"):
            if isinstance(value, dict) and name in value:
                value = value[name]
        text = value if isinstance(value, str) else json.dumps(value)
        if self._key:
            text = text.replace(self._key, "…")
            text = re.sub(rf"{re.escape(self._key[:6])}\S*", "…", text)
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
        if text.lstrip().startswith("<"):
            return ""
        return f", {text[:LONGEST_SAID]!r}" if text.strip('{}[]"') else ""

    def _failed(self, what: str, status: int = 0) -> RequestFailed:
        return RequestFailed(f"{self.name} at {self.base} {what}", status)

    def _passing(self, what: str, status: int = 0, pause: float | None = None) -> _Passing:
        return _Passing(f"{self.name} at {self.base} {what}", status, pause)

    def _wait_for_turn(self, cancel: Cancel | None) -> None:
        with self._turn:
            now = time.monotonic()
            wait = max(0.0, self._next_at - now)
            self._next_at = now + wait + self._gap
        self._pause(wait, cancel)

    def _pause(self, seconds: float, cancel: Cancel | None) -> None:
        _stop_if(cancel)
        while seconds > 0:
            self._sleep(min(seconds, _SLICE))
            seconds -= _SLICE
            _stop_if(cancel)


def _stop_if(cancel: Cancel | None) -> None:
    if cancel is not None and cancel():
        raise Cancelled("the request was called off")
