"""Unpacks a zip file, which may be hostile, into a folder of its own."""

from __future__ import annotations

import lzma
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from corpora.readers.input_errors import InputError, bytes_in_words, from_system, in_file, shown
from corpora.readers.read_options import ReadOptions
from system.file_kinds import HIGHEST_RATIO, SMALL

LARGEST_UNPACKED = 2_000_000_000
MOST_MEMBERS = 200_000
LONGEST_NAME, MOST_PARTS = 1_024, 64
BLOCK = 1 << 20
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
IGNORED = ("__MACOSX", ".DS_Store", "Thumbs.db")
NO_ZIP = (NotImplementedError, UnicodeDecodeError)
DAMAGED = "no zip archive that can be read ({}): pack it anew"


@contextmanager
def unpacked(path: Path, read_options: ReadOptions | None = None) -> Iterator[Path]:
    """A temporary folder with the archive's files, gone when the block ends.

    One folder that holds all the rest is stepped into. Nothing is written before the
    whole list of members has been checked: paths that lead out, links, encryption, and
    sizes that only a bomb has. What was promised is checked again while it unpacks.
    """
    read_options = read_options or ReadOptions()
    with tempfile.TemporaryDirectory(prefix="crossexam-zip-") as temporary:
        folder = Path(temporary)
        try:
            with zipfile.ZipFile(path) as archive:
                members = _checked(path, archive)
                total = sum(member.file_size for member in members)
                done = 0
                for member in members:
                    target = folder / PurePosixPath(_name(member))
                    target.parent.mkdir(parents=True, exist_ok=True)
                    for size in _unpack(path, archive, member, target):
                        done += size
                        step_name = f"unpacking {path.name}, kB"
                        read_options.at(step_name, 0, done // 1000, total // 1000)
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, *NO_ZIP) as error:
            raise in_file(path, DAMAGED.format(error)) from error
        except OSError as error:
            if error.errno is None:  # a damaged block of bzip2
                raise in_file(path, DAMAGED.format(error)) from error
            raise from_system(path, error, "free some space, or unpack it by hand") from error
        try:
            yield _below(folder)
        except InputError as error:  # name the file in the archive, not where it was unpacked
            raise error.moved(folder, path) from error


def _checked(path: Path, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members to unpack; one that should not be there refuses the archive."""
    members = [
        member
        for member in archive.infolist()
        if not _name(member).endswith("/") and not any(p in IGNORED for p in _parts(member))
    ]
    if not members:
        raise in_file(path, "the archive holds no file: pack the corpus into it")
    if len(members) > MOST_MEMBERS:
        raise in_file(path, f"over {MOST_MEMBERS:,} files in the archive: split it into several")
    total = 0
    seen_names: set[str] = set()
    for member in members:
        _check_member(path, member)
        folded = "/".join(_parts(member)).casefold()
        if folded in seen_names:
            raise _refused(path, member, "is in the archive twice", "pack each file once")
        seen_names.add(folded)
        total += member.file_size
    for name in sorted(seen_names):
        for parent in map(str, PurePosixPath(name).parents):
            if parent in seen_names:
                raise in_file(path, f"{shown(parent)} is a file and a folder in it: rename one")
    if total > LARGEST_UNPACKED:
        raise in_file(
            path,
            f"unpacked it would have {bytes_in_words(total)}, over the limit of "
            f"{bytes_in_words(LARGEST_UNPACKED)}: split it into several",
        )
    return members


def _check_member(path: Path, member: zipfile.ZipInfo) -> None:
    written_name = str(getattr(member, "orig_filename", member.filename))  # cut at no NUL
    parts = written_name.replace("\\", "/").split("/")
    if len(written_name) > LONGEST_NAME or len(parts) > MOST_PARTS:
        limits = f"over {LONGEST_NAME:,} characters or {MOST_PARTS} parts"
        raise _refused(path, member, f"has a name of {limits}", "shorten it")
    if not parts[0] or ".." in parts or ":" in parts[0]:
        raise _refused(path, member, "leads out of the archive", "pack it without such paths")
    if any(ord(character) < 32 for character in written_name):
        raise _refused(path, member, "has a control character in its name", "rename it")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if kind and kind != stat.S_IFREG:
        file_kind = "is a link" if kind == stat.S_IFLNK else "is no ordinary file"
        raise _refused(path, member, file_kind, "pack the file itself")
    if member.flag_bits & 0x1:
        raise _refused(path, member, "is encrypted", "pack it without a password")
    if member.compress_type not in METHODS:
        raise _refused(path, member, "is packed by an unknown method", "use the usual (deflate)")
    ratio = member.file_size / max(member.compress_size, 1)
    if member.file_size > SMALL and ratio > HIGHEST_RATIO:
        raise _refused(
            path,
            member,
            f"unpacks to {ratio:,.0f} times its size, as a zip bomb does",
            f"the limit is {HIGHEST_RATIO} times; give the unpacked file",
        )


def _name(member: zipfile.ZipInfo) -> str:
    """The member's name with the separators of our system, whatever packed it."""
    return member.filename.replace("\\", "/")


def _parts(member: zipfile.ZipInfo) -> list[str]:
    return [part for part in _name(member).split("/") if part not in ("", ".")]


def _unpack(
    path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path
) -> Iterator[int]:
    """Write one member, telling the bytes of each block; more than promised is refused."""
    size = 0
    with archive.open(member) as packed, target.open("wb") as out:
        while block := packed.read(BLOCK):
            size += len(block)
            if size > member.file_size:
                raise _refused(path, member, "is larger than the archive says", "pack it anew")
            out.write(block)
            yield len(block)


def _refused(path: Path, member: zipfile.ZipInfo, what: str, remedy: str) -> InputError:
    return in_file(path, f"{shown(member.filename)} {what}: {remedy}")


def _below(folder: Path) -> Path:
    """The folder, or the only folder in it that holds everything."""
    while True:
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        if len(entries) != 1 or not entries[0].is_dir():
            return folder
        if entries[0].name == "qrels":
            return folder
        folder = entries[0]
