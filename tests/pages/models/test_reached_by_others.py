"""The pages of a server that other machines reach: what is turned off says why and what to do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from state.permissions import Act, refusal
from tests.pages.driver import choose, finished, opened, said, says

CORPUS, TEACH = "pages/corpora/corpora.py", "pages/training/training.py"
MODELS, ABOUT = "pages/models/models.py", "pages/learn/about.py"


@pytest.fixture(autouse=True)
def reached(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv("CROSSEXAM_VISITORS_MAY", raising=False)
    before = config.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    yield
    config.set_option("server.address", before)


def view(name: str) -> AppTest:
    at = opened(CORPUS)
    at.toggle(key="corpus_view_expert").set_value(True)
    choose(finished(at), "corpus_view", name)
    return finished(at)


def keys(at: AppTest) -> set[str]:
    drawn = [*at.button, *at.text_input, *at.selectbox, *at.number_input]
    return {str(element.key) for element in drawn}


def test_a_path_cannot_be_typed_and_a_file_can_be_uploaded() -> None:
    at = view("Import")
    choose(at, "import_way", "A path on this server")
    at = finished(at)
    assert says(at, refusal(Act.IMPORT_PATH))
    assert "import_path" not in keys(at)
    choose(at, "import_way", "Upload a file")
    at = finished(at)
    assert not says(at, "turned off")
    assert at.get("file_uploader")


def test_what_serves_a_corpus_cannot_be_chosen() -> None:
    at = view("Index backend")
    assert says(at, refusal(Act.INDEX_BACKEND))
    assert not {"keep_engine", "serve_so", "milvus_token", "test_milvus"} & keys(at)


def test_nothing_is_trained() -> None:
    at = opened(TEACH)
    assert says(at, refusal(Act.TRAINING))
    assert "teach_start" not in keys(at)


def test_the_engines_are_not_measured() -> None:
    at = opened(ABOUT)
    assert says(at, refusal(Act.SERVER_SETTINGS))
    assert "measure_backends" not in keys(at)


@pytest.mark.parametrize(
    ("kind", "field", "typed", "act"),
    [
        ("cross-encoder", "ranker_model_cross-encoder", "/models/mine", Act.MODEL),
        ("tei", "ranker_address", "http://127.0.0.1:1", Act.ADDRESS),
    ],
)
def test_no_model_and_no_address_is_added(kind: str, field: str, typed: str, act: Act) -> None:
    at = opened(MODELS)
    assert {refusal(Act.MODEL), refusal(Act.ADDRESS)} <= set(said(at))
    assert not {"hub_name", "hub_look_up"} & keys(at)
    at.selectbox(key="ranker_kind").select(kind)
    at.run()
    at.text_input(key=field).input(typed)
    (submit,) = [button for button in at.button if button.label == "Add to Compare"]
    submit.click()
    at = finished(at)
    assert [e.value.replace("\\", "") for e in at.error] == [refusal(act)]
    assert says(at, "None yet")
