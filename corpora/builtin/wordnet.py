"""`wordnet`: the glosses of a WordNet that is installed here, one document a synset.

The files are those of wndb(5WN): data.noun, data.verb, data.adj and data.adv. Debian's
wordnet-base puts them into /usr/share/wordnet; WNSEARCHDIR names another folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from corpora.importing.corpus_builder import CorpusBuilder
from corpora.readers.input_errors import in_file, in_row, shown
from corpora.readers.read_options import ReadOptions
from corpora.readers.text_lines import text_lines
from corpora.stores.corpus import Corpus
from engine.types import CrossExamError, Document, Query

NAME = "wordnet"
USUAL = Path("/usr/share/wordnet")
FILES = ("data.noun", "data.verb", "data.adj", "data.adv")
KINDS = {"n": "noun", "v": "verb", "a": "adjective", "s": "adjective", "r": "adverb"}
LICENCE = "  "  # lines of the licence at a file's head begin with two blanks
EXAMPLES = (
    "a bank of a river",
    "the bank where money is kept",
    "a large snake that squeezes its prey",
    "to feel sorry for what one has done",
    "fear of being in closed spaces",
    "the study of birds",
    "happening every two years",
    "a person who pretends to be ill",
)


def folder() -> Path | None:
    """Where WordNet is installed, None where it is not."""
    folder_name = os.environ.get("WNSEARCHDIR")
    place = Path(folder_name).expanduser() if folder_name else USUAL
    try:
        return place if (place / FILES[0]).is_file() else None
    except OSError:
        return None


def open_wordnet() -> Corpus:
    """Every synset's gloss with its words as title; it has queries, no judgments."""
    place = folder()
    if place is None:
        raise CrossExamError(
            f"no WordNet in {USUAL}: install Debian's wordnet-base, or set WNSEARCHDIR to the "
            "folder that holds data.noun"
        )
    return read_wndb(place, NAME)


def read_wndb(place: Path, name: str, read_options: ReadOptions | None = None) -> Corpus:
    """The corpus in a folder of data files; an id is the kind and the synset's offset."""
    builder = CorpusBuilder(place, read_options)
    for file in FILES:
        path = place / file
        if not path.is_file():
            raise in_file(path, "a data file of WordNet is missing: install it whole")
        for line, document in _synsets(path, builder.read_options):
            builder.add(document, line)
    queries = tuple(Query(f"wordnet-{n}", text) for n, text in enumerate(EXAMPLES, start=1))
    return builder.corpus(name, source=place, description="WordNet's glosses", queries=queries)


def _synsets(path: Path, read_options: ReadOptions) -> Iterator[tuple[int, Document]]:
    for number, line in text_lines(path, read_options):
        if line.startswith(LICENCE) or not line.strip():
            continue
        with read_options.row():
            yield number, _synset(path, number, line)


def _synset(path: Path, number: int, line: str) -> Document:
    """The document of a line: offset, file, kind, count, words …, pointers … | gloss."""
    facts, bar, gloss = line.partition("|")
    cells = facts.split()
    try:
        offset, _, kind, count = cells[:4]
        words = cells[4 : 4 + 2 * int(count, 16) : 2]
        if not bar or not words or len(words) != int(count, 16) or not offset.isdigit():
            raise ValueError(line)
        part = KINDS[kind]
    except (ValueError, KeyError) as error:
        raise in_row(
            path, number, f"{shown(line.strip())} is no synset of wndb: install WordNet anew"
        ) from error
    # An adjective may carry its place in brackets: "galore(ip)".
    spelt = [word.split("(")[0].replace("_", " ") for word in words]
    return Document(
        doc_id=f"{'a' if kind == 's' else kind}{offset}",
        text=gloss.strip(),
        title=", ".join(dict.fromkeys(spelt)),
        fields={"kind": part},
    )
