"""The first cause that a diagnosis names, on 40 cases fixed beforehand and 5 controls.

    python -m benchmarks.diagnosis.first_cause

Twenty cases were chosen from senses by a person (`cases.json`), twenty are made here by
rule: a document moved beyond the limit, its terms removed, duplicates inserted, the depth lowered,
a judgment swapped. Which queries they are of is decided by their order in the corpus alone.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from corpora.stores.corpus import Corpus
from engine.search.diagnosis.diagnose import diagnosed
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER, Document, Query, Ranking
from engine.types.diagnosis.cases import Case, Expected
from workbench.workbench import Workbench

HERE = Path(__file__).parent
EACH = 4  # mechanical cases of each kind
COPIES = 3
PADDING = 700  # words before a text that is moved beyond the limit
LOWERED = 5
DEEP = 20


@dataclass(frozen=True, slots=True)
class Made:
    """A case with its corpus as it was changed, and the causes that are right."""

    origin: str
    case: Case
    settings: Settings
    expected: tuple[str, ...]
    searcher: Searcher
    document: Document
    grades: Mapping[str, int]


class Maker:
    """Makes the cases of one corpus; searches are run once for each query and first stage."""

    def __init__(self, bench: Workbench, corpus: Corpus) -> None:
        self._bench, self._corpus = bench, corpus
        self._searcher = bench.searchers.of(corpus)
        self._instruments = bench.diagnoses.instruments(corpus.info.fingerprint, self._searcher)
        self._lists: dict[tuple[str, str], dict[str, Ranking]] = {}

    def chosen(self, values: Mapping[str, Any]) -> list[Made]:
        """The cases and controls that a person wrote."""
        cases = []
        for row in values["chosen"]:
            settings = Settings(first_stage=row.get("first_stage", BI_ENCODER))
            case = Case(row["query"], row["doc"])
            cases.append(self._made("chosen", case, settings, row["expected"]))
        for row in values["controls"]:
            settings = Settings(first_stage=row["first_stage"])
            ids = self._ranking(row["query"], settings.first_stage, CROSS_ENCODER).ids()
            case = Case(row["query"], ids[row["rank"] - 1], wanted=row.get("wanted", True))
            cases.append(self._made("control", case, settings, ()))
        return cases

    def mechanical(self) -> Iterator[Made]:
        """The cases that are made by rule, `EACH` of each kind."""
        queries = sorted(self._corpus.queries, key=lambda query: query.query_id)
        ways = (self.moved, self.termless, self.doubled, self.lowered, self.swapped)
        for start, way in enumerate(ways):
            n = 0
            for query in queries[start * 3 :]:
                made = way(query) if n < EACH else None
                if made is not None:
                    n += 1
                    yield made

    def moved(self, query: Query) -> Made | None:
        """The relevant document at rank 1, its text behind more words than any model reads."""
        best = self._best(query, BI_ENCODER)
        if best is None:
            return None
        words: list[str] = []
        for other in self._corpus.store.get(list(self._corpus.store.ids())[:40]):
            if not self._searcher.shares_term(query.text, other):
                words += other.text.split()
        padded = replace(best, title="", text=f"{' '.join(words[:PADDING])} {best.content}")
        return self._changed("moved beyond the limit", query, padded, Settings(), ["cut"])

    def termless(self, query: Query) -> Made | None:
        """The relevant document at rank 1 without any term of the query, found by BM25."""
        best = self._best(query, BM25)
        if best is None:
            return None
        terms = frozenset(self._searcher.terms(query.text))
        texts = []
        for text in (best.title, best.text):
            spans = self._searcher.term_spans(text, terms)
            for start, end in reversed(spans):
                text = text[:start] + text[end:]
            texts.append(" ".join(text.split()))
        bare = replace(best, title=texts[0], text=texts[1])
        settings = Settings(first_stage=BM25)
        return self._changed("terms removed", query, bare, settings, ["terms"])

    def doubled(self, query: Query) -> Made | None:
        """Three copies of the relevant document at rank 1, which the order of ids puts first."""
        best = self._best(query, BI_ENCODER)
        if best is None:
            return None
        copies = [replace(best, doc_id=f"00-copy-{n}") for n in range(COPIES)]
        searcher = self._bench.diagnoses.with_documents(self._searcher, copies, self._instruments)
        case = Case(query.text, best.doc_id)
        return self._made("duplicates inserted", case, Settings(), ["duplicate"], searcher, best)

    def lowered(self, query: Query) -> Made | None:
        """A relevant document in the top 3 that the first stage has at rank 6 to 20; depth 5."""
        grades = self._corpus.judgments(query.query_id)
        first = self._ranking(query.text, BI_ENCODER, BI_ENCODER)
        for doc_id in self._ranking(query.text, BI_ENCODER, CROSS_ENCODER).ids(3):
            hit = first.find(doc_id)
            if grades.get(doc_id, 0) > 0 and hit is not None and LOWERED < hit.rank <= DEEP:
                settings = Settings(depth=LOWERED)
                case = Case(query.text, doc_id)
                return self._made("depth lowered", case, settings, ["depth"])
        return None

    def swapped(self, query: Query) -> Made | None:
        """The grades of the best and of the last document judged not relevant, swapped."""
        best = self._best(query, BI_ENCODER)
        grades = self._corpus.judgments(query.query_id)
        if best is None:
            return None
        ids = self._ranking(query.text, BI_ENCODER, CROSS_ENCODER).ids()
        refused = [doc_id for doc_id in ids if grades.get(doc_id) == 0]
        if not refused:
            return None
        last = refused[-1]
        swapped = {**grades, last: grades[best.doc_id], best.doc_id: 0}
        case = Case(query.text, last)
        return self._made("judgment swapped", case, Settings(), ["judged"], grades=swapped)

    def _best(self, query: Query, first_stage: str) -> Document | None:
        """The document at rank 1 where it is judged at least 2."""
        grades = self._corpus.judgments(query.query_id)
        ids = self._ranking(query.text, first_stage, CROSS_ENCODER).ids(1)
        if not ids or grades.get(ids[0], 0) < 2:
            return None
        return self._corpus.store.get(ids)[0]

    def _ranking(self, query: str, first_stage: str, stage: str) -> Ranking:
        key = (query, first_stage)
        if key not in self._lists:
            settings = Settings(first_stage=first_stage)
            trace = self._searcher.pipeline(settings, [CROSS_ENCODER]).run(query)
            self._lists[key] = {ranking.stage: ranking for ranking in trace.rankings}
        return self._lists[key].get(stage, Ranking(stage, "", ()))

    def _changed(
        self,
        origin: str,
        query: Query,
        document: Document,
        settings: Settings,
        expected: Sequence[str],
    ) -> Made:
        searcher = self._bench.diagnoses.with_documents(
            self._searcher, [document], self._instruments
        )
        case = Case(query.text, document.doc_id)
        return self._made(origin, case, settings, expected, searcher, document)

    def _made(
        self,
        origin: str,
        case: Case,
        settings: Settings,
        expected: Sequence[str],
        searcher: Searcher | None = None,
        document: Document | None = None,
        grades: Mapping[str, int] | None = None,
    ) -> Made:
        if grades is None:
            query = self._corpus.query_for_text(case.query)
            grades = self._corpus.judgments(query.query_id) if query is not None else {}
        document = document or self._corpus.store.get([case.doc_id])[0]
        searcher = searcher or self._searcher
        return Made(origin, case, settings, tuple(expected), searcher, document, grades)


def looked_into(bench: Workbench, corpus: Corpus, made: Made) -> dict[str, Any]:
    """The case, its causes in their order, and whether the first is right."""
    began = time.perf_counter()
    subject = bench.diagnoses.subject(
        corpus, made.searcher, made.case, made.settings, expected=Expected(made.document)
    )
    if subject is None:
        raise RuntimeError("nobody called the search off")
    subject = replace(subject, grades=made.grades)
    diagnosis = list(diagnosed(subject, pipeline=""))[-1]
    kinds = [cause.kind.name for cause in diagnosis.causes]
    right = kinds[:1] == [] if not made.expected else kinds[:1] != [] and kinds[0] in made.expected
    return {
        "origin": made.origin,
        **asdict(made.case),
        "first_stage": made.settings.first_stage,
        "depth": made.settings.depth,
        "expected": list(made.expected),
        "rank": diagnosis.rank,
        "met": diagnosis.met,
        "causes": [[cause.kind.name, cause.after] for cause in diagnosis.causes],
        "right": right,
        "seconds": round(time.perf_counter() - began, 2),
    }


def summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """How many first causes are right, and for each kind how many of those expected were named."""
    cases = [row for row in rows if row["origin"] != "control"]
    controls = [row for row in rows if row["origin"] == "control"]
    expected = Counter(row["expected"][0] for row in cases)
    first = Counter(row["expected"][0] for row in cases if row["right"])
    among = Counter(
        row["expected"][0]
        for row in cases
        if any(kind in row["expected"] for kind, _ in row["causes"])
    )
    return {
        "cases": len(cases),
        "right": sum(row["right"] for row in cases),
        "right_by_origin": dict(Counter(row["origin"] for row in cases if row["right"])),
        "already_met": sum(row["met"] for row in cases),
        "controls": len(controls),
        "controls_with_a_cause": sum(not row["right"] for row in controls),
        "recall": {
            kind: {"cases": n, "named_first": first[kind], "named": among[kind]}
            for kind, n in sorted(expected.items())
        },
    }


def main() -> None:
    """Look into all cases, print each as it is there, and write them with the summary."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=HERE / "first_cause.json")
    arguments = parser.parse_args()
    bench = Workbench()
    corpus = bench.corpora.open("senses")
    maker = Maker(bench, corpus)
    written = json.loads((HERE / "cases.json").read_text("utf-8"))
    rows = []
    for made in [*maker.chosen(written), *maker.mechanical()]:
        rows.append(looked_into(bench, corpus, made))
        print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
    result = {**summary(rows), "rows": rows}
    print(json.dumps({**result, "rows": []}, indent=1))
    text = json.dumps(result, ensure_ascii=False, indent=1)
    arguments.out.write_text(f"{text}\n", "utf-8")


if __name__ == "__main__":
    main()
