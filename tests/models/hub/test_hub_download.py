"""Downloads from a hub on this machine: told beforehand, resumed, cancelled, checked."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from engine.types import Cancelled, CrossExamError
from models.hub import hub_download
from models.hub.hub_download import download, downloaded, hub_folder, plan
from models.hub.remote_code import allow, check_allowed, code_need, git_blob, is_allowed, withdraw
from models.hub.resolving import folder_of, trust_code

NAME, REVISION = "someone/reranker", "a" * 40
WEIGHTS = bytes(range(256)) * 12_000  # 3 MB
FILES = {"config.json": b"{}", "tokenizer.json": b'{"a": 1}', "model.safetensors": WEIGHTS}


class Hub:
    """What the hub holds, and what it was asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = dict(FILES)
        self.asked: list[tuple[str, str]] = []
        self.card: dict[str, Any] = {"license": "mit"}
        self.stops_after: int | None = None
        self.sha256 = hashlib.sha256(WEIGHTS).hexdigest()
        self.blobs: dict[str, str] = {}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Hub]:
    held = Hub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            held.asked.append((self.path, self.headers.get("Range", "")))
            if self.path == f"/api/models/{NAME}?blobs=true":
                rows: list[dict[str, Any]] = [
                    {"rfilename": name, "size": len(data)} for name, data in held.files.items()
                ]
                for row in rows:
                    name = row["rfilename"]
                    row["blobId"] = held.blobs.get(name, git_blob(held.files[name]))
                    if row["rfilename"] == "model.safetensors":
                        row["lfs"] = {"sha256": held.sha256}
                said = {"sha": REVISION, "siblings": rows, "cardData": held.card}
                return self.answer(200, json.dumps(said).encode())
            name = self.path.removeprefix(f"/{NAME}/resolve/{REVISION}/")
            name = name.removeprefix(f"/{NAME}/resolve/main/")
            if name not in held.files:
                return self.answer(404, b"")
            start = int((self.headers.get("Range") or "bytes=0-")[6:-1])
            data = held.files[name][start:]
            return self.answer(206 if start else 200, data)

        def answer(self, status: int, data: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if held.stops_after is not None and len(data) > held.stops_after:
                data, held.stops_after = data[: held.stops_after], None
                self.close_connection = True
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{server.server_address[1]}")
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    yield held
    server.shutdown()
    server.server_close()
    thread.join()


def never() -> bool:
    return False


def test_size_and_licence_are_known_before_anything_is_downloaded(hub: Hub) -> None:
    hub.files |= {"pytorch_model.bin": b"x" * 99, "onnx/model.onnx": b"y", "README.md": b"z"}
    found = plan(NAME)
    assert {file.path for file in found.files} == set(FILES)
    assert (found.total, found.licence, found.present_bytes) == (
        sum(map(len, FILES.values())),
        "mit",
        0,
    )
    assert found.fits
    assert not hub_folder(NAME).exists()


def test_a_download_tells_its_progress_and_is_found_afterwards(hub: Hub) -> None:
    progress: list[tuple[int, int]] = []
    assert downloaded(NAME) is None
    folder = download(plan(NAME), on_progress=lambda *step: progress.append(step), cancel=never)
    assert {
        path.name: path.read_bytes() for path in folder.iterdir() if path.name in FILES
    } == FILES
    assert progress[-1] == (plan(NAME).total, plan(NAME).total)
    assert [done for done, _ in progress] == sorted(done for done, _ in progress)
    assert downloaded(NAME) == folder
    assert folder_of(NAME) == folder


def test_a_cancelled_download_goes_on_where_it_stopped(hub: Hub) -> None:
    progress: list[int] = []
    with pytest.raises(Cancelled):
        download(
            plan(NAME),
            on_progress=lambda done, _: progress.append(done),
            cancel=lambda: bool(progress) and progress[-1] > 1_000_000,
        )
    assert downloaded(NAME) is None
    again = plan(NAME)
    assert 1_000_000 < again.present_bytes < again.total
    hub.asked.clear()
    folder = download(again, cancel=never)
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    ranges = [given for path, given in hub.asked if path.endswith("safetensors")]
    assert len(ranges) == 1
    assert int(ranges[0][6:-1]) >= 1_000_000


def test_a_download_that_breaks_off_says_so_and_goes_on(hub: Hub) -> None:
    hub.stops_after = 2_000_000
    with pytest.raises(CrossExamError, match=r"broke off in model\.safetensors at .* goes on"):
        download(plan(NAME), cancel=never)
    assert plan(NAME).present_bytes > 0
    assert (download(plan(NAME), cancel=never) / "model.safetensors").read_bytes() == WEIGHTS


def test_weights_with_another_checksum_are_not_kept(hub: Hub) -> None:
    hub.sha256 = "0" * 64
    with pytest.raises(CrossExamError, match="another checksum"):
        download(plan(NAME), cancel=never)
    assert downloaded(NAME) is None
    assert not list(hub_folder(NAME).glob("model.safetensors*"))


def test_a_disk_that_is_too_small_is_told_before(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_download, "SPARE", 10**18)
    hub.asked.clear()
    with pytest.raises(CrossExamError, match=r"the disk has .* free"):
        download(plan(NAME), cancel=never)
    assert len(hub.asked) == 1


def test_a_model_without_safetensors_is_refused(hub: Hub) -> None:
    hub.files = {"config.json": b"{}", "pytorch_model.bin": b"evil"}
    with pytest.raises(CrossExamError, match="pickled weights are never loaded"):
        plan(NAME)


def test_files_that_would_leave_the_folder_are_not_taken(hub: Hub) -> None:
    hub.files |= {"../evil.json": b"x", "/etc/evil.json": b"x", "a/b.json": b"x"}
    assert {file.path for file in plan(NAME).files} == set(FILES)


@pytest.mark.parametrize("name", ["../x", "a/../b", "a", "/etc/passwd", "a/b/c", "a/b?x=1", ""])
def test_what_is_no_hub_name_is_an_error(name: str) -> None:
    with pytest.raises(CrossExamError, match="is no name on the hub"):
        hub_folder(name)
    assert downloaded(name) is None


def test_an_unknown_model_and_a_silent_hub_are_errors(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CrossExamError, match="HTTP 404"):
        plan("someone/else")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(CrossExamError, match="does not answer"):
        plan(NAME)


def test_a_damaged_download_counts_as_none(hub: Hub) -> None:
    folder = download(plan(NAME), cancel=never)
    (folder / "model.safetensors").write_bytes(b"short")
    assert downloaded(NAME) is None


def test_fetch_tells_size_licence_and_progress_and_goes_on_where_it_stopped(hub: Hub) -> None:
    hub.stops_after = 2_000_000
    said: list[str] = []
    with pytest.raises(CrossExamError, match="broke off"):
        folder_of(NAME, fetch=True, log=said.append)
    assert said[0] == f"downloading {NAME}: 3.1 MB; licence: mit"
    hub.asked.clear()
    said.clear()
    folder = folder_of(NAME, fetch=True, log=said.append)
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    ranges = [given for path, given in hub.asked if path.endswith("safetensors")]
    assert ranges
    assert int(ranges[0][6:-1]) >= 1_000_000
    assert "of them are here already" in said[0]
    assert said[-1] == f"downloading {NAME}: 3.1 MB of 3.1 MB"
    assert len(said) <= 12
    hub.asked.clear()
    assert folder_of(NAME, fetch=True) == folder
    assert hub.asked == []


def with_code(hub: Hub) -> None:
    hub.files["config.json"] = b'{"auto_map": {"AutoConfig": "own.Config"}}'
    hub.files["own.py"] = b"class Config: ...\n"


def test_python_files_are_listed_and_left_where_they_are(hub: Hub) -> None:
    with_code(hub)
    found = plan(NAME)
    assert found.need is not None
    assert [(f.path, f.size, f.git) for f in found.need.files] == [
        ("own.py", 18, git_blob(hub.files["own.py"]))
    ]
    assert found.need.revision == REVISION
    folder = download(found, cancel=never)
    assert not list(folder.glob("*.py"))
    assert not any(path.endswith(".py") for path, _ in hub.asked)
    with pytest.raises(CrossExamError, match="none of whose files is here"):
        check_allowed(NAME, folder)
    with pytest.raises(CrossExamError, match="not fetched unless you allow them"):
        found.with_code()


def test_allowed_python_files_come_and_are_kept_by_their_sha256(hub: Hub) -> None:
    with_code(hub)
    need = plan(NAME).need
    assert need is not None
    allow(need)
    folder = download(plan(NAME), cancel=never)
    assert (folder / "own.py").read_bytes() == hub.files["own.py"]
    check_allowed(NAME, folder)
    here = code_need(NAME, folder)
    assert here is not None
    assert here.revision == REVISION
    (folder / "own.py").write_bytes(b"class Config: 1  \n")
    changed = code_need(NAME, folder)
    assert changed is not None
    assert not is_allowed(changed)


def test_another_revisions_code_is_neither_fetched_nor_left(hub: Hub) -> None:
    with_code(hub)
    need = plan(NAME).need
    assert need is not None
    allow(need)
    folder = download(plan(NAME), cancel=never)
    hub.files["own.py"] = b"class Config: 2  \n"
    found = plan(NAME)
    assert not found.brings_code
    download(found, cancel=never)
    assert not list(folder.glob("*.py"))


def test_code_that_is_not_what_was_allowed_does_not_stay(hub: Hub) -> None:
    with_code(hub)
    hub.blobs["own.py"] = "0" * 40
    need = plan(NAME).need
    assert need is not None
    allow(need)
    with pytest.raises(CrossExamError, match="another checksum"):
        download(plan(NAME), cancel=never)
    assert not list(hub_folder(NAME).glob("*.py*"))


def test_a_consent_that_was_taken_back_stops_the_fetching(hub: Hub) -> None:
    with_code(hub)
    need = plan(NAME).need
    assert need is not None
    allow(need)
    found = plan(NAME)
    withdraw(NAME)
    with pytest.raises(CrossExamError, match="not fetched unless you allow them"):
        download(found, cancel=never)


def test_the_option_brings_the_code_with_fetch_alone(hub: Hub) -> None:
    with_code(hub)
    with pytest.raises(CrossExamError, match="allow the download with --fetch"):
        trust_code(NAME)
    assert not hub.asked
    said: list[str] = []
    trust_code(NAME, fetch=True, log=said.append)
    assert said[0].startswith(f"you allow {NAME} to run own.py (18 bytes, git ")
    check_allowed(NAME, hub_folder(NAME))
    plain = folder_of(NAME)
    assert (plain / "own.py").is_file()
