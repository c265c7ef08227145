"""Causes over a search whose every score is known, and what undoing them gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest

from engine.search.diagnosis.causes.reading import is_cut
from engine.search.diagnosis.diagnose import diagnosed
from engine.search.settings import Settings
from engine.types import (
    BI_ENCODER,
    BM25,
    CROSS_ENCODER,
    Cancel,
    Document,
    Reranker,
    ScoredBatch,
    TokenBudget,
)
from engine.types.diagnosis.cases import Case
from engine.types.registries.search_parameters import EXACT, FAST, FASTEST
from tests.drifting import DriftingReranker
from tests.engine.search.diagnosis.subjects import diagnosis_of, instruments, subject
from tests.tiny import QUERY, Tiny, tiny_searcher

# BM25 ranks d00 d01 d02 ..., the bi-encoder the other way; the logits 0, 1, 2 ... 199
MANY = [Tiny(f"d{i:03}", snakes=300 - i, angle=1.0 - i / 1000, logit=float(i)) for i in range(200)]
BY_BM25 = Settings(depth=50, first_stage=BM25)


def kinds(names: Sequence[object]) -> list[str]:
    return [cause.kind.name for cause in names]  # type: ignore[attr-defined]


def test_where_nothing_is_wrong_no_cause_is_invented() -> None:
    diagnosis = diagnosis_of(subject(MANY, Case(QUERY, "d049"), BY_BM25))
    assert diagnosis.met
    assert diagnosis.rank == 1
    assert diagnosis.causes == ()
    assert diagnosis.lost_at == ""


def test_a_document_beyond_the_depth_is_told_with_the_rank_that_it_would_have() -> None:
    diagnosis = diagnosis_of(subject(MANY, Case(QUERY, "d060"), BY_BM25))
    assert (diagnosis.rank, diagnosis.lost_at) == (61, BM25)
    assert kinds(diagnosis.causes) == ["depth"]
    assert diagnosis.causes[0].after == 1  # its logit of 60 is above those of d000 to d049
    first = next(link for link in diagnosis.chain if link.place.stage == BM25)
    assert (first.limit, first.gap, first.lost_to[0]) == (50, 251.0 - 240.0, "d049")


def test_a_vector_far_beyond_a_usual_depth_comes_before_the_depth() -> None:
    settings = Settings(depth=50, first_stage=BI_ENCODER)
    one = [replace(tiny, logit=-tiny.logit) for tiny in MANY]
    diagnosis = diagnosis_of(subject(one, Case(QUERY, "d010"), settings))
    assert diagnosis.rank == 190
    assert kinds(diagnosis.causes) == ["far", "depth"]
    assert [cause.after for cause in diagnosis.causes] == [1, 1]


def test_missing_terms_of_weight_come_first_with_what_the_document_has_instead() -> None:
    asked = instruments(holding={"cobras": 2}, idf={QUERY: 1.0, "cobras": 4.0})
    document = Document("d060", "snake cobra", "d060")
    one = subject(MANY, Case("snake cobras", "d060"), BY_BM25, asked, document=document)
    first = diagnosis_of(one).causes[0]
    assert (first.kind.name, first.after) == ("terms", 1)
    assert "it has “cobra” instead" in first.evidence[1].value
    assert "1 of 2 terms" in first.sentence


def test_near_duplicates_above_are_folded_to_measure_the_rank() -> None:
    same = [Tiny(f"a{i}", snakes=5, logit=9.0) for i in range(4)]
    others = [Tiny("z", snakes=5, logit=10.0)]
    asked = instruments(similarity=1.0)
    store_case = Case(QUERY, "a3")
    diagnosis = diagnosis_of(subject([*same, *others], store_case, BY_BM25, asked))
    assert diagnosis.rank == 5
    first = diagnosis.causes[0]
    assert first.kind.name == "duplicate"
    assert first.after == 1  # a0, a1, a2 and z hold the same five words
    assert len(first.evidence) == 4


def test_high_in_both_first_stages_and_low_in_the_cross_encoder_is_a_misjudgment() -> None:
    best = Tiny("best", snakes=999, angle=0.0, logit=-5.0)
    diagnosis = diagnosis_of(subject([best, *MANY[:20]], Case(QUERY, "best"), BY_BM25))
    assert (diagnosis.rank, diagnosis.lost_at) == (21, CROSS_ENCODER)
    first = diagnosis.causes[0]
    assert (first.kind.name, first.after) == ("misjudged", 1)
    chain = next(link for link in diagnosis.chain if link.place.stage == CROSS_ENCODER)
    assert chain.lost_to == ("d019", "d018", "d017")
    assert chain.gap == 17.0 + 5.0  # the third has 17


def test_one_that_others_beat_fairly_is_outscored() -> None:
    diagnosis = diagnosis_of(subject(MANY[:20], Case(QUERY, "d012"), BY_BM25))
    assert kinds(diagnosis.causes) == ["outscored"]
    assert diagnosis.causes[0].after is None
    assert diagnosis.causes[0].other == "d013"


def test_documents_judged_not_relevant_above_a_relevant_one_are_a_misjudgment() -> None:
    grades = {"d012": 2, "d019": 0, "d018": 0, "d017": 1}
    diagnosis = diagnosis_of(subject(MANY[:20], Case(QUERY, "d012"), BY_BM25, grades=grades))
    first = diagnosis.causes[0]
    assert (first.kind.name, first.after) == ("misjudged", 8 - 2)


@pytest.mark.parametrize(
    ("grades", "differing"),
    [({"d002": 0}, ()), ({}, (("Ann", 3), ("Bob", 0))), ({"d002": 3, "d199": 0}, ())],
)
def test_a_judgment_is_doubted_where_nothing_that_is_undone_helps(
    grades: dict[str, int], differing: tuple[tuple[str, int], ...]
) -> None:
    agreed = [Tiny(f"d{i:03}", snakes=i, angle=1.0 - i / 1000, logit=float(i)) for i in range(200)]
    settings = Settings(depth=50, first_stage=BM25)
    one = subject(agreed, Case(QUERY, "d002"), settings, grades=grades, differing=differing)
    assert diagnosis_of(one).causes[0].kind.name == "judged"


class Halves(Reranker):
    """Gives 10 to a text that begins with the answer, 5 to others: a cut is seen by no one."""

    name = "halves"

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        scores = tuple(10.0 if "answer" in text[:40] else 5.0 for text in documents)
        n = len(documents)
        yield ScoredBatch(tuple(range(n)), scores, (0,) * n, 0.0)

    def query_notice(self, query: str) -> str | None:
        return None


def test_an_answer_behind_the_cut_is_measured_by_its_best_passage() -> None:
    searcher = replace(tiny_searcher(MANY[:20])[0], reranker=Halves())
    long = Document("d012", f"{'snake ' * 40}answer {'snake ' * 40}", "d012")
    cut = TokenBudget("m", CROSS_ENCODER, 30, 1, 3, 82, 26, 160, len(long.content))
    one = subject(
        MANY[:20],
        Case(QUERY, "d012"),
        BY_BM25,
        instruments(budgets=(cut,)),
        searcher=searcher,
        document=long,
    )
    diagnosis = diagnosis_of(one)
    assert diagnosis.rank == 13
    assert kinds(diagnosis.causes) == ["cut"]
    assert diagnosis.causes[0].after == 1


@pytest.mark.parametrize("mode", [FAST, EXACT, FASTEST])
def test_passages_behind_the_cut_are_scored_by_the_form_of_the_mode(mode: str) -> None:
    level: Mapping[str, float] = defaultdict(float)
    toy = DriftingReranker(level, quick=DriftingReranker(level, drift=0.2, label="Toy int8"))
    searcher = replace(tiny_searcher(MANY[:20])[0], reranker=toy)
    long = Document("d012", f"{'snake ' * 40}answer {'snake ' * 40}", "d012")
    cut = TokenBudget("m", CROSS_ENCODER, 30, 1, 3, 82, 26, 160, len(long.content))
    settings = replace(BY_BM25, precision=mode)
    case = Case(QUERY, "d012")
    one = subject(
        MANY[:20], case, settings, instruments(budgets=(cut,)), searcher=searcher, document=long
    )
    assert toy.quick is not None
    forms = {FAST: toy, EXACT: toy.exact(), FASTEST: toy.quick}
    for form in forms.values():
        form.scored.clear()
    is_cut(one)
    assert [name for name, form in forms.items() if form.scored] == [mode]


def test_causes_come_one_by_one_and_stop_when_called_off() -> None:
    one = subject(MANY, Case(QUERY, "d060"), BY_BM25)
    chain, *later = list(diagnosed(one, pipeline="p"))
    assert chain.causes == ()
    assert chain.chain
    assert not chain.complete
    assert [step.complete for step in later] == [*[False] * (len(later) - 1), True]
    stopped = list(diagnosed(replace(one, cancel=lambda: True), pipeline="p"))
    assert len(stopped) == 1


def test_one_that_should_not_be_there_is_told_who_lifted_it() -> None:
    case = Case(QUERY, "d049", wanted=False)
    diagnosis = diagnosis_of(subject(MANY, case, BY_BM25))
    assert not diagnosis.met
    assert (diagnosis.causes[0].kind.name, diagnosis.causes[0].after) == ("lifted", 50)
    below = diagnosis_of(subject(MANY, replace(case, doc_id="d010"), BY_BM25))
    assert below.met
    assert below.causes == ()
