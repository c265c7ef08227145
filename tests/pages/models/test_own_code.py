"""A model's own Python code on the Models page: warned of, allowed in two steps, taken back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import transformers
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from jobs.visitor_jobs import Slot
from models.hub.hub_download import HubFile, HubPlan
from models.hub.remote_code import is_allowed
from state.models import code_consent as code_desk
from state.models import hub_downloads as hub_desk
from tests.models.tiny_own_code import CODE, FILE, MARK, save_own_code
from tests.pages.driver import columns, finished, job_of, opened, says, table
from tests.pages.explain.test_labels import added
from tests.pages.models.test_rankers import MODELS


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    modules = str(tmp_path / "modules")
    monkeypatch.setattr(transformers.dynamic_module_utils, "HF_MODULES_CACHE", modules)
    monkeypatch.syspath_prepend(modules)
    monkeypatch.delenv(MARK, raising=False)
    monkeypatch.setattr(code_desk, "may_allow", lambda: True)  # an AppTest has no peer
    yield save_own_code(tmp_path / "tiny-own")
    os.environ.pop(MARK, None)


def pressed(at: AppTest, label: str) -> Button:
    """The one button of that label."""
    (found,) = [one for one in at.button if one.label == label]
    return found


def consented(at: AppTest, name: str) -> AppTest:
    (read,) = [box for box in at.checkbox if box.label.startswith("I have read this code")]
    read.check()
    (typed,) = [box for box in at.text_input if box.label.startswith("Type the model")]
    typed.input(name)
    return at.run()


def test_code_runs_only_after_a_warning_a_tick_and_the_typed_name(folder: str) -> None:
    at = added(opened(MODELS, q="python snake", depth="5"), folder)
    assert says(at, "brings Python code of its own: 1 file,")
    assert says(at, "It would run inside this server with all its rights")
    rows = table(at, "The Python files")
    assert [cell["text"] for cell in rows[0][:2]] == [FILE, f"{len(CODE.encode()):,}"]
    assert rows[0][2]["note"].startswith("SHA-256 ")
    assert [block.value for block in at.code] == [CODE.strip()]
    stage = f"reranker:{folder}"
    finished(at.switch_page("pages/search/compare.py"))
    assert columns(at)[stage]["empty"][0] == "Failed"
    assert says(at, "not run unless you allow it")
    assert MARK not in os.environ

    finished(at.switch_page(MODELS))
    allow = pressed(at, "Allow this code to run")
    assert allow.disabled
    consented(at, "another/name")
    assert pressed(at, "Allow this code to run").disabled
    consented(at, folder)
    pressed(at, "Allow this code to run").click()
    finished(at)
    assert says(at, "runs Python code of its own, as you allowed it to")
    finished(at.switch_page("pages/search/compare.py"))
    assert len(columns(at)[stage]["cards"]) == 5
    assert os.environ[MARK] == "yes"

    finished(at.switch_page(MODELS))
    pressed(at, "Undo").click()
    finished(at)
    assert says(at, "It would run inside this server with all its rights")


def test_a_change_of_the_code_asks_again(folder: str) -> None:
    at = added(opened(MODELS), folder)
    consented(at, folder)
    pressed(at, "Allow this code to run").click()
    finished(at)
    (Path(folder) / FILE).write_text(CODE + "# more\n")
    finished(at)
    assert says(at, "You allowed other files of it on 20")
    assert pressed(at, "Allow this code to run").disabled


def test_a_visitor_from_elsewhere_cannot_allow_code(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(code_desk, "may_allow", lambda: False)
    at = added(opened(MODELS), folder)
    assert says(at, "Only a visitor at the server's own machine can allow it here")
    assert says(at, "--trust-remote-code")
    assert not [one for one in at.button if one.label == "Allow this code to run"]


def test_a_link_allows_nothing(folder: str) -> None:
    at = opened(MODELS, q="python snake", trust_remote_code=folder, rerankers=folder)
    assert not says(at, "brings Python code")


def test_code_on_the_hub_is_listed_and_comes_only_once_it_is_allowed(
    folder: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path))
    code = (HubFile("own.py", 2_000_000, "", "b" * 40),)

    def told(name: str) -> HubPlan:
        weights = (HubFile("model.safetensors", 90_000_000, ""),)
        found = HubPlan(name, "a" * 40, "apache-2.0", weights, 0, 10**12, code)
        need = found.need
        return found.with_code() if need is not None and is_allowed(need) else found

    monkeypatch.setattr(hub_desk, "plan", told)
    at = opened(MODELS)

    def looked_up() -> AppTest:
        assert job_of(at, Slot.HUB_LOOKUP).wait(60)
        return at.run()

    at.button(key="hub_look_up").click()
    at.run()
    looked_up()
    assert at.button(key="hub_bring").label == "Download 90 MB"
    assert says(at, "revision aaaaaaaaaaaa")
    rows = table(at, "The Python files")
    assert rows[0][2]["note"] == "git SHA-1 bbbbbbbbbbbbbbbb bbbbbbbbbbbbbbbb bbbbbbbb"
    consented(at, "cross-encoder/ms-marco-MiniLM-L-6-v2")
    pressed(at, "Allow this code to run").click()
    at.run()
    looked_up()
    assert at.button(key="hub_bring").label == "Download 92 MB"
    assert not says(at, "brings Python code")
