"""Kept scores of saved runs, compared as any two rankers are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from corpora.stores.corpus import Corpus
from corpora.stores.run_store import RunStore
from engine.quality.candidate_scores import CandidateScores, PairScore
from engine.quality.candidate_scores_json import candidate_score_values
from engine.search.settings import Settings
from engine.types import CrossExamError
from engine.types.parity.report import ParityReport
from engine.types.parity.sides import side_of
from tests.pets import write_pets
from tests.tiny import Tiny, tiny_searcher
from workbench.quality.parity import ParityRequest, compare_rankers
from workbench.workbench import Workbench

FAST = {"python snake": {"ball": 4.0, "corn": 3.9, "lang": -2.0}, "borrow money": {"loan": 7.0}}
EXACT = {"python snake": {"ball": 3.9, "corn": 4.0, "lang": -2.0}, "borrow money": {"loan": 7.0}}


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Corpus:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    return Workbench().corpora.open(write_pets(tmp_path))


def saved(corpus: Corpus, **scores: Mapping[str, Mapping[str, float]]) -> str:
    """The id of a run that kept these scores, by reranker, query and document."""
    gathered = [
        CandidateScores(
            f"q{number}",
            text,
            {},
            {},
            pairs={
                name.replace("_", " "): {
                    doc_id: PairScore(score, 0.0) for doc_id, score in by_query[text].items()
                }
                for name, by_query in scores.items()
                if text in by_query
            },
        )
        for number, text in enumerate(FAST)
    ]
    modes = [{"mode": "fast", "backend": "OpenVINO bf16"}, {"mode": "exact", "backend": "fp32"}]
    modes.append({"mode": "fastest", "backend": "OpenVINO int8"})
    head = {"engine": "OpenVINO bf16", "pipelines": [], "precision": modes}
    return RunStore(corpus.info.fingerprint).save(head, candidate_score_values(gathered)).run_id


def compared(corpus: Corpus, a: str, b: str, depth: int = 20) -> ParityReport:
    searcher, _ = tiny_searcher([Tiny("x")])
    request = ParityRequest(side_of(a), side_of(b), Settings(depth=depth))
    *_, report = compare_rankers(Workbench(), corpus, searcher, request)
    return report


def test_last_weeks_run_and_todays_are_compared_by_what_both_kept(corpus: Corpus) -> None:
    before = saved(corpus, m=EXACT)
    saved(corpus, m=FAST, other=FAST)
    report = compared(corpus, f"saved:{before}", "saved:newest#m")
    assert report.differences is not None
    assert report.differences.pairs == 4
    assert report.differences.largest == pytest.approx(0.1)
    (changed,) = report.reordered
    assert changed.text == "python snake"
    assert changed.gap == pytest.approx(0.1)
    assert report.repeats_a is None
    assert "OpenVINO bf16" in report.a.label
    shallow = compared(corpus, f"saved:{before}", "saved:newest#m", depth=5)
    assert replace(shallow, candidates="") == replace(report, candidates="")


def test_a_run_of_several_rerankers_or_of_none_says_what_to_give(corpus: Corpus) -> None:
    several = saved(corpus, m=FAST, other=FAST)
    with pytest.raises(
        CrossExamError, match=f"give one of saved:{several}#m, saved:{several}#other"
    ):
        compared(corpus, f"saved:{several}", "saved:newest#m")
    with pytest.raises(CrossExamError, match="kept no scores of 'none'"):
        compared(corpus, "saved:newest#none", "saved:newest#m")
    saved(corpus)
    with pytest.raises(CrossExamError, match="choose a run that reranked"):
        compared(corpus, "saved:newest", "saved:newest")


def test_kept_scores_are_called_by_the_backend_of_their_own_mode(corpus: Corpus) -> None:
    run = saved(corpus, **{"m": FAST, "m_[fp32]": EXACT, "m_[fastest]": FAST})
    report = compared(corpus, f"saved:{run}#m [fp32]", f"saved:{run}#m [fastest]")
    assert report.a.label.endswith("(fp32)")
    assert report.b.label.endswith("(fastest, OpenVINO int8)")
    report = compared(corpus, f"saved:{run}#m", f"saved:{run}#m [fp32]")
    assert report.a.label.endswith("(OpenVINO bf16)")
    of_a_server = saved(corpus, **{"cohere:rerank-v3.5": FAST})
    report = compared(corpus, f"saved:{of_a_server}", f"saved:{run}#m")
    assert report.a.label.endswith("kept it")
