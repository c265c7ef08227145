"""What a folder holds: which of its files are documents, queries and judgments."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpora.readers.input_errors import InputError, in_file, listed
from corpora.readers.tables.row_formats import data_suffixes
from corpora.readers.text_head import GZ_SUFFIX, base_suffix, text_head
from corpora.readers.trec_documents import is_trec_documents

TEXT_SUFFIXES = (".md", ".markdown", ".txt", ".text", ".rst")
MOST_FILES = 200_000
CORPUS_NAMES = ("corpus", "collection", "documents", "docs", "passages")
QUERY_NAMES = ("queries", "query", "topics", "topic")
UNANSWERABLE_NAMES = ("unanswerable",)
QREL_NAMES = ("qrels", "qrel", "judgments", "judgements", "labels")
MAYBE_ROWS = (".json", ".xml", ".dat")
ASIDE = ("readme", "license", "licence", "changelog", "notice", "citation", "about")
PREFERRED = ("test", "dev", "train")
IMPORT_FACTS = "import.json"  # written beside an imported corpus
FACT_KEYS = {"name", "files"}
MOST_FACTS = 1_000_000  # bytes
BEIR_QUERIES = re.compile(r"(queries|topics)(\.[a-z]+)?", re.IGNORECASE)
BEIR_QRELS = re.compile(r"qrels(\.[\w-]+)?(\.[a-z]+)?|.+\.qrels", re.IGNORECASE)


class NoDocuments(InputError):  # noqa: N818 - what is wrong, in the words of a reader
    """A folder holds nothing that can be read; `contents` lists what it holds."""

    def __init__(self, folder: Path, contents: str) -> None:
        super().__init__(
            folder,
            None,
            f"no corpus.jsonl in the folder; found {contents}: give a BEIR folder or one file",
        )
        self.contents = contents


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """The files of a folder by what they are; `others` are passed over.

    `texts` are there where each file is a document, `documents` where one holds the rows, or
    where several hold TREC documents. `unanswerable` holds queries that no document answers,
    `guessed` the files that a name alone tells beside a BEIR corpus.
    """

    documents: tuple[Path, ...] = ()
    texts: tuple[Path, ...] = ()
    queries: Path | None = None
    qrels: tuple[Path, ...] = ()
    others: tuple[Path, ...] = ()
    beir: bool = False
    unanswerable: Path | None = None
    guessed: tuple[Path, ...] = ()


def folder_files(folder: Path) -> FolderFiles:
    """What the folder and the folders within hold; hidden files and links are passed over.

    Raises CrossExamError for several files of documents, and for none.
    """
    for name in ("corpus.jsonl", "corpus.jsonl.gz"):
        if (folder / name).is_file():
            return _beir(folder, folder / name)
    files = list(visible_files(folder))
    data = [path for path in files if base_suffix(path) in data_suffixes() or _is_qrels(path)]
    texts = [path for path in files if base_suffix(path) in TEXT_SUFFIXES]
    trec = tuple(path for path in (*texts, *data) if _holds_trec(path))
    if trec:
        return FolderFiles(trec, others=_rest(files, trec))
    qrels_files = _by_preference([path for path in data if _is_qrels(path)])
    unanswerable = [path for path in data if _named(path, UNANSWERABLE_NAMES)][:1]
    query_files = [path for path in data if _named(path, QUERY_NAMES) and path not in qrels_files]
    query_files = [path for path in query_files if path not in unanswerable]
    rows = [path for path in data if path not in (*qrels_files, *query_files, *unanswerable)]
    if texts:  # notes with a settings file beside them are notes
        rows = [path for path in rows if base_suffix(path) not in MAYBE_ROWS]
    corpus_files = [path for path in rows if _named(path, CORPUS_NAMES)]
    if len(corpus_files) == 1 or (len(rows) == 1 and all(_is_aside(path) for path in texts)):
        documents = corpus_files[0] if len(corpus_files) == 1 else rows[0]
        queries = _the_query_file(query_files, qrels_files)
        used_files = [documents, *qrels_files, *([queries] if queries else []), *unanswerable]
        others = _rest([path for path in files if not _is_aside(path)], used_files)
        return FolderFiles(
            (documents,),
            (),
            queries,
            tuple(qrels_files),
            others,
            unanswerable=unanswerable[0] if unanswerable else None,
        )
    if texts:
        return FolderFiles(texts=tuple(texts), others=_rest(files, texts))
    if len(rows) > 1:
        names = listed([path.relative_to(folder).as_posix() for path in rows])
        raise in_file(
            folder,
            f"several files of rows ({names}): give one of them, or name it "
            f"{' or '.join(CORPUS_NAMES[:3])}",
        )
    raise NoDocuments(folder, listed(sorted(entry.name for entry in folder.iterdir())))


def visible_files(folder: Path) -> Iterator[Path]:
    """Every file that is neither hidden nor a link nor behind one, in order."""
    number = 0
    for place, folders, names in os.walk(folder, followlinks=False):
        folders[:] = sorted(each for each in folders if not each.startswith((".", "__MACOSX")))
        for each in sorted(names):
            path = Path(place, each)
            if each.startswith(".") or path.is_symlink() or not path.is_file():
                continue
            number += 1
            if number > MOST_FILES:
                raise in_file(folder, f"over {MOST_FILES:,} files: give a smaller folder")
            yield path


def qrels_files(folder: Path) -> list[Path]:
    """The files of judgments in a folder: test, dev and train before all others."""
    if not folder.is_dir():
        return []
    return _by_preference([p for p in sorted(folder.iterdir()) if p.is_file() and _is_rows(p)])


def split_of(path: Path) -> str:
    """What a file of judgments is called: "test" for test.tsv and qrels.test.tsv."""
    stem = path.name.removesuffix(GZ_SUFFIX)
    stem = stem.rsplit(".", 1)[0] if "." in stem else stem
    for name in QREL_NAMES:
        stem = stem.removeprefix(f"{name}.").removeprefix(f"{name}_").removeprefix(f"{name}-")
    return stem


def _beir(folder: Path, documents: Path) -> FolderFiles:
    """The files of a BEIR folder; judgments and queries beside it may be guessed by their names."""
    queries, unanswerable = (
        next(
            (folder / f"{stem}{suffix}" for suffix in (".jsonl", ".jsonl.gz", ".tsv")
             if (folder / f"{stem}{suffix}").is_file()),
            None,
        )
        for stem in ("queries", "unanswerable")
    )  # fmt: skip
    judged = qrels_files(folder / "qrels")
    beside = [
        path
        for path in sorted(folder.iterdir())
        if _is_rows(path) and not path.is_symlink() and path.is_file()
        and path not in (documents, queries, unanswerable)
    ]  # fmt: skip
    guessed: list[Path] = []
    if not judged:
        judged = _by_preference([path for path in beside if _has_name(path, BEIR_QRELS)])
        guessed += judged
    if queries is None:
        queries = next((path for path in beside if _has_name(path, BEIR_QUERIES)), None)
        guessed += [queries] if queries is not None else []
    others = [
        path
        for path in beside
        if path not in guessed and not _is_aside(path) and not _holds_facts(path)
    ]
    return FolderFiles(
        (documents,), (), queries, tuple(judged), tuple(others), beir=True,
        unanswerable=unanswerable, guessed=tuple(guessed),
    )  # fmt: skip


def _by_preference(paths: list[Path]) -> list[Path]:
    order = {name: place for place, name in enumerate(PREFERRED)}
    return sorted(paths, key=lambda path: (order.get(split_of(path), len(order)), path.name))


def _the_query_file(query_files: list[Path], qrels_files: list[Path]) -> Path | None:
    """The queries that go with the judgments that are read: queries.dev beside qrels.dev."""
    if len(query_files) < 2 or not qrels_files:
        return query_files[0] if query_files else None
    split = split_of(qrels_files[0])
    return next((path for path in query_files if split in path.name), query_files[0])


def _is_rows(path: Path) -> bool:
    suffix = base_suffix(path)
    return not path.name.startswith(".") and (
        suffix in (*data_suffixes(), ".txt", ".qrels", ".qrel") or _is_qrels(path)
    )


def _is_qrels(path: Path) -> bool:
    return base_suffix(path) in (".qrels", ".qrel") or _named(path, QREL_NAMES)


def _named(path: Path, names: tuple[str, ...]) -> bool:
    stem = path.name.casefold().split(".")[0].replace("-", "_")
    return stem in names or stem.split("_")[0] in names or stem.split("_")[-1] in names


def _is_aside(path: Path) -> bool:
    return path.name.casefold().split(".")[0] in ASIDE


def _has_name(path: Path, pattern: re.Pattern[str]) -> bool:
    return pattern.fullmatch(path.name.removesuffix(GZ_SUFFIX)) is not None


def _holds_facts(path: Path) -> bool:
    """Whether it is the file that an import writes beside its corpus."""
    if path.name != IMPORT_FACTS:
        return False
    try:
        with path.open("rb") as stream:
            facts = json.loads(stream.read(MOST_FACTS))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(facts, dict) and facts.keys() >= FACT_KEYS


def _holds_trec(path: Path) -> bool:
    if base_suffix(path) not in (".txt", ".trec", ".sgml", ".sgm", ".xml", ".dat"):
        return False
    try:
        return is_trec_documents(text_head(path).text)
    except Exception:
        return False


def _rest(files: list[Path], used: list[Path] | tuple[Path, ...]) -> tuple[Path, ...]:
    used_paths = set(used)
    return tuple(path for path in files if path not in used_paths)
