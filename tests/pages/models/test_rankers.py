"""Additional rerankers on screen: chosen on Models, drawn in Compare, and never by a link."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

import cli
from engine.search.stages.reranker_selftest import DOCUMENTS
from jobs.visitor_jobs import Slot
from models.hub.hub_download import HubFile, HubPlan
from state.models import hub_downloads as hub_desk
from tests.models.loopback import Answer, Asked, loopback
from tests.models.loopback import says as answered
from tests.pages.driver import (
    ATTENTION,
    COMPARE,
    columns,
    components,
    finished,
    job_of,
    opened,
    said,
    says,
    searches,
    table,
)

MODELS = "pages/models/models.py"
MAXSIM_PAGE = "pages/explain/maxsim.py"
KEY = "sk-typed-by-a-visitor"


def by_length(asked: Asked) -> Answer:
    """A TEI server that holds the longest text for the best."""
    rows = [{"index": i, "score": len(text) / 100} for i, text in enumerate(asked.body["texts"])]
    return answered(rows)


def add_tei(at: AppTest, address: str, key: str = "") -> AppTest:
    at.selectbox(key="ranker_kind").select("tei")
    at.run()
    at.text_input(key="ranker_address").input(address)
    at.text_input(key="ranker_key").input(key)
    (submit,) = [button for button in at.button if button.label == "Add to Compare"]
    submit.click()
    return finished(at)


def self_tested(at: AppTest) -> AppTest:
    at.button(key="self_test").click()
    at.run()
    task = job_of(at, Slot.SELF_TEST)
    assert task.wait(200)
    return at.run()


def test_the_catalogue_shows_packaged_models_hub_models_and_services() -> None:
    rows = table(opened(MODELS), "The models")
    names = [row[0]["text"] for row in rows]
    assert "BAAI/bge-small-en-v1.5" in names
    assert "cross-encoder/ms-marco-electra-base" in names
    assert "Cohere Rerank" in names
    here = {row[0]["text"]: row[6]["text"] for row in rows}
    assert here["BAAI/bge-small-en-v1.5"] == "yes"
    assert here["cross-encoder/ms-marco-electra-base"] == "no"


def test_the_command_lists_what_the_page_lists(capsys: pytest.CaptureFixture[str]) -> None:
    rows = table(opened(MODELS), "The models")
    capsys.readouterr()
    assert cli.main(["models", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in listed] == [row[0]["text"] for row in rows]
    assert [row["available"] for row in listed] == [row[6]["text"] == "yes" for row in rows]


def test_the_self_test_scores_three_known_pairs() -> None:
    at = self_tested(opened(MODELS))
    assert says(at, "passed")
    rows = table(at, "The self-test")
    assert rows[0][1]["text"] == DOCUMENTS[0]
    assert float(rows[0][2]["text"]) == pytest.approx(9.14, abs=0.05)
    assert float(rows[1][2]["text"].replace("−", "-")) == pytest.approx(-2.158, abs=0.05)


def test_a_chosen_server_becomes_a_column_of_compare_and_its_key_is_nowhere() -> None:
    with loopback(by_length) as server:
        at = add_tei(opened(MODELS, q="python snake", depth="5"), server.address, KEY)
        assert says(at, f"127.0.0.1:{server.address.rpartition(':')[2]} (tei)")
        finished(at.switch_page(COMPARE))
        stage = f"reranker:tei:{server.address}"
        shown = columns(at)
        assert [len(shown[name]["cards"]) for name in (stage, "cross-encoder")] == [5, 5]
        assert shown[stage]["kind"] == "logit"
        assert says(at, "consumed for this query: 1 request; the cost is not known")
        assert {asked.headers["Authorization"] for asked in server.asked} == {f"Bearer {KEY}"}
        assert len(server.asked) == 1
    assert at.query_params["rankers"] == f"tei:{server.address}", "its name, and no key"
    assert KEY not in " ".join(said(at)) + str(at.query_params)


def test_a_link_only_offers_a_ranker_that_is_sent_texts_until_the_visitor_agrees() -> None:
    with loopback(by_length) as server:
        name = f"tei:{server.address}"
        at = opened(q="python snake", depth="5", rankers=f"maxsim,{name}")
        assert server.asked == []
        assert set(columns(at)) >= {"reranker:maxsim"}, "of the app's own, so it is used at once"
        assert says(at, "is sent the query and the texts of documents, at 127.0.0.1")
        assert at.query_params["rankers"] == "maxsim"
        at.button(key="offered_0_leave").click()
        assert not says(finished(at), "until you agree")
        assert server.asked == []
        again = opened(q="python snake", depth="5", rankers=name)
        again.button(key="offered_0_use").click()
        assert f"reranker:{name}" in columns(finished(again))
        assert len(server.asked) == 1


@pytest.mark.parametrize("names", ["tei:", "https://example.com/x", "a,b,c,d,e,f", "maxsim,maxsim"])
def test_a_link_whose_rankers_cannot_be_says_so(names: str) -> None:
    at = opened(rankers=names)
    assert says(at, f"The link has rankers={names!r}, which cannot be: give the names of at most 5")
    assert not says(at, "until you agree")


def test_an_address_with_a_password_is_in_no_link() -> None:
    at = opened(MODELS)
    at.session_state["_rerankers"] = ("tei:http://me:secret@127.0.0.1:9", "maxsim")
    assert finished(at).query_params == {"rankers": "maxsim"}


def test_attention_says_of_which_rerankers_only_a_score_is_known() -> None:
    with loopback(by_length) as server:
        at = add_tei(opened(MODELS, q="python snake", depth="5"), server.address)
        finished(at.switch_page(ATTENTION))
        assert says(at, "Not explained here: 127.0.0.1")
        assert says(at, "for a server gives scores alone")


def test_a_server_that_fails_is_told_and_can_be_tried_again() -> None:
    with loopback(answered({"error": "no"}, 422), by_length) as server:
        at = add_tei(opened(MODELS, q="python snake", depth="5"), server.address)
        finished(at.switch_page(COMPARE))
        assert says(at, "HTTP 422, 'no'")
        stage = f"reranker:tei:{server.address}"
        assert columns(at)[stage]["empty"][0] == "Failed"
        assert len(columns(at)["cross-encoder"]["cards"]) == 5
        at.button(key="try_again").click()
        at.run()
        assert all(search.job.wait(200) for search in searches(at).values())
        at.run()
        assert not says(at, "HTTP 422")
        assert len(columns(at)[stage]["cards"]) == 5


def test_the_self_test_of_a_server_tells_what_is_wrong() -> None:
    with loopback(answered({}, 401)) as server:
        at = add_tei(opened(MODELS), server.address, KEY)
        at.selectbox(key="self_test_of").select(f"tei:{server.address}")
        at.run()
        at = self_tested(at)
        assert says(at, "refuses the key (HTTP 401)")
    at.button(key="remove_0").click()
    finished(at)
    assert says(at, "None yet")


def test_what_cannot_be_added_is_told() -> None:
    at = add_tei(opened(MODELS), "")
    assert says(at, "has no address")
    assert says(at, "None yet")


def test_the_hub_is_asked_only_on_the_button_and_then_tells_size_and_licence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def told(name: str) -> HubPlan:
        asked.append(name)
        files = (HubFile("model.safetensors", 90_000_000, ""),)
        return HubPlan(name, "a" * 40, "apache-2.0", files, 0, 10**12)

    monkeypatch.setattr(hub_desk, "plan", told)
    at = opened(MODELS)
    assert asked == []
    at.button(key="hub_look_up").click()
    at.run()
    assert job_of(at, Slot.HUB_LOOKUP).wait(60)
    at.run()
    assert asked == ["cross-encoder/ms-marco-MiniLM-L-6-v2"]
    assert says(at, "90 MB in 1 files; licence: apache-2.0. 1,000.0 GB of the disk are free.")
    assert at.button(key="hub_bring").label == "Download 90 MB"


def test_a_link_chooses_no_reranker() -> None:
    at = opened(q="python snake", depth="5", rerankers="tei:http://127.0.0.1:1")
    assert set(columns(at)) == {"bm25", "bi-encoder", "hybrid", "cross-encoder"}


def test_maxsim_shows_the_whole_matrix_and_its_maxima_sum_to_the_score() -> None:
    at = opened(MAXSIM_PAGE, q="python snake", depth="5")
    (matrix,) = components(at, "crossexam_maxsim_matrix")
    assert len(matrix["cosines"]) == len(matrix["query"]) == 32
    assert {len(row) for row in matrix["cosines"]} == {len(matrix["document"])}
    assert sum(map(float, matrix["maxima"])) == pytest.approx(float(matrix["score"]), abs=0.002)
    for row, best, value in zip(matrix["cosines"], matrix["best"], matrix["maxima"], strict=True):
        assert row[best] == max(row)
        assert row[best] == pytest.approx(float(value), abs=1e-4)
    specials = [matrix["query"][row] for row in matrix["special"]]
    assert len(specials) == 30
    assert set(specials) <= {"[CLS]", "[SEP]", "[MASK]", "[Q]", "[unused0]"}
    own = sum(float(v) for r, v in enumerate(matrix["maxima"]) if r not in matrix["special"])
    total = own + float(matrix["folded"]["sum"])
    assert total == pytest.approx(float(matrix["score"]), abs=0.002)
    assert says(at, f"MaxSim {matrix['score']}")
    assert says(at, "not ColBERT as published")
