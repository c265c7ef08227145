"""The edge of the running server: every route of it, the WebSocket, and what others may do."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.browser.server import running_server
from tests.visitor import answer, is_refused, searched

pytestmark = pytest.mark.weights
NAMED = "rank.example.org"
ROUTES = (
    "/",
    "/attention",
    "/index.html",
    "/_stcore/health",
    "/_stcore/host-config",
    "/_stcore/agent/openapi.json",
    "/media/none.csv",
    "/component/none/index.html",
    "/no/such/page",
)


@pytest.fixture(scope="module")
def port(session_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server that listens on every address of this machine and has one further name."""
    log = tmp_path_factory.mktemp("edge") / "server.log"
    kept = {k: v for k, v in os.environ.items() if k != "CROSSEXAM_VISITORS_MAY"}
    environment = {**kept, "CROSSEXAM_ALLOWED_HOSTS": NAMED}
    with running_server(log, "--server.address", "0.0.0.0", env=environment) as url:
        yield urlsplit(url).port or 0


def static(port: int) -> str:
    """A file of the frontend, as the page itself names it."""
    page = answer(port, "/", f"localhost:{port}")[2]
    found = re.search(r'src="\.?/?(static/[^"]+\.js)"', page)
    assert found
    return f"/{found.group(1)}"


def test_a_page_of_a_foreign_name_gets_nothing(port: int) -> None:
    for path in (*ROUTES, static(port)):
        for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"):
            status, headers, body = answer(port, path, f"evil.example:{port}", method=method)
            assert status == 403, (path, method)
            assert headers["x-content-type-options"] == "nosniff"
            assert "streamlit" not in body.lower()
    assert is_refused(port, "evil.example", f"http://evil.example:{port}") == 403


def test_a_page_of_another_origin_gets_nothing(port: int) -> None:
    for origin in ("http://evil.example", "null", f"http://localhost:{port + 1}"):
        assert answer(port, "/_stcore/health", f"localhost:{port}", origin=origin)[0] == 403
        assert is_refused(port, "localhost", origin) == 403


def test_its_own_names_are_served_with_the_headers_and_metrics_are_not(port: int) -> None:
    for host in (f"localhost:{port}", f"127.0.0.1:{port}", NAMED, f"{NAMED}:{port}"):
        for path in (*ROUTES, static(port)):
            status, headers, _ = answer(port, path, host, origin=f"http://{host}")
            assert status != 403, (host, path)
            assert "frame-ancestors 'self'" in headers["content-security-policy"]
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-content-type-options"] == "nosniff"
            assert "access-control-allow-origin" not in headers
        assert answer(port, "/_stcore/metrics", host)[0] == 404
        assert answer(port, "/_stcore/health", host)[::2] == (200, "ok")


def test_a_search_works_by_a_name_that_is_set(port: int) -> None:
    assert "Ball python care guide" in searched(port, NAMED, "python snake")


def test_whoever_comes_is_refused_what_needs_allowing(port: int) -> None:
    for host in ("localhost", NAMED):
        drawn = searched(port, host, "", page="training", until="other machines can reach it")
        assert "Training a model is turned off on this server" in drawn.replace("\\", "")
