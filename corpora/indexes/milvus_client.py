"""A connection to Milvus: a file on this machine (Milvus Lite), or a cluster by its address.

The same client serves both. What goes wrong is raised as a CrossExamError within seconds, and
no token is ever part of it.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corpora.readers.input_errors import shown
from engine.types import CrossExamError

SUFFIX = ".db"
SCHEMES = ("http", "https", "tcp")
CONNECT_SECONDS = 5.0
EXAMPLE = "http://localhost:19530"
# A proxy of the environment must not stand before this machine's own file, and its server
# hangs up on a client that asks every ten seconds whether it is there, as pymilvus does.
LOCAL_OPTIONS = (("grpc.enable_http_proxy", 0), ("grpc.keepalive_time_ms", 2**31 - 1))
# They log tracebacks of what is raised as an error here.
_LOUD = ("pymilvus", "milvus_lite", "grpc._server")
_OPENING = threading.Lock()  # the library starts a file's server twice if asked at once


@dataclass(frozen=True, slots=True)
class MilvusAddress:
    """Where Milvus is: the path of a file that ends in .db, or a cluster's address.

    The token stays out of `repr`, and no method writes it anywhere.
    """

    uri: str
    token: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.embedded:
            return
        try:
            parts = urlsplit(self.uri)
            is_address = parts.scheme in SCHEMES and bool(parts.hostname) and (parts.port or 1) > 0
        except ValueError:
            is_address, parts = False, urlsplit("")
        if parts.username is not None or parts.password is not None:
            raise CrossExamError(
                f"the address of Milvus at {parts.hostname!r} holds a user name or password: give "
                "the address alone, and USER:PASSWORD as the token"
            )
        if not is_address:
            raise CrossExamError(
                f"{shown(self.uri)} is no address of Milvus: give one such as {EXAMPLE}"
            )

    @property
    def embedded(self) -> bool:
        """Whether it is a file of this machine."""
        return "://" not in self.uri and self.uri.endswith(SUFFIX)

    @classmethod
    def of_file(cls, path: Path) -> MilvusAddress:
        """The address of a Milvus Lite file."""
        return cls(str(path.absolute()))

    @classmethod
    def of_cluster(cls, uri: str, token: str = "") -> MilvusAddress:
        """A cluster's address as a person types it."""
        address = uri.strip()
        if "://" not in address:
            raise CrossExamError(
                f"{shown(address)} is no address of Milvus: give one such as {EXAMPLE}"
            )
        return cls(address, token.strip())


class MilvusConnection:
    """An open connection; safe to share between threads."""

    def __init__(self, client: Any, address: MilvusAddress, version: str) -> None:
        self.client = client
        self.address = address
        self.version = version

    @classmethod
    def open(cls, address: MilvusAddress, *, seconds: float = CONNECT_SECONDS) -> MilvusConnection:
        """Connect; raises CrossExamError after `seconds` where nobody answers."""
        with _no_env_file():
            from pymilvus import MilvusClient  # takes a second to import
        for name in _LOUD:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        local = {"grpc_options": dict(LOCAL_OPTIONS)} if address.embedded else {}
        with milvus_errors(address, "connecting"):
            uri = _started(address) if address.embedded else address.uri
            client = MilvusClient(
                uri=uri, token=address.token, timeout=seconds, dedicated=True, **local
            )
            version = str(client.get_server_version(timeout=seconds))
        return cls(client, address, version)

    @property
    def name(self) -> str:
        """ "Milvus Lite 3.2.2" or "Milvus 2.6.0 at milvus.example:19530"."""
        if self.address.embedded:
            return f"Milvus Lite {self.version.removeprefix('milvus_lite-')}"
        return f"Milvus {self.version} at {urlsplit(self.address.uri).netloc}"

    def close(self) -> None:
        """Leave the server; a file's server is stopped, so that others may open it."""
        self.client.close()
        if self.address.embedded:
            from milvus_lite.server_manager import server_manager_instance

            server_manager_instance.release_server(self.address.uri)


@contextmanager
def milvus_errors(address: MilvusAddress, what: str) -> Iterator[None]:
    """What Milvus refuses in the block becomes a CrossExamError with a remedy."""
    from grpc import RpcError
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, RpcError) as error:
        raise CrossExamError(_told(address, what, error)) from error
    except (OSError, RuntimeError, TypeError, ValueError) as error:
        # the client lets through what its parts raise at an address that is no Milvus
        raise CrossExamError(_told(address, what, error)) from error


@contextmanager
def _no_env_file() -> Iterator[None]:
    """Keep pymilvus, which asks python-dotenv for it, from reading a .env into the environment."""
    switch = "PYTHON_DOTENV_DISABLED"
    previous_value = os.environ.get(switch)
    os.environ[switch] = "1"
    try:
        yield
    finally:
        if previous_value is None:
            del os.environ[switch]
        else:
            os.environ[switch] = previous_value


def _told(address: MilvusAddress, what: str, error: Exception) -> str:
    text = " ".join(str(getattr(error, "message", "") or error).split())
    if address.token:
        text = text.replace(address.token, "…")
    if address.embedded:
        return f"Milvus Lite, {address.uri}: {what} failed ({text[:300]}): try again, and where \
that does not help, delete the file and index the corpus anew"
    place = f"Milvus at {address.uri}"
    low = text.casefold()
    if "auth" in low or "permission" in low or "privilege" in low:
        return f"{place}: {what} was refused ({text[:300]}): check the token, on the Corpora page \
or as CROSSEXAM_MILVUS_TOKEN, which goes to CROSSEXAM_MILVUS_URI alone"
    unreachable = ("fail connecting", "unavailable", "deadline", "unimplemented", "timeout")
    if any(word in low for word in unreachable):
        return f"{place}: {what} failed, nobody answers there ({text[:200]}): check the address \
and that Milvus runs, or empty the address to use a file on this machine"
    return f"{place}: {what} failed ({text[:300]})"


def _started(address: MilvusAddress) -> str:
    """The loopback address at which the server of a file now listens."""
    from milvus_lite.server_manager import server_manager_instance

    path = Path(address.uri)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CrossExamError(
            f"{path}: {error.strerror}: set CROSSEXAM_CACHE to a folder that can be written"
        ) from error
    with _OPENING:
        uri: str | None = server_manager_instance.start_and_get_uri(str(path))
    if uri is None:
        if _is_held(path):
            raise CrossExamError(
                f"{path} is open in another process, and Milvus Lite serves one at a time: end "
                f"that one, or run `milvus-lite server --data-dir {path} --host 127.0.0.1` and "
                f"give both its address, {EXAMPLE}"
            )
        raise CrossExamError(
            f"{path} cannot be opened by Milvus Lite: delete it and index the corpus again"
        )
    return uri


def _is_held(path: Path) -> bool:
    """Whether another process holds the lock of a Milvus Lite file."""
    try:
        import fcntl
    except ImportError:  # not on Windows
        return False
    try:
        lock = os.open(path / "LOCK", os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False
