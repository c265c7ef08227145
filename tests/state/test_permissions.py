"""What visitors may do where other machines reach the server: nothing that is not allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit import config

from corpora.readers.tables.table_layout import Layout
from engine.types import CrossExamError
from jobs.job import Job
from jobs.visitor_jobs import Slot
from models.hub.remote_code import CodeFile, CodeNeed, allow, is_allowed
from state import permissions
from state.corpora import imports as corpus_import
from state.corpora import index_backend
from state.corpora import library as corpora
from state.corpora.imports import ImportRequest
from state.latency import measurements as latency_work
from state.models import catalogue
from state.models import code_consent as code_desk
from state.models import hub_downloads as hub_desk
from state.permissions import VARIABLE, Act, granted, is_local, refusal, require
from state.quality import auto_judge as quality_machine
from state.quality import judging
from state.quality import runs as quality
from state.search import additional_rankers as rerankers
from state.share import ballot_rounds, blind_votes, vote_set_up
from state.training import trainings as training
from state.visitor import visitor_jobs
from system.acts import OPEN, Actor
from tests.engine.share.votes.ballots import blind_vote

ADDRESSES = ("0.0.0.0", "::", "", None, "192.168.1.20", "lab.example.org", "unix:///run/x.sock")


@pytest.fixture
def reached(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that other machines can reach."""
    monkeypatch.delenv(VARIABLE, raising=False)
    with listening("0.0.0.0"):
        yield


class listening:  # noqa: N801
    """Streamlit's option `server.address` for a while."""

    def __init__(self, address: str | None) -> None:
        self._address, self._before = address, config.get_option("server.address")

    def __enter__(self) -> None:
        config.set_option("server.address", self._address)

    def __exit__(self, *_: object) -> None:
        config.set_option("server.address", self._before)


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1", "127.8.0.1"])
@pytest.mark.parametrize("act", list(Act))
def test_on_a_server_of_this_machine_alone_everything_is_allowed(address: str, act: Act) -> None:
    with listening(address):
        assert is_local()
        assert refusal(act) == ""
        require(act)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("act", sorted(set(Act) - OPEN))
