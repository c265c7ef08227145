"""What can be extended is one record: registered here, it is in every layer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from cli import main
from corpora.stores.run_store import RunStore
from engine.types import CROSS_ENCODER, Cancel, ScoredBatch
from engine.types.registries.parameters import PARAMETERS, Parameter
from state.app_resources import prepare
from state.quality import runs as quality
from tests.pages.driver import PATIENCE, choose, finished, opened, said, says, table

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
