"""`senses`: the bundled teaching corpus, written to separate the methods."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from corpora.readers.reader import read_corpus
from corpora.stores.corpus import Corpus
from engine.types import CrossExamError

NAME = "senses"
FOLDER = Path(__file__).parent / "bundled" / "senses"
DESCRIPTION = (
    "Short passages with graded judgments, written for CrossExam: ambiguous words, paraphrase, "
    "negation, word order, numbers and other cases that separate the methods"
)


def open_senses() -> Corpus:
    """The bundled corpus with its queries and judgments."""
    if not FOLDER.is_dir():
        raise CrossExamError(f"the bundled corpus {FOLDER} is missing: reinstall CrossExam")
    return replace(read_corpus(FOLDER, NAME), description=DESCRIPTION)