def test_where_others_reach_the_server_every_act_is_refused_with_reason_and_remedy(
    address: str | None, act: Act, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with listening(address):
        said = refusal(act)
        assert "other machines can reach it" in said
        assert "cli.py" in said or "opens the app on the machine itself" in said
        assert said.endswith(f"{VARIABLE}={act}.")
        with pytest.raises(CrossExamError, match="turned off on this server"):
            require(act)


def test_a_name_for_other_machines_makes_a_server_on_loopback_one_of_theirs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A proxy of this machine passes on what comes from others."""
    with listening("localhost"):
        monkeypatch.setenv("CROSSEXAM_ALLOWED_HOSTS", "127.0.0.1, localhost")
        assert is_local()
        monkeypatch.setenv("CROSSEXAM_ALLOWED_HOSTS", "localhost, rank.example.org")
        assert not is_local()
        assert refusal(Act.DELETE)


def test_the_start_flag_allows_what_it_names_and_no_more(
    reached: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "training, Import-Path")
    assert granted() == {Act.TRAINING, Act.IMPORT_PATH}
    allowed = {act for act in Act if not refusal(act)}
    assert allowed == {Act.TRAINING, Act.IMPORT_PATH, *OPEN}
    monkeypatch.setenv(VARIABLE, "all")
    assert not any(map(refusal, Act))
    monkeypatch.setenv(VARIABLE, "training everything")
    with pytest.raises(CrossExamError, match="'everything', which is nothing that can be allowed"):
        refusal(Act.TRAINING)


def request(path: str, queries: str | None = None) -> ImportRequest:
    more = Path(queries) if queries else None
    return ImportRequest(Path(path), "mine", None, more, None, None, "", False, "utf-8")


NOTHING: Any = None

# What is open to all, and would be refused by a room that opens less.
OPEN_ACTS: list[tuple[Act, Callable[[], Any]]] = [
    (Act.IMPORT_UPLOAD, lambda: corpus_import.start(request("/etc/passwd"))),
    (Act.QUALITY_RUN, lambda: quality.start(NOTHING, [], [])),
    (Act.JUDGE, lambda: judging.apply(NOTHING, NOTHING, "Ada", [])),
    (Act.JUDGE, lambda: quality_machine.apply_to_proposals(NOTHING, NOTHING, "Ada", "t", [])),
    (Act.AUTO_JUDGE, lambda: quality_machine.start(NOTHING, NOTHING, "t", 10)),
    (
        Act.BLIND_VOTE,
        lambda: vote_set_up.start(NOTHING, title="", queries=[], pipelines=NOTHING, shown=5),
    ),
    (Act.BLIND_VOTE, lambda: ballot_rounds.keep(NOTHING, NOTHING, NOTHING, [])),
]
NOT_BY_SENTENCE = {
    Act.MODEL_CODE: "test_nobody_allows_code_and_nobody_takes_a_consent_back",
    Act.OTHERS_WORK: "test_the_work_of_others_is_shown_where_that_is_allowed",
}

ACTS: list[tuple[Act, Callable[[], Any]]] = [
    (Act.IMPORT_PATH, lambda: corpus_import.path_of("/etc")),
    (Act.IMPORT_PATH, lambda: corpus_import.start(request("/etc/passwd"))),
    (Act.IMPORT_PATH, lambda: corpus_import.previewed(Path("/etc/passwd"), "utf-8", Layout())),
    (Act.REPLACE_JUDGMENTS, lambda: corpus_import.start_adding("x", None, None, keep_good=True)),
    (Act.DELETE, lambda: corpora.delete("senses")),
    (Act.DELETE, lambda: quality.delete("0" * 16, "run")),
    (Act.DELETE, lambda: quality_machine.remove_all("0" * 16)),
    (Act.DELETE, lambda: blind_votes.delete(NOTHING)),
    (Act.DELETE, lambda: training.delete("distilled/x")),
    (Act.DELETE, lambda: training.discard("distilled/x")),
    (Act.INDEX_BACKEND, lambda: index_backend.choose("senses", "milvus")),
    (Act.INDEX_BACKEND, lambda: index_backend.keep(5, "", "")),
    (Act.MODEL, lambda: rerankers.add("/models/mine")),
    (Act.MODEL, lambda: rerankers.add("BAAI/bge-reranker-base#yes")),
    (Act.MODEL, lambda: rerankers.add("bi-encoder:/models/mine")),
    (Act.MODEL, lambda: rerankers.add("maxsim:/models/colbert")),
    (Act.MODEL, lambda: hub_desk.look_up("BAAI/bge-reranker-base")),
    (Act.MODEL, lambda: hub_desk.bring(None)),  # type: ignore[arg-type]
    (Act.ADDRESS, lambda: rerankers.add("tei:http://127.0.0.1:8080")),
    (Act.ADDRESS, lambda: rerankers.add("llm-listwise:http://127.0.0.1:1/v1#m")),
    (Act.ADDRESS, lambda: rerankers.add("cohere:rerank-v3.5", "key")),
    (
        Act.TRAINING,
        lambda: training.start(
            "distilled", "x", "senses", "p", teacher="t", questions="both", synthetic=1, unjudged=0,
            steps=1,
        ),
    ),
    (Act.TRAINING, lambda: training.resume("distilled/x")),
    (Act.SERVER_SETTINGS, catalogue.measure_backends),
    (Act.SERVER_SETTINGS, lambda: latency_work.apply_batches(latency_work.usual_batches())),
]  # fmt: skip


@pytest.mark.parametrize(("act", "attempt"), ACTS)
def test_no_way_around_the_page_does_what_is_refused(
    reached: None, act: Act, attempt: Callable[[], Any]
) -> None:
    with pytest.raises(CrossExamError) as refused:
        attempt()
    assert str(refused.value) == refusal(act)


@pytest.mark.parametrize(("act", "attempt"), OPEN_ACTS)
def test_what_is_open_to_all_can_be_closed_in_one_place(
    reached: None,
    monkeypatch: pytest.MonkeyPatch,
    act: Act,
    attempt: Callable[[], Any],
) -> None:
    assert refusal(act) == ""
    closed = Actor("v" * 43, is_owner=False, open=frozenset())
    monkeypatch.setattr(permissions, "actor", lambda: closed)
    with pytest.raises(CrossExamError) as refused:
        attempt()
    assert str(refused.value) == closed.refusal(act) != ""


def test_only_who_set_a_vote_up_ends_it(reached: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blind_votes, "visitor_id", lambda: "v" * 43)
    assert not blind_votes.may_end(blind_vote())
    with pytest.raises(CrossExamError, match=re.escape(refusal(Act.OTHERS_WORK))):
        blind_votes.end(blind_vote())
    assert blind_votes.may_end(replace(blind_vote(), owner=blind_votes.owner_of("v" * 43)))


def test_every_act_is_tried() -> None:
    tried = {act for act, _ in (*ACTS, *OPEN_ACTS)}
    assert tried | set(NOT_BY_SENTENCE) == set(Act)
    assert not tried & set(NOT_BY_SENTENCE)
    assert set(NOT_BY_SENTENCE.values()) <= set(globals())


@pytest.mark.parametrize("is_owner", [True, False])
def test_what_is_no_act_is_denied_to_everybody(is_owner: bool) -> None:
    everything = frozenset({*Act, "vote"})
    actor = Actor("v" * 43, is_owner, granted=everything, open=everything)
    for act in ("vote", "", "DELETE", "all", None):
        assert not actor.may(act)  # type: ignore[arg-type]
        with pytest.raises(CrossExamError, match="nothing that can be allowed"):
            actor.require(act)  # type: ignore[arg-type]
    assert actor.may(Act.DELETE)


def test_an_actor_without_a_grant_may_what_is_open_and_no_more() -> None:
    actor = Actor("secret" * 7, is_owner=False)
    assert {act for act in Act if actor.may(act)} == OPEN
    assert "secret" not in repr(actor)


def test_the_work_of_others_is_shown_where_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job: Job[Any] = Job("theirs", lambda _: 1)
    assert job.wait(20)
    visitor_jobs().of("someone else").keep(Slot.BACKEND_BENCHMARK, job)
    try:
        with listening("0.0.0.0"):
            assert catalogue.backend_benchmark() is None
            monkeypatch.setenv(VARIABLE, "others-work")
            assert catalogue.backend_benchmark() is job
        with listening("localhost"):
            assert catalogue.backend_benchmark() is job
    finally:
        visitor_jobs.clear()


def test_a_training_of_a_path_takes_what_adding_a_model_by_a_path_takes(
    reached: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "training")
    with pytest.raises(CrossExamError) as refused:
        training.start(
            "distilled", "x", "senses", "/models/mine", teacher="/models/theirs",
            questions="both", synthetic=1, unjudged=0, steps=1,
        )  # fmt: skip
    assert str(refused.value) == refusal(Act.MODEL)


def test_a_typed_address_of_milvus_is_asked_and_kept_by_nobody(
    reached: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "index-backend")
    with pytest.raises(CrossExamError) as refused:
        index_backend.keep(5, "http://127.0.0.1:1", "")
    assert str(refused.value) == refusal(Act.ADDRESS)
    index_backend.check("http://127.0.0.1:1", "")
    assert index_backend.message() == (refusal(Act.ADDRESS), True)


def test_nobody_allows_code_and_nobody_takes_a_consent_back(
    reached: None, session_cache: Path
) -> None:
    need = CodeNeed("me/mine", (CodeFile("a.py", 1, "0" * 40),), "/models/mine")
    assert not code_desk.may_allow()
    code_desk.let_run(need)
    assert not is_allowed(need)
    allow(need)
    code_desk.take_back(need.name)
    assert is_allowed(need)
    with listening("localhost"):
        code_desk.take_back(need.name)
    assert not is_allowed(need)


def test_what_is_the_apps_own_can_be_chosen_by_everyone(reached: None) -> None:
    for name in ("maxsim", "bi-encoder:BAAI/bge-small-en-v1.5"):
        assert rerankers.act_of(name) is None
        rerankers.add(name)
        rerankers.remove(name)


def test_an_uploaded_file_may_be_imported_and_a_path_beside_it_may_not(reached: None) -> None:
    inside, outside = corpus_import.uploads() / "ab" / "c.csv", "/etc/passwd"
    assert corpus_import._is_upload(inside)
    assert not corpus_import._is_upload(corpus_import.uploads() / ".." / "c.csv")
    with pytest.raises(CrossExamError, match="Importing from a path"):
        corpus_import.start(request(str(inside), outside))


def test_the_repositorys_own_settings_listen_on_this_machine_alone() -> None:
    assert permissions.rules().address == st.get_option("server.address") == "localhost"
    assert is_local()
