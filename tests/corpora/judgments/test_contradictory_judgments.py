"""One pair judged differently twice: refused, or settled by a rule that is counted and named."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace

import pytest

import cli
from corpora.importing.importing import Source, add_judgments, import_corpus
from corpora.judgments.qrels import read_qrels, read_qrels_alone
from corpora.readers import ir_collections
from corpora.readers.read_options import ReadOptions
from corpora.stores.library import Library
from engine.types import CrossExamError, Qrel, Query
from engine.types.contradictory_judgments import Rule, settled

# (q, a) has 1, 3, 2 with one 1 repeated; (q, b) agrees with itself; (q, c) has 0 and 1.
ROWS = "q 0 a 1\nq 0 b 2\nq 0 a 3\nq 0 c 0\nq 0 b 2\nq 0 a 1\nq 0 a 2\nq 0 c 1\n"
QUERIES = (Query("q", "numbers"),)
RIGHT: dict[Rule, dict[str, int]] = {
    "highest": {"a": 3, "b": 2, "c": 1},
    "last": {"a": 2, "b": 2, "c": 1},
    "mean": {"a": 2, "b": 2, "c": 1},  # 7 / 4 and 1 / 2, halves up
    "none": {"b": 2},
}


def no_windows(text: str, length: int, stride: int) -> list[tuple[int, int]]:
    raise AssertionError("nothing is split here")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    paths = {name: tmp_path / name for name in ("docs.csv", "q.tsv", "j.qrels")}
    paths["docs.csv"].write_text("id,text\na,one\nb,two\nc,three\n")
    paths["q.tsv"].write_text("q\tnumbers\n")
    paths["j.qrels"].write_text(ROWS)
    return paths


@pytest.mark.parametrize("rule", list(RIGHT))
def test_contradictory_judgments_go_by_the_rule_and_their_pairs_are_counted(
    rule: Rule, files: dict[str, Path]
) -> None:
    read_options = ReadOptions(contradictions=rule)
    source = Source(files["docs.csv"], queries=files["q.tsv"], qrels=files["j.qrels"])
    outcome = import_corpus(Library(), source, "n", windows=no_windows, read_options=read_options)
    assert {qrel.doc_id: qrel.relevance for qrel in outcome.corpus.qrels} == RIGHT[rule]
    assert "2 pairs have contradictory judgments (j.qrels 2)" in outcome.sentence
    assert [row.line for row in outcome.contradictions] == [3, 8]
    assert "1 in line 1, 3 in line 3, 1 in line 6, 2 in line 7" in outcome.contradictions[0].reason
    assert outcome.left_out == ()
    again = {qrel.doc_id: qrel.relevance for qrel in Library().open("n").qrels}
    assert again == RIGHT[rule], "what was kept is what was shown"
    alone = ReadOptions(contradictions=rule)
    qrels = read_qrels_alone(files["j.qrels"], alone)
    assert {q.doc_id: q.relevance for q in qrels} == RIGHT[rule]
    assert alone.contradictions_count == 2


def test_without_a_rule_they_are_refused_with_the_rules_named(files: dict[str, Path]) -> None:
    for refused in (
        lambda: read_qrels(files["j.qrels"], QUERIES, {"a", "b", "c"}),
        lambda: read_qrels_alone(files["j.qrels"], ReadOptions()),
    ):
        with pytest.raises(CrossExamError, match=r"j.qrels:3: .*highest, last, mean or none"):
            refused()


def test_the_good_rows_hold_neither_of_two_contradictory_grades_unless_a_rule_is_chosen(
    files: dict[str, Path],
) -> None:
    plain = ReadOptions(keep_good=True)
    qrels = read_qrels(files["j.qrels"], QUERIES, {"a", "b", "c"}, plain).qrels
    assert qrels == (Qrel("q", "b", 2),)
    assert plain.contradictions_sentence == (
        "2 pairs have contradictory judgments (j.qrels 2): none is kept, the pair counts as not "
        "judged."
    )
    chosen = ReadOptions(keep_good=True, contradictions="highest")
    qrels = read_qrels(files["j.qrels"], QUERIES, {"a", "b", "c"}, chosen).qrels
    assert {qrel.doc_id: qrel.relevance for qrel in qrels} == RIGHT["highest"]


def test_judgments_that_are_added_later_obey_the_same_rule(files: dict[str, Path]) -> None:
    library = Library()
    import_corpus(
        library, Source(files["docs.csv"], queries=files["q.tsv"]), "n", windows=no_windows
    )
    read_options = ReadOptions(contradictions="last")
    added = add_judgments(
        library, "n", queries=None, qrels=files["j.qrels"], read_options=read_options
    )
    assert {qrel.doc_id: qrel.relevance for qrel in added.corpus.qrels} == RIGHT["last"]
    assert "the grade that stands last is kept" in added.sentence


def test_a_public_collection_obeys_the_same_rule() -> None:
    rows = [SimpleNamespace(query_id="q", doc_id="a", relevance=grade) for grade in (1, 2)]
    rows.append(SimpleNamespace(query_id="q", doc_id="b", relevance=1))
    found = SimpleNamespace(
        docs_count=lambda: 1,
        docs_iter=lambda: iter([SimpleNamespace(doc_id="a", title="", text="one")]),
        has_queries=lambda: True,
        queries_iter=lambda: iter([SimpleNamespace(query_id="q", default_text=lambda: "number")]),
        has_qrels=lambda: True,
        qrels_iter=lambda: iter(rows),
    )
    with pytest.raises(CrossExamError, match="relevance 2 here and 1 in line 1"):
        ir_collections._read(found, "some/thing", "n", ReadOptions())
    read_options = ReadOptions(contradictions="highest")
    corpus = ir_collections._read(found, "some/thing", "n", read_options)
    assert corpus.qrels == (Qrel("q", "a", 2), Qrel("q", "b", 1))
    assert read_options.contradictions_sentence.startswith("1 pair has")


def test_the_mean_rounds_halves_up_for_negative_grades_too() -> None:
    assert [settled(g, "mean") for g in ([1, 2], [0, 1, 1], [-2, -1], [-2, 1])] == [2, 1, -1, 0]


def test_the_commands_take_the_rule_and_say_it(
    files: dict[str, Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    base = ["import", str(files["docs.csv"]), "--name", "n"]
    base += ["--queries", str(files["q.tsv"]), "--qrels", str(files["j.qrels"])]
    assert cli.main(base) == 2
    assert "highest, last, mean or none" in capsys.readouterr().err
    assert cli.main([*base, "--contradictions", "mean", "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["judgments"], len(result["contradictions"])) == (3, 2)
    run = tmp_path / "r.run"
    run.write_text("q Q0 a 1 2 r\nq Q0 c 2 1 r\n")
    compare = ["compare", str(run), str(run), "--qrels", str(files["j.qrels"])]
    assert cli.main(compare) == 2
    assert "highest, last, mean or none" in capsys.readouterr().err
    assert cli.main([*compare, "--contradictions", "highest"]) == 0
    output = capsys.readouterr().out
    assert "2 of the pairs are judged differently twice: the highest grade is kept" in output
