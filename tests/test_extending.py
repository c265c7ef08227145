"""What can be extended is one record: registered here, it is in every layer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

import cli
from cli import main
from corpora.stores.run_store import RunStore
from engine.types import CROSS_ENCODER, Cancel, ScoredBatch
from engine.types.registries.parameters import PARAMETERS, Parameter
from engine.types.registries.rankers import RANKERS, RankerKind
from state.app_resources import prepare
from state.quality import runs as quality
from tests.pages.driver import (
    COMPARE,
    PATIENCE,
    choose,
    columns,
    finished,
    opened,
    said,
    says,
    table,
)
from tests.pets import write_pets
from workbench.rankers import RANKER_LOADERS, RankerLoader

PRUNING: Parameter[int] = Parameter(
    name="pruning",
    default=0,
    label="Words that are pruned",
    widget="slider",
    low=0,
    high=9,
    url="prune",
    help="What each document loses before it is read.",
    flag="--pruned-words",
    flag_help="words that each document loses",
    stage=CROSS_ENCODER,
    named="pruned by {}",
)


@pytest.fixture
def pruning() -> Iterator[None]:
    PARAMETERS.register(PRUNING)
    yield
    PARAMETERS.unregister(PRUNING.name)


@pytest.mark.usefixtures("pruning")
def test_a_search_parameter_is_in_the_help_of_every_command_that_searches(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for command in ("rank", "evaluate", "judge"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        help_text = " ".join(capsys.readouterr().out.split())
        assert "--pruned-words PRUNING words that each document loses" in help_text, command


@pytest.mark.usefixtures("pruning")
def test_a_search_parameter_is_checked_where_the_cli_takes_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["rank", "snake", "--corpus", "senses", "--pruned-words", "10"]) == 2
    error = capsys.readouterr().err.strip()
    assert error == "crossexam: pruning is 10: give a number from 0 to 9"


@pytest.mark.usefixtures("pruning", "session_cache")
def test_a_search_parameter_is_read_from_a_link_drawn_in_the_bar_and_written_back() -> None:
    at = opened(prune="3")
    slider = at.slider(key="prune")
    assert (slider.label, slider.value, slider.min, slider.max) == (PRUNING.label, 3, 0, 9)
    assert at.query_params == {"prune": "3"}
    slider.set_value(5)
    assert finished(at).query_params == {"prune": "5"}
    at.slider(key="prune").set_value(0)
    assert finished(at).query_params == {}, "at its default"
    wrong = opened(prune="10")
    assert says(wrong, "The link has prune='10', which cannot be: give 0 to 9. "), said(wrong)
    assert wrong.slider(key="prune").value == 0


@pytest.mark.usefixtures("pruning", "session_cache")
def test_a_search_parameter_is_in_the_pipelines_of_quality_and_in_their_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store = RunStore(prepare("senses").result().corpus.info.fingerprint)
    monkeypatch.setattr(quality, "reranker_names", lambda: [LengthReranker.name])
    monkeypatch.setattr(quality, "loader", lambda: lambda _: LengthReranker())
    at = opened("pages/quality/quality.py", prune="3")
    choose(at, "quality_firsts", ["bm25"])
    choose(at, "quality_depths", [10])
    (number,) = [n for n in at.number_input if n.label.startswith("Queries (of")]
    number.set_value(2)
    finished(at)
    at.button(key="run_quality").click()
    finished(at)
    assert at.session_state["_quality_task"].wait(PATIENCE)
    finished(at)
    (run,) = store.runs()
    try:
        assert [values["pruning"] for values in run.head["pipelines"]] == [3, 3]
        rows = table(finished(at), "Quality and latency by pipeline")
        names = {row[0]["text"].partition(" · ")[2] for row in rows}
        assert names == {"BM25", "BM25 10 → length (pruned by 3)"}
    finally:
        store.delete(run.run_id)


class LengthReranker:
    """Scores a document by how short it is: deterministic, and done at once."""

    name = "test/length"

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        scores = tuple(-float(len(text)) for text in documents)
        if documents:
            yield ScoredBatch(tuple(range(len(documents))), scores, (0,) * len(documents), 0.01)

    def query_notice(self, query: str) -> str | None:
        return None


LENGTH = RankerKind(
    name="length",
    label="By length",
    usage="length:ORDER",
    model="short",
    about="Holds a short document for the best.",
    said="length, {model} first",
    unexplained="there is nothing to explain in a length",
)


@pytest.fixture
def length_kind() -> Iterator[None]:
    RANKERS.register(LENGTH)
    RANKER_LOADERS.register(RankerLoader(name=LENGTH.name, load=lambda *_: LengthReranker()))
    yield
    RANKERS.unregister(LENGTH.name)
    RANKER_LOADERS.unregister(LENGTH.name)


@pytest.mark.usefixtures("length_kind", "session_cache")
def test_a_kind_of_ranker_is_in_the_form_and_becomes_a_column_of_compare() -> None:
    at = opened("pages/models/models.py", q="python snake", depth="5")
    assert LENGTH.label in at.selectbox(key="ranker_kind").options
    at.selectbox(key="ranker_kind").select(LENGTH.name)
    assert says(at.run(), LENGTH.about)
    at.text_input(key="ranker_model_length").input("short")
    (submit,) = [button for button in at.button if button.label == "Add to Compare"]
    submit.click()
    assert says(finished(at), "length, short first")
    shown = columns(finished(at.switch_page(COMPARE)))
    assert len(shown["reranker:length:short"]["cards"]) == 5
    explained = finished(at.switch_page("pages/explain/explain.py"))
    assert says(explained, LENGTH.unexplained), said(explained)


@pytest.mark.usefixtures("length_kind", "session_models")
def test_a_kind_of_ranker_is_in_the_commands_help_and_output(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["rank", "--help"])
    assert LENGTH.usage in capsys.readouterr().out
    command = ["rank", "python snake", "--corpus", str(write_pets(tmp_path)), "--depth", "5"]
    assert cli.main([*command, "--reranker", "length:short", "--json"]) == 0
    rankings = {r["stage"]: r for r in json.loads(capsys.readouterr().out)["rankings"]}
    hits = rankings["reranker:length:short"]["hits"]
    lengths = [-hit["score"] for hit in hits if hit["doc_id"] != "empty"]  # wordless: put last
    assert len(hits) == 5
    assert lengths == sorted(lengths)


def test_every_kind_of_ranker_has_a_loader() -> None:
    assert RANKER_LOADERS.names == RANKERS.names
