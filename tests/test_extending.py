"""What can be extended is one record: registered here, it is in every layer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import cli
from cli import main
from corpora.stores.run_store import RunStore, SavedRun
from engine.types import CROSS_ENCODER, Attribution, Cancel, CrossExamError, Reranker, ScoredBatch
from engine.types.registries.explanation_methods import ExplanationMethod, ExplanationOptions
from engine.types.registries.measures import MAP, MEASURES, Measure
from engine.types.registries.rankers import RANKERS, RankerKind
from engine.types.registries.search_parameters import PARAMETERS, Parameter
from jobs.visitor_jobs import Slot
from state.app_resources import prepare
from state.quality import runs as quality
from tests.pages.driver import (
    COMPARE,
    PATIENCE,
    choose,
    columns,
    components,
    finished,
    job_of,
    opened,
    said,
    says,
    table,
)
from tests.pets import write_pets
from workbench.registries.explanations import EXPLANATIONS
from workbench.registries.rankers import RANKER_LOADERS, RankerLoader

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
    with quality_run(monkeypatch, prune="3") as (at, run):
        assert [values["pruning"] for values in run.head["pipelines"]] == [3, 3]
        rows = table(at, "Quality and latency by pipeline")
        names = {row[0]["text"].partition(" · ")[2] for row in rows}
        assert names == {"BM25", "BM25 10 → length (pruned by 3)"}


RANK_OF_FIRST = Measure(
    family="First",
    cutoff=10,
    definition="the rank of the first relevant document, 11 where none is in the top 10",
    note="rank of the first relevant",
    function=lambda ids, grades: float(
        next((rank for rank, doc_id in enumerate(ids, 1) if grades.get(doc_id, 0) > 0), 11)
    ),
    higher_is_better=False,
    worst=11.0,
    form=".1f",
)


@pytest.fixture
def rank_of_first() -> Iterator[None]:
    MEASURES.register(RANK_OF_FIRST)
    yield
    MEASURES.unregister(RANK_OF_FIRST.name)


@pytest.mark.usefixtures("rank_of_first")
def test_a_measure_is_in_the_help_the_columns_and_the_json_of_the_cli(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["compare", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert f"First@10: {RANK_OF_FIRST.definition}" in told
    for name, listed in (("a", "x y z"), ("b", "z y x")):
        rows = [
            f"q Q0 {doc} {rank} {9 - rank} {name}" for rank, doc in enumerate(listed.split(), 1)
        ]
        (tmp_path / name).write_text("\n".join(rows) + "\n")
    (tmp_path / "qrels").write_text("q 0 x 1\n")
    command = ["compare", str(tmp_path / "b"), str(tmp_path / "a")]
    command += ["--qrels", str(tmp_path / "qrels"), "--measure", "First@10"]
    assert cli.main([*command, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [row["First@10"] for row in result["runs"]] == [3.0, 1.0]
    assert (result["measure"], result["difference"], result["better"]) == ("First@10", -2.0, 1)
    assert cli.main(command) == 0
    out = capsys.readouterr().out
    assert "First@10" in out.splitlines()[0]
    assert "−2.000 First@10" in out, "lower is better here, so one query is better"
    assert "1 query better, 0 worse" in out
    assert out.index("won most") < out.index("q    ")
    assert "lost most" not in out


@pytest.mark.usefixtures("rank_of_first", "session_cache")
def test_a_measure_is_in_the_table_and_the_choices_of_quality(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with quality_run(monkeypatch) as (at, _):
        (drawn,) = [
            view
            for view in components(at, "crossexam_plain_table")
            if view["caption"] == "Quality and latency by pipeline"
        ]
        titles = [column["title"] for column in drawn["columns"]]
        place = titles.index("First@10")
        assert drawn["columns"][place]["note"] == RANK_OF_FIRST.note
        cells = [row[place] for row in drawn["rows"]]
        least = min(float(cell["text"]) for cell in cells)
        assert {cell["text"] for cell in cells if cell["tag"] == "best"} == {f"{least:.1f}"}
        box = at.selectbox(key="quality_measure")
        assert "First@10" in box.options
        box.set_value("First@10")
        finished(at)
        assert says(at, " First@10, 95% interval ")


FIRST_WORD = ExplanationMethod(
    name="the first word",
    label="First word alone",
    description="The whole logit goes to the query's first word.",
    command="first-word",
)


def first_word(explainer: Any, query: str, document: str, _: ExplanationOptions) -> Attribution:
    """The logit for the first word, nothing for the others."""
    pair = explainer.tokenized(query, document)
    words = (*pair.words("query"), *pair.words("document"))
    (score,) = explainer.scores(query, document, [()])
    return Attribution(
        method=FIRST_WORD.name,
        words=tuple(word.text for word in words),
        values=(score, *(0.0 for _ in words[1:])),
        baseline_score=None,
        score=score,
        residual=None,
        segments=tuple(word.segment for word in words),
    )


@pytest.fixture
def first_word_method() -> Iterator[None]:
    EXPLANATIONS.register(FIRST_WORD, first_word)
    yield
    EXPLANATIONS.unregister(FIRST_WORD.name)


@pytest.mark.usefixtures("first_word_method", "session_models")
def test_an_explanation_method_is_in_the_help_and_the_output_of_the_cli(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        cli.main(["explain", "--help"])
    told = " ".join(capsys.readouterr().out.split())
    assert f"first-word: {FIRST_WORD.label}. {FIRST_WORD.description}" in told
    doc_id = prepare("senses").result().corpus.store.ids()[0]
    command = ["explain", "python snake", doc_id, "--corpus", "senses"]
    command += ["--method", "first-word"]
    assert cli.main([*command, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["method"] == FIRST_WORD.name
    assert (result["words"][0], result["values"][0]) == ("python", result["score"])
    assert cli.main(command) == 0
    assert f", {FIRST_WORD.name}\n" in capsys.readouterr().out


@pytest.mark.usefixtures("first_word_method", "session_cache")
def test_an_explanation_method_is_a_choice_of_explain_and_draws_its_words() -> None:
    at = opened("pages/explain/explain.py")
    choose(at, "attention_mode", "Any two texts")
    at.run()
    at.text_input(key="own_query").input("python snake")
    at.text_area(key="own_first").input("Ball python care guide")
    at.text_area(key="own_second").input("")
    explained(at)
    assert not at.error, said(at)
    groups: list[Any] = [*at.get("button_group")]
    (methods,) = [group for group in groups if group.key == "explain_method"]
    assert FIRST_WORD.label in methods.options
    choose(at, "explain_method", FIRST_WORD.name)
    explained(at)
    logit = components(at, "crossexam.word_attribution")[0]
    assert logit["groups"][0]["words"] == ["python", "snake"]
    assert logit["groups"][0]["weights"] == [-1.0, 0.0], "the logit of this pair is negative"
    assert says(at, FIRST_WORD.description)
    assert says(at, f"can “{FIRST_WORD.label}” be trusted here?")
    assert says(at, f"and {FIRST_WORD.name}: ") or says(at, f"{FIRST_WORD.name[1:]} and ")


def explained(at: AppTest) -> AppTest:
    """The page when all that it wants is there."""
    finished(at)
    assert at.session_state["_explaining"].wait_all(PATIENCE)
    return finished(at)


def test_a_name_is_registered_once_and_what_is_not_there_is_said_with_what_is() -> None:
    with pytest.raises(CrossExamError, match=r"measure 'MAP' is registered already"):
        MEASURES.register(MAP)
    with pytest.raises(CrossExamError, match=r"no measure is called 'ERR': choose one of nDCG@10"):
        MEASURES.unregister("ERR")


class LengthReranker(Reranker):
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
    RANKER_LOADERS.register(LENGTH, RankerLoader(lambda *_: LengthReranker()))
    yield
    RANKER_LOADERS.unregister(LENGTH.name)


def added_by_the_form() -> AppTest:
    """The page Models, on which a visitor has added the ranker of this kind."""
    at = opened("pages/models/models.py", q="python snake", depth="5")
    assert LENGTH.label in at.selectbox(key="ranker_kind").options
    at.selectbox(key="ranker_kind").select(LENGTH.name)
    assert says(at.run(), LENGTH.about)
    at.text_input(key="ranker_model_length").input("short")
    (submit,) = [button for button in at.button if button.label == "Add to Compare"]
    submit.click()
    assert says(finished(at), "length, short first")
    return at


@pytest.mark.usefixtures("length_kind", "session_cache")
def test_a_kind_of_ranker_is_in_the_form_and_becomes_a_column_of_compare() -> None:
    at = added_by_the_form()
    shown = columns(finished(at.switch_page(COMPARE)))
    assert len(shown["reranker:length:short"]["cards"]) == 5
    explained = finished(at.switch_page("pages/explain/explain.py"))
    assert says(explained, LENGTH.unexplained), said(explained)


@pytest.mark.usefixtures("length_kind", "session_cache")
def test_a_kind_of_ranker_is_timed_in_latency() -> None:
    at = finished(added_by_the_form().switch_page("pages/latency/latency.py"))
    charts = [json.loads(node.proto.spec) for node in at.get("plotly_chart")]
    (bars,) = charts[0]["data"]
    labels = [label for label, *_ in bars["customdata"] if "length, short first" in label]
    steps = [label.removeprefix("length, short first · ") for label in labels]
    assert steps == ["load", "read", "tokenise", "score", "sort"]


@pytest.mark.usefixtures("length_kind", "session_cache")
def test_a_kind_of_ranker_is_a_reranker_of_quality() -> None:
    at = finished(added_by_the_form().switch_page("pages/quality/quality.py"))
    choose(at, "quality_rerankers length:short", ["length:short"])
    with saved_run(at) as (_, run):
        assert [values["reranker"] for values in run.head["pipelines"]] == ["", "length:short"]
        rows = table(at, "Quality and latency by pipeline")
        assert [row[0]["text"] for row in rows] == ["1 · BM25", "2 · BM25 10 → length:short"]


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


@contextmanager
def quality_run(monkeypatch: pytest.MonkeyPatch, **url: str) -> Iterator[tuple[AppTest, SavedRun]]:
    """Quality with a run of two queries, after a press of the button; deleted in the end."""
    monkeypatch.setattr(quality, "reranker_names", lambda: [LengthReranker.name])
    monkeypatch.setattr(quality, "loader", lambda: lambda _: LengthReranker())
    with saved_run(opened("pages/quality/quality.py", **url)) as saved:
        yield saved


@contextmanager
def saved_run(at: AppTest) -> Iterator[tuple[AppTest, SavedRun]]:
    """The page Quality after its button ran BM25 and the chosen rerankers on two queries."""
    store = RunStore(prepare("senses").result().corpus.info.fingerprint)
    choose(at, "quality_firsts", ["bm25"])
    choose(at, "quality_depths", [10])
    (number,) = [n for n in at.number_input if n.label.startswith("Queries (of")]
    number.set_value(2)
    finished(at)
    at.button(key="run_quality").click()
    finished(at)
    assert job_of(at, Slot.QUALITY_RUN).wait(PATIENCE)
    finished(at)
    (run,) = store.runs()
    try:
        yield finished(at), run
    finally:
        store.delete(run.run_id)
