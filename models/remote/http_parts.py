"""Addresses, keys and headers of HTTP, checked at the edge."""

from __future__ import annotations

import ipaddress
import os
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from engine.types import CrossExamError


def retry_after(value: str | None) -> float | None:
    """Seconds of a Retry-After header (a number or an HTTP date), None without a usable one."""
    if not value:
        return None
    if re.fullmatch(r"\d{1,9}(\.\d+)?", value.strip()):
        return float(value)
    try:
        retry_time = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    retry_time = retry_time if retry_time.tzinfo else retry_time.replace(tzinfo=UTC)
    return max(0.0, (retry_time - datetime.now(UTC)).total_seconds())


def checked_address(address: str, name: str) -> str:
    """The address without a slash at its end; raises CrossExamError when it is none."""
    try:
        parts = urlsplit(address.strip())
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        parts, good = urlsplit(""), False
    if not good or parts.query or parts.fragment or re.search(r"[\s\x00-\x1f]", address.strip()):
        raise CrossExamError(
            f"{name}: {address[:100]!r} is not the address of a server; give one such as "
            "'http://127.0.0.1:8080'"
        )
    if parts.username is not None or parts.password is not None:
        raise CrossExamError(
            f"{name}: the address holds a user name or password; give the key apart from it"
        )
    return address.strip().rstrip("/")


def checked_key(key: str, name: str) -> str:
    """The key without spaces around it; raises CrossExamError when no header can carry it."""
    key = key.strip()
    if not all("!" <= c <= "~" for c in key):
        raise CrossExamError(
            f"{name}: the key holds spaces or characters that no header can carry; copy it anew"
        )
    return key


def environment_key(variable: str, base: str, official: str = "") -> str:
    """The key of an environment variable such as COHERE_API_KEY, "" where it is not for `base`.

    Whoever can type an address must not be sent the key of whoever runs the app: it goes to
    the service's own address and to what COHERE_BASE_URL names. This machine is no exception:
    whoever has a port on it could have the key sent there.
    """
    own_address = named_address(variable)
    own_addresses = [address.strip().rstrip("/") for address in (official, own_address) if address]
    return os.environ.get(variable, "") if base.strip().rstrip("/") in own_addresses else ""


def named_address(variable: str) -> str:
    """The address that the environment names for a key, in COHERE_BASE_URL; "" for none."""
    return os.environ.get(base_variable(variable), "").strip()


def base_variable(variable: str) -> str:
    """The variable that names a key's address: COHERE_BASE_URL of COHERE_API_KEY."""
    return variable.replace("_API_KEY", "_BASE_URL")


def is_loopback(address: str) -> bool:
    """Whether the address is this machine itself."""
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
