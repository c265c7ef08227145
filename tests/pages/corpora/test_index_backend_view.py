"""The view Index backend of Corpora: what serves a corpus, a change, a cluster not there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from state.app_resources import preparations, workbench
from tests.pages.driver import choose, columns, finished, opened, said, says, table

CORPUS = "pages/corpora/corpora.py"


@pytest.fixture(autouse=True)
def settings_path(session_cache: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The settings' file, gone when the test ends, and every corpus opened anew then."""
    for name in ("CROSSEXAM_MILVUS_FROM", "CROSSEXAM_MILVUS_URI", "CROSSEXAM_MILVUS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    path = session_cache / "engine.json"
    yield path
    path.unlink(missing_ok=True)
    workbench().index_backends.remove(workbench().corpora.open("senses").info.fingerprint)
    workbench().forget_corpus("senses", indexes=True)
    preparations().forget("senses")


def view() -> AppTest:
    at = opened(CORPUS)
    at.toggle(key="corpus_view_expert").set_value(True)
    choose(finished(at), "corpus_view", "Index backend")
    return finished(at)


def press(at: AppTest, key: str) -> AppTest:
    (button,) = [b for b in at.button if b.key == key]
    button.click()
    return finished(at)


def test_the_view_says_what_serves_a_corpus_and_why() -> None:
    at = view()
    assert says(at, "senses (472 documents) is served by this process")
    assert says(at, "documents and more; this one has 472.")
    rows = table(at, "What each index backend does")
    assert rows[0][0]["text"] == "Dense search"


def test_a_corpus_is_put_into_milvus_and_searched_there() -> None:
    at = view()
    choose(at, "engine_of_senses_size", "milvus")
    at.run()
    at = press(at, "serve_so")
    assert says(at, "is served by Milvus Lite, a file on this machine"), said(at)
    assert says(at, "chosen for this corpus")
    compared = opened(q="python snake")
    cards = columns(compared)["bm25"]["cards"]
    assert cards
    assert columns(compared)["bi-encoder"]["cards"]
    assert (
        workbench().index_backends.serving(workbench().corpora.open("senses")).backend == "milvus"
    )


def test_a_cluster_that_does_not_answer_is_told_and_keeps_no_token(settings_path: Path) -> None:
    at = view()
    type_into(at, "milvus_address", "http://127.0.0.1:1")
    type_into(at, "milvus_token", "root:very-secret")
    at = press(at, "test_milvus")
    assert says(at, "nobody answers there")
    assert not any("very-secret" in text for text in said(at))
    type_into(at, "milvus_address", "nowhere")
    at = press(at, "keep_engine")
    assert says(at, "'nowhere' is no address of Milvus")
    assert not settings_path.exists()
    type_into(at, "milvus_address", "http://127.0.0.1:1")
    at = press(at, "keep_engine")
    assert says(at, "nobody answers there")
    assert not settings_path.exists(), "an address that refuses would fail every corpus it serves"
    type_into(at, "milvus_address", "")
    at.number_input(key="milvus_from_200000").set_value(150_000)
    at = press(at, "keep_engine")
    kept = "Milvus serves corpora of 150,000 documents and more, in files of this machine"
    assert kept in at.success[0].value.replace("\\", "")
    assert "very-secret" not in settings_path.read_text()


def type_into(at: AppTest, key: str, text: str) -> None:
    (box,) = [box for box in at.text_input if (box.key or "").startswith(key)]
    box.set_value(text)


def test_what_the_environment_says_cannot_be_changed_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CROSSEXAM_MILVUS_FROM", "5000")
    at = view()
    assert says(at, "CROSSEXAM_MILVUS_FROM is set in the environment")
    (size,) = [box for box in at.number_input if (box.key or "").startswith("milvus_from")]
    assert size.value == 5000
    assert size.disabled
