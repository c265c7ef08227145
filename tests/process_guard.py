"""What a process and all its children reached for and wrote, by strace.

A hook in Python would not do: a library may fork, swallow every error, or be written in C++.

The rule. A process may connect to loopback and to sockets of this machine (AF_UNIX), and may
look up no name: nothing may go to port 53, be it on loopback, and neither may nscd or
systemd-resolved be asked for a host. What it creates lies in the folders it was given; what it
creates in the temporary folder is gone when it ends; devices and the shared memory of semaphores
do not count.
"""

from __future__ import annotations

import ipaddress
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

TRACED = (
    "connect,sendto,sendmsg,sendmmsg,openat,open,creat,mkdir,mkdirat,mknod,mknodat,"
    "rename,renameat,renameat2,link,linkat,symlink,symlinkat"
)
STRACE = (
    "strace",
    "-f",
    "--seccomp-bpf",
    "-qq",
    "-s",
    "160",
    "-xx",
    "-e",
    "signal=none",
    "-e",
    f"trace={TRACED}",
)
NO_STRACE = "no strace on this machine: that nothing is sent was NOT tried"
DEVICES = ("/dev/", "/proc/")
RESOLVERS = ("/run/systemd/resolve/", "/var/run/systemd/resolve/")
NSCD = ("/var/run/nscd/socket", "/run/nscd/socket")
# nscd's requests that name a host; it is asked for users and groups too.
HOST_REQUESTS = frozenset({4, 5, 6, 7, 13, 14})

_CALL = re.compile(r"(\d+) (\w+)\((.*)$")
_HEX = re.compile(r"((?:\\x[0-9a-f]{2})+)")
_ADDRESS = re.compile(
    r'sin6?_port=htons\((\d+)\).*?(?:inet_addr\("([^"]*)"\)|inet_pton\(AF_INET6, "([^"]*)")'
)
_QUOTED = re.compile(r'"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Reached:
    """A call that broke the rule: `what` is "connect", "look-up" or "file"."""

    what: str
    where: str
    call: str


def is_here() -> bool:
    """Whether strace is installed and may trace."""
    found = shutil.which("strace")
    if found is None:
        return False
    tried = subprocess.run([*STRACE, "-o", os.devnull, "true"], capture_output=True)
    return tried.returncode == 0


def traced(command: Sequence[str], log: Path) -> list[str]:
    """The command that runs under the guard; what it calls goes to `log`."""
    return [*STRACE, "-o", str(log), *command]


def broken(log: Path, roots: Sequence[Path]) -> list[Reached]:
    """Every call of a log that broke the rule; files may be created below `roots`."""
    inside = tuple(f"{root.resolve()}/" for root in roots)
    found: list[Reached] = []
    asked_nscd: set[str] = set()
    for line in _whole_calls(log):
        call = _CALL.match(line)
        if call is None:
            continue
        process, name, rest = call.groups()
        said = _HEX.sub(lambda m: _text(m.group(1)), rest)
        if name in ("connect", "sendto", "sendmsg", "sendmmsg"):
            found += _network(process, name, rest, said, asked_nscd, line)
        elif (path := _created(name, said)) is not None and not (
            path.startswith(DEVICES) or f"{path}/".startswith(inside)
        ):
            found.append(Reached("file", path, line))
    return found


def _whole_calls(log: Path) -> Iterator[str]:
    """The calls of a log; one that was interrupted by another thread's is put together."""
    begun: dict[str, str] = {}
    with log.open(encoding="ascii", errors="replace") as lines:
        for line in lines:
            process, _, rest = line.rstrip("\n").partition(" ")
            rest = rest.lstrip()
            if rest.endswith("<unfinished ...>"):
                begun[process] = rest.removesuffix("<unfinished ...>")
            elif rest.startswith("<... "):
                yield f"{process} {begun.pop(process, '')}{rest.partition('resumed>')[2]}"
            else:
                yield f"{process} {rest}"
    for process, rest in begun.items():  # those that never came back
        yield f"{process} {rest}"


def _network(
    process: str, name: str, raw: str, said: str, asked_nscd: set[str], line: str
) -> Iterator[Reached]:
    address = _ADDRESS.search(said)
    if address is not None:
        port, host = int(address.group(1)), address.group(2) or address.group(3)
        if port == 53:
            yield Reached("look-up", f"{host}:53", line)
        elif not _is_loopback(host):
            yield Reached("connect", f"{host}:{port}", line)
    elif name == "connect" and any(path in said for path in RESOLVERS):
        yield Reached("look-up", "systemd-resolved", line)
    elif name == "connect" and any(path in said for path in NSCD):
        if said.rstrip().endswith("= 0"):
            asked_nscd.add(f"{process} {raw.partition(',')[0]}")
    elif f"{process} {raw.partition(',')[0]}" in asked_nscd:
        request = re.search(r'"((?:\\x[0-9a-f]{2}){8,})', raw)
        data = bytes.fromhex(request.group(1).replace("\\x", "")) if request else b""
        if len(data) >= 8 and int.from_bytes(data[4:8], "little") in HOST_REQUESTS:
            yield Reached("look-up", "nscd", line)


def _is_loopback(host: str) -> bool:
    address = ipaddress.ip_address(host.partition("%")[0])
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _created(name: str, said: str) -> str | None:
    """The path that a call created, None where it created nothing."""
    if name in ("openat", "open") and "O_CREAT" not in said and "O_TMPFILE" not in said:
        return None
    if re.search(r"= -1 E\w+", said):
        return None
    paths = _QUOTED.findall(said)
    if not paths:
        return None
    path = paths[0] if name in ("openat", "open", "creat", "mkdir", "mkdirat") else paths[-1]
    return path if path.startswith("/") else None  # the working folder is one of the roots


def _text(escaped: str) -> str:
    return bytes.fromhex(escaped.replace("\\x", "")).decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class Guarded:
    """Folders for one guarded process: what it may write to, and what must stay empty."""

    cache: Path
    home: Path
    temporary: Path
    log: Path

    def environment(self) -> Mapping[str, str]:
        """The environment of the process: an empty home, and no bytecode beside the sources."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "HF_", "CROSSEX"))}
        for variable in ("MPLCONFIGDIR", "TORCHINDUCTOR_CACHE_DIR", "IR_DATASETS_HOME"):
            kept.pop(variable, None)
        return kept | {
            "CROSSEXAM_CACHE": str(self.cache),
            "HOME": str(self.home),
            "TMPDIR": str(self.temporary),
            "WNSEARCHDIR": str(self.cache / "no-wordnet"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUNBUFFERED": "1",
        }

    def broken(self, *roots: Path) -> list[str]:
        """What the process did against the rule, one sentence each."""
        calls = broken(self.log, (self.cache, self.temporary, *roots))
        said = [f"{one.what}: {one.where}" for one in calls]
        for name, folder in (("home", self.home), ("temporary", self.temporary)):
            said += [f"left in the {name} folder: {p}" for p in sorted(folder.rglob("*"))]
        return said


@contextmanager
def guarded(folder: Path, cache: Path) -> Iterator[Guarded]:
    """New folders for one process, and its log."""
    guarded = Guarded(cache, folder / "home", folder / "temporary", folder / "strace.log")
    for each in (guarded.home, guarded.temporary):
        each.mkdir(parents=True)
    yield guarded
