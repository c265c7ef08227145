"""The guard sees what it is there to see: in children, forks and processes that swallow errors."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.process_guard import Guarded, broken, guarded, is_here, traced

needs_strace = pytest.mark.skipif(not is_here(), reason="no strace on this machine")


def ran(folder: Path, code: str) -> Guarded:
    with guarded(folder, folder / "cache") as guard:
        guard.cache.mkdir()
        subprocess.run(
            traced([sys.executable, "-S", "-c", code], guard.log),
            env=dict(guard.environment()),
            cwd=guard.cache,
            timeout=60,
            check=True,
        )
    return guard


@needs_strace
def test_a_fork_that_looks_up_a_name_and_swallows_the_error_is_seen(tmp_path: Path) -> None:
    guard = ran(
        tmp_path,
        "import os, socket\n"
        "if os.fork() == 0:\n"
        "    try: socket.create_connection(('telemetry.invalid', 443), timeout=1)\n"
        "    except OSError: pass\n"
        "    os._exit(0)\n"
        "os.wait()",
    )
    assert any(said.startswith("look-up: ") for said in guard.broken())


@needs_strace
@pytest.mark.parametrize(
    ("kind", "call"),
    [("SOCK_STREAM", "connect_ex(there)"), ("SOCK_DGRAM", "sendto(b'x', there)")],
)
def test_a_connection_and_a_datagram_beyond_loopback_are_seen(
    tmp_path: Path, kind: str, call: str
) -> None:
    guard = ran(
        tmp_path,
        "import socket\nthere = ('192.0.2.1', 9)\n"
        f"one = socket.socket(socket.AF_INET, socket.{kind})\none.settimeout(0.2)\n"
        f"try: one.{call}\nexcept OSError: pass",
    )
    assert "connect: 192.0.2.1:9" in guard.broken()


@needs_strace
def test_loopback_is_let_through_with_its_port_53_and_no_more(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        guard = ran(
            tmp_path,
            f"import socket\nsocket.create_connection(('127.0.0.1', {port})).close()\n"
            "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.53', 53))",
        )
    assert guard.broken() == ["look-up: 127.0.0.53:53"]


@needs_strace
def test_a_file_beside_the_folders_is_seen_even_when_it_is_removed_again(tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    guard = ran(
        tmp_path,
        "import os, pathlib\n"
        f"pathlib.Path({str(beside)!r}).write_text('x'); os.unlink({str(beside)!r})\n"
        "pathlib.Path('inside').write_text('x')\n"
        "(pathlib.Path.home() / 'id').write_text('x')\n"
        "pathlib.Path(os.environ['TMPDIR'], 'gone').write_text('x')\n"
        "os.unlink(os.path.join(os.environ['TMPDIR'], 'gone'))\n"
        "pathlib.Path(os.environ['TMPDIR'], 'left').write_text('x')",
    )
    assert guard.broken() == [
        f"file: {beside}",
        f"file: {guard.home}/id",
        f"left in the home folder: {guard.home}/id",
        f"left in the temporary folder: {guard.temporary}/left",
    ]


def escaped(text: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in text)


def test_a_host_asked_of_nscd_or_of_resolved_is_a_look_up_and_a_user_is_none(
    tmp_path: Path,
) -> None:
    log = tmp_path / "log"
    nscd, resolved = (
        escaped(b"/var/run/nscd/socket"),
        escaped(b"/run/systemd/resolve/io.systemd.Resolve"),
    )
    user, host = (escaped(b"\x02\0\0\0" + bytes([kind]) + b"\0\0\0") for kind in (1, 14))
    log.write_text(
        f'7 connect(3, {{sa_family=AF_UNIX, sun_path="{nscd}"}}, 110) = 0\n'
        f'7 sendto(3, "{user}", 8, MSG_NOSIGNAL, NULL, 0) = 8\n'
        f'8 connect(4, {{sa_family=AF_UNIX, sun_path="{nscd}"}}, 110) = -1 ENOENT (No such)\n'
        f'8 sendto(4, "{host}", 8, MSG_NOSIGNAL, NULL, 0) = 8\n'
    )
    assert broken(log, []) == []
    log.write_text(
        f'7 connect(3, {{sa_family=AF_UNIX, sun_path="{nscd}"}}, 110 <unfinished ...>\n'
        "9 connect(5, {sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl(0), "
        'inet_pton(AF_INET6, "\\x3a\\x3a\\x66\\x66\\x66\\x66\\x3a\\x31\\x32\\x37\\x2e\\x30\\x2e'
        '\\x30\\x2e\\x31", &sin6_addr), sin6_scope_id=0}, 28) = 0\n'
        "7 <... connect resumed>) = 0\n"
        f'7 sendto(3, "{host}", 8, MSG_NOSIGNAL, NULL, 0) = 8\n'
        f'8 connect(4, {{sa_family=AF_UNIX, sun_path="{resolved}"}}, 42) = 0\n'
    )
    assert [one.where for one in broken(log, [])] == ["nscd", "systemd-resolved"]
