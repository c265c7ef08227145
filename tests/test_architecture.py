"""The pictures of the architecture show the code as it is; its answers name what is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from corpora.builtin.senses import open_senses
from corpora.readers.reader import read_corpus
from engine.quality.evaluation import evaluate
from engine.types import Hit, Qrel, Ranking, Run
from engine.types.registries.measures import MEASURES, Measure
from tests import architecture
from tests.architecture import PAGE, drawn, layers, walk
from tests.pages.driver import PATIENCE
from tests.test_structure import ROOT


def test_the_pictures_are_those_of_the_code() -> None:
    text = PAGE.read_text("utf-8")
    assert text == drawn(text), "draw them anew: python -m tests.architecture"


def test_every_file_and_folder_that_the_pages_name_is_there() -> None:
    for page in (PAGE, ROOT / "CONTRIBUTING.md"):
        named = re.findall(r"`([\w./-]+(?:\.(?:py|js|css|md)|/))`", page.read_text("utf-8"))
        assert named
        assert [n for n in named if "AREA" not in n and not (ROOT / n).exists()] == []


def test_the_layers_rest_on_one_another_in_one_direction() -> None:
    arrows = set(re.findall(r"(\w+) --> (\w+)", layers()))
    assert len(arrows) >= 10
    assert not {(b, a) for a, b in arrows} & arrows


def test_a_walk_whose_caller_calls_no_more_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "`Pipeline.stream`" in walk()
    step = ("engine/search/pipeline.py", "Pipeline.run", "engine/search/fusion.py", "no_such")
    monkeypatch.setattr(architecture, "WALK", (step,))
    with pytest.raises(LookupError, match="no longer calls no_such"):
        walk()


def test_an_outdated_picture_is_seen() -> None:
    text = PAGE.read_text("utf-8")
    assert drawn(text.replace("flowchart TD", "flowchart LR")) == text
    assert text.replace("flowchart TD", "flowchart LR") != text


def sections() -> dict[str, str]:
    """What CONTRIBUTING.md says of each thing that can be added."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_adding_anything_takes_at_most_eight_lines_of_words() -> None:
    assert len(sections()) >= 5
    for title, text in sections().items():
        lines = [line for line in text.splitlines() if line.strip() and not line.startswith("```")]
        assert len(lines) <= 8, title


def example(title: str) -> str:
    """The code of a section, as it stands in the page."""
    (code,) = re.findall(r"```python\n(.*?)```", sections()[title], re.DOTALL)
    return str(code)


FRAME = """
from state import url_state
from state.corpora.library import corpus_names
from state.share import page_link

page_link.begin("size", url_state.link_names({"size": ()}, corpus_names()))
"""


@pytest.mark.usefixtures("session_cache")
def test_the_page_of_the_instructions_works_as_written() -> None:
    at = AppTest.from_string(FRAME + example("Add a page"), default_timeout=PATIENCE).run()
    assert not at.exception
    (metric,) = at.metric
    assert (metric.label, metric.value) == ("senses", f"{open_senses().info.documents:,} documents")


def test_the_reader_of_the_instructions_works_as_written(tmp_path: Path) -> None:
    from corpora.readers.tables import row_formats
    from corpora.readers.text_lines import text_lines

    exec(example("Add a corpus reader"), {**vars(row_formats), "text_lines": text_lines})
    try:
        (tmp_path / "my.notes").write_text(
            "a: The crane lifts.\n\nb: The crane: a bird.\n", "utf-8"
        )
        corpus = read_corpus(tmp_path / "my.notes", "notes")
        texts = [document.text for document in corpus.store.get(["a", "b"])]
        assert texts == ["The crane lifts.", "The crane: a bird."]
        assert read_corpus(tmp_path, "folder").info.documents == 2
    finally:
        row_formats.ROW_FORMATS.unregister("notes")


def test_the_measure_of_the_instructions_works_as_written() -> None:
    names: dict[str, Any] = {"Measure": Measure}
    exec(example("Add a measure"), names)  # the page's own example
    MEASURES.register(names["SUCCESS"])
    try:
        ranking = Ranking("bm25", "BM25", (Hit("a", 2.0, 1), Hit("b", 1.0, 2)))
        evaluation = evaluate(Run("mine", {"q": ranking}), [Qrel("q", "b", 1)], depth=10)
        assert evaluation.mean["Success@5"] == 1.0
    finally:
        MEASURES.unregister("Success@5")
