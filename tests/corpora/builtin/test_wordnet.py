"""WordNet's files in the wndb format, on a few synsets written for the test."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.builtin import wordnet
from corpora.stores.library import Library
from engine.types import CrossExamError

HEAD = "  1 This line stands where the licence does.\n"
FILES = {
    "data.noun": HEAD
    + "00000049 03 n 02 bank 0 river_side 1 002 @ 00000123 n 0000 + 00000200 v 0101 "
    '| sloping land beside water; "they sat on the bank"  \n'
    + "00000123 03 n 01 slope 0 000 | ground that rises or falls\n",
    "data.verb": "00000200 41 v 01 bank 2 000 01 + 08 00 | put money away\n",
    "data.adj": "00000300 00 a 01 steep 0 000 | rising sharply\n"
    "00000310 00 s 0a b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 j 0 galore(ip) 0 000 | in great numbers\n",
    "data.adv": "00000400 02 r 01 steeply 0 000 | in a steep manner\n",
}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "wordnet"
    folder.mkdir()
    for name, content in FILES.items():
        (folder / name).write_text(content)
    monkeypatch.setenv("WNSEARCHDIR", str(folder))
    return folder


def test_every_synset_is_a_document_of_its_gloss_titled_by_its_words(installed: Path) -> None:
    corpus = wordnet.open_wordnet()
    found = {d.doc_id: (d.title, d.text) for d in corpus.store.get(corpus.store.ids())}
    assert found["n00000049"] == (
        "bank, river side",
        'sloping land beside water; "they sat on the bank"',
    )
    assert found["v00000200"] == ("bank", "put money away")
    assert found["a00000310"] == ("b, c, d, e, f, g, h, i, j, galore", "in great numbers")
    assert found["r00000400"] == ("steeply", "in a steep manner")
    assert (len(found), len(corpus.queries)) == (6, 8)
    assert corpus.store.get(["v00000200"])[0].fields == {"kind": "verb"}


def test_it_is_offered_where_it_is_installed_and_only_there(
    installed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert [entry.name for entry in Library().entries()] == ["senses", "pydoc", "wordnet"]
    assert Library().open("wordnet").info.documents == 6
    monkeypatch.setenv("WNSEARCHDIR", str(tmp_path / "nowhere"))
    assert [entry.name for entry in Library().entries()] == ["senses", "pydoc"]
    with pytest.raises(CrossExamError, match="no corpus, file or folder is called 'wordnet'"):
        Library().open("wordnet")
    with pytest.raises(CrossExamError, match="wordnet-base"):
        wordnet.open_wordnet()


@pytest.mark.parametrize(
    "line",
    ["00000049 03 n 02 bank 0 | gloss", "0x 03 n 01 a 0 | g", "00000001 03 n 01 a 0 no gloss", "x"],
)
def test_a_line_that_is_no_synset_is_named(installed: Path, line: str) -> None:
    (installed / "data.adv").write_text(HEAD + line + "\n")
    with pytest.raises(CrossExamError, match=r"data\.adv:2: .* is no synset"):
        wordnet.open_wordnet()


def test_a_missing_file_is_named(installed: Path) -> None:
    (installed / "data.verb").unlink()
    with pytest.raises(CrossExamError, match=r"data\.verb: a data file of WordNet is missing"):
        wordnet.open_wordnet()


@pytest.mark.skipif(
    not (wordnet.USUAL / "data.noun").is_file(), reason="wordnet-base is not installed"
)
def test_the_installed_wordnet_has_all_its_glosses() -> None:
    corpus = wordnet.read_wndb(wordnet.USUAL, "wordnet")
    assert corpus.info.documents == 117_659
