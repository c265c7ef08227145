"""A machine's grades: kept whole or not at all, apart from people's, gone in one go."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from corpora.judgments.auto_judgments import (
    AutoJudgment,
    AutoJudgments,
    as_qrels,
    proposals,
    provenance_csv,
)
from corpora.judgments.judgment_log import Judgment, JudgmentLog, combined, independent
from engine.quality.runs.trec_files import qrels_text
from engine.types import CrossExamError, Qrel

ROOT = Path(__file__).parents[3]


def store(folder: Path) -> AutoJudgments:
    return AutoJudgments("f1", folder)


def auto_judgment(doc_id: str = "d", grade: int = 2, judge_model: str = "t") -> AutoJudgment:
    return AutoJudgment(
        "q", doc_id, 1.25, grade, judge_model, "rev1", ((1, -0.5), (2, 1.0)), 40, 1e9
    )


def test_an_auto_judgment_comes_back_as_it_was_given(tmp_path: Path) -> None:
    given = AutoJudgment(
        'q"\n', "<b>\u2028\ud800", -11.5, 0, "m/x", "", ((1, 0.0),), 0, 12.5, "Ada"
    )
    assert store(tmp_path).keep([given, auto_judgment()]) == 2
    assert store(tmp_path).judgments() == (given, auto_judgment())
    assert store(tmp_path).judgments("t") == (auto_judgment(),)
    assert store(tmp_path).judge_models() == ("m/x", "t")
    assert (given.calibrated, auto_judgment().calibrated) == (False, True)


def test_a_later_one_replaces_that_of_the_same_judge_and_no_others(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.keep([auto_judgment(), auto_judgment(judge_model="u", grade=0)])
    kept.reject("t", "q", "d", "Ada")
    kept.keep([auto_judgment(grade=3)])
    assert [(o.judge_model, o.grade, o.rejected_by) for o in store(tmp_path).judgments()] == [
        ("t", 3, "Ada"), ("u", 0, ""),
    ]  # fmt: skip
    kept.reject("t", "q", "d", "")
    assert [o.rejected_by for o in kept.judgments()] == ["", ""]


def test_people_judgments_are_the_same_before_and_after(tmp_path: Path) -> None:
    log = JudgmentLog("f1", tmp_path)
    log.append(Judgment("q", "a", 2, "Ada"))
    own = [Qrel("q", "b", 1)]
    rows, export = log.entries(), qrels_text(combined(own, log.latest()))
    kept = store(tmp_path)
    kept.keep([auto_judgment("a", 0), auto_judgment("b", 0), auto_judgment("c", 3)])
    kept.reject("t", "q", "c", "Ada")
    assert JudgmentLog("f1", tmp_path).entries() == rows
    assert log.version == (1,), "nothing of people's was touched"
    assert qrels_text(combined(own, log.latest())) == export
    kept.remove()
    assert JudgmentLog("f1", tmp_path).entries() == rows


def test_proposals_leave_out_what_people_judged_or_rejected(tmp_path: Path) -> None:
    kept = store(tmp_path)
    kept.keep([auto_judgment("a"), auto_judgment("b"), auto_judgment("c", 3)])
    kept.reject("t", "q", "b", "Ada")
    found = proposals(kept.judgments(), [("q", "a"), ("other", "c")])
    assert as_qrels(found) == (Qrel("q", "c", 3),)


def test_what_was_accepted_from_a_machine_measures_no_machine(tmp_path: Path) -> None:
    log = JudgmentLog("f1", tmp_path)
    log.append(Judgment("q", "a", 2, "Ada", via="accepted from machine (t)"))
    log.append(Judgment("q", "b", 1, "Ada"))
    assert [j.via for j in log.latest()] == ["accepted from machine (t)", ""]
    assert {q.doc_id for q in combined([], log.latest())} == {"a", "b"}
    assert {q.doc_id for q in independent([Qrel("q", "c", 0)], log.latest())} == {"b", "c"}


def test_a_killed_process_leaves_the_old_or_the_new_grades(tmp_path: Path) -> None:
    store(tmp_path).keep([auto_judgment("first")])
    code = (
        "import pathlib, sys\n"
        "from corpora.judgments.auto_judgments import AutoJudgment as M, AutoJudgments\n"
        "store = AutoJudgments('f1', pathlib.Path(sys.argv[1]))\n"
        "print('ready', flush=True)\n"
        "for n in range(10**6):\n"
        "    store.keep([M('q', f'd{i}', n, 1, 't', '', (), 0, 1.0) for i in range(500)])\n"
        "    print(n, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    assert process.stdout.readline() == b"0\n"
    process.kill()
    process.communicate()
    found = store(tmp_path).judgments()
    assert len(found) == 501
    assert found[0] == auto_judgment("first")
    assert len({o.score for o in found[1:]}) == 1  # one round as a whole, no mixture
    assert store(tmp_path).damaged == 0


def test_all_go_in_one_and_come_back(tmp_path: Path) -> None:
    kept = store(tmp_path)
    assert kept.remove() == 0
    assert not kept.removable
    kept.keep([auto_judgment("a"), auto_judgment("b")])
    before = kept.version
    assert kept.remove() == 2
    assert kept.judgments() == ()
    assert kept.version != before
    assert store(tmp_path).removable
    assert store(tmp_path).restore() == 2
    assert store(tmp_path).judgments() == (auto_judgment("a"), auto_judgment("b"))
    kept.remove()
    kept.keep([auto_judgment("c")])
    assert not kept.removable  # what came since is not written over
    assert kept.restore() == 1


@pytest.mark.parametrize(
    "line",
    [
        b"\xff", b"[]", b"{}", b"null", b"[" * 5000,
        b'{"query_id":"q","doc_id":"d","score":NaN,"grade":1,"teacher":"t","revision":"",'
        b'"bounds":[],"pairs":0,"at":1,"rejected_by":""}',
        b'{"query_id":"q","doc_id":"d","score":1,"grade":7,"teacher":"t","revision":"",'
        b'"bounds":[],"pairs":0,"at":1,"rejected_by":""}',
    ],
)  # fmt: skip
def test_damaged_lines_are_counted_and_passed_over(line: bytes, tmp_path: Path) -> None:
    folder = tmp_path / "machine-judgments"
    folder.mkdir()
    row = asdict(auto_judgment())
    row["teacher"] = row.pop("judge_model")  # as the files before the database had it
    good = json.dumps(row).encode() + b"\n"
    (folder / "f1.jsonl").write_bytes(good + line + b"\n")
    kept = store(tmp_path)
    assert kept.judgments() == (auto_judgment(),)
    assert kept.damaged == 1


def test_the_csv_says_that_a_machine_made_it_and_how() -> None:
    (row,) = csv.DictReader(io.StringIO(provenance_csv([auto_judgment()])))
    assert (row["made_by"], row["teacher"], row["revision"]) == ("machine", "t", "rev1")
    assert (row["relevance"], row["score"]) == ("2", "1.2500")
    assert row["bounds"] == "1 from -0.5000; 2 from 1.0000"
    assert row["calibrated_on_pairs"] == "40"


def test_a_fingerprint_is_no_path_and_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path,
) -> None:
    with pytest.raises(CrossExamError, match="not one of a corpus"):
        AutoJudgments("../x", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(CrossExamError, match="CROSSEXAM_CACHE"):
        store(tmp_path / "file").keep([auto_judgment()])
