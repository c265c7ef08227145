"""The command `diagnose`: one document followed through every stage of a search."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from typing import Any

from commands.command import Command
from commands.inputs import checked_query, text_argument
from commands.options import add_corpus, add_models, add_settings, opened, settings_of, workbench_of
from commands.output import ProgressLine
from corpora.stores.corpus import Corpus
from engine.quality.pipelines import PipelineSpec
from engine.search.diagnosis.causes.separating import can_be_separated
from engine.search.diagnosis.remedies.effects import effect_of, other_queries
from engine.search.diagnosis.remedies.kinds import RemedyChoice, remedies_for
from engine.search.diagnosis.remedies.sentence import best, remedy_sentence
from engine.search.diagnosis.remedies.trying import Scoring, tried
from engine.search.diagnosis.sentence import diagnosis_sentence
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types.diagnosis.cases import PASTED, TOP, Case, Expected
from engine.types.diagnosis.causes import Cause, Diagnosis
from engine.types.ranker_names import is_encoder, parsed
from workbench.diagnosis.remedy_rerankers import PACKAGED_MAXSIM, remedy_rerankers
from workbench.diagnosis.separating_words import separating_words
from workbench.workbench import Workbench


def _diagnose_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("query")
    parser.add_argument(
        "document", help="the id, title or whole text of the document; - is standard input"
    )
    add_corpus(parser)
    parser.add_argument(
        "--top", type=int, default=TOP, metavar="N", help="expected in the first N (%(default)s)"
    )
    parser.add_argument(
        "--unwanted", action="store_true", help="the document should not be in the first N"
    )
    parser.add_argument(
        "--remedies", action="store_true", help="try remedies too: their ranks and what they cost"
    )
    parser.add_argument(
        "--others",
        action="store_true",
        help="measure those that help on all other judged queries too, which takes their pairs",
    )
    parser.add_argument(
        "--words",
        action="store_true",
        help="of a document that is outscored or misjudged: the words that separate it from one "
        "above, by integrated gradients",
    )
    parser.add_argument(
        "--title", default="", metavar="TEXT", help="a remedy: the document with this title"
    )
    parser.add_argument(
        "--acronym",
        nargs=2,
        default=["", ""],
        metavar=("SHORT", "LONG"),
        help="a remedy: this acronym of the query written out",
    )
    add_settings(parser)
    add_models(parser)


def _diagnose(args: argparse.Namespace) -> dict[str, Any]:
    query = checked_query(text_argument(args.query))
    text = text_argument(args.document)
    settings = settings_of(args)
    case = Case(query, PASTED, args.top, wanted=not args.unwanted)
    bench = workbench_of(args)
    corpus, searcher = opened(args, bench)
    expected = bench.diagnoses.expected(corpus, text)
    line = ProgressLine()
    line.log("searching, and looking for causes")
    diagnoses = list(bench.diagnoses.stream(corpus, searcher, case, settings, expected=expected))
    diagnosis = _with_words(bench, corpus, diagnoses[-1], line) if args.words else diagnoses[-1]
    values = diagnosis_values(diagnosis)
    if args.remedies or args.others:
        values |= _remedies(args, bench, corpus, searcher, case, settings, expected, line)
    return values


def _with_words(
    bench: Workbench, corpus: Corpus, diagnosis: Diagnosis, line: ProgressLine
) -> Diagnosis:
    """The diagnosis with the words that separate the document from one above, as evidence."""

    def with_words(cause: Cause) -> Cause:
        if not can_be_separated(cause):
            return cause
        (above,) = corpus.store.get([cause.other])
        texts = diagnosis.document.content, above.content
        words = separating_words(
            bench.explainers, diagnosis.case.query, *texts, log=line.log, on_progress=line.update
        )
        return replace(cause, evidence=(*cause.evidence, *words))

    return replace(diagnosis, causes=tuple(with_words(cause) for cause in diagnosis.causes))


def _remedies(
    args: argparse.Namespace,
    bench: Workbench,
    corpus: Corpus,
    searcher: Searcher,
    case: Case,
    settings: Settings,
    expected: Expected,
    line: ProgressLine,
) -> dict[str, Any]:
    """What remedies gave, and with --others what they do to the other judged queries."""
    subject = bench.diagnoses.subject(corpus, searcher, case, settings, expected=expected)
    if subject is None or case.met(subject.rank):
        return {"remedies": []}
    local = [name for name in settings.rerankers if not parsed(name).remote]
    choice = RemedyChoice(
        [name for name in local if is_encoder(name)],
        [PACKAGED_MAXSIM, *(name for name in local if not parsed(name).retrieves)],
        acronym=args.acronym[0],
        expansion=args.acronym[1],
        title=args.title,
    )
    base = PipelineSpec(settings, bench.models.cross_encoder_name)
    remedies = remedies_for(subject, base, choice)
    find = remedy_rerankers(
        bench.models, bench.tokens, lambda name: bench.models.reranker(name).without_score_cache()
    )
    scoring = Scoring(subject.searcher, find, subject.instruments)
    results = []
    for result, known_scoring in tried(subject, base, remedies, scoring):
        results.append(result)
        scoring = known_scoring
        line.update("remedies", len(results), len(remedies))
    qrels = bench.diagnoses.qrels(corpus)
    others = other_queries(corpus.queries, qrels, case.query) if args.others else []
    sign = 1 if case.wanted else -1
    for position, result in enumerate(results):
        if others and not result.problem and sign * result.gain > 0:
            remedy = next(r for r in remedies if r.name == result.name)
            line.log(f"measuring “{result.label}” on {len(others):,} other queries")
            effect, scoring = effect_of(
                scoring, others, qrels, base, remedy, on_progress=line.update
            )
            results[position] = replace(result, effect=effect)
    first = best(results, top=case.top, wanted=case.wanted)
    return {
        "remedy": remedy_sentence(first) if first is not None else "",
        "remedies": [{**asdict(result), "sentence": remedy_sentence(result)} for result in results],
    }


def diagnosis_values(diagnosis: Diagnosis) -> dict[str, Any]:
    """A diagnosis as plain values."""
    return {
        **asdict(diagnosis.case),
        "title": diagnosis.document.title,
        "in_corpus": diagnosis.in_corpus,
        "pipeline": diagnosis.pipeline,
        "rank": diagnosis.rank,
        "of": diagnosis.of,
        "met": diagnosis.met,
        "lost_at": diagnosis.lost_at,
        "sentence": diagnosis_sentence(diagnosis),
        "chain": [asdict(link) for link in diagnosis.chain],
        "causes": [_cause_values(cause) for cause in diagnosis.causes],
    }


def _cause_values(cause: Cause) -> dict[str, Any]:
    return {**asdict(cause), "kind": cause.kind.name, "label": cause.kind.label}


def _diagnosis_lines(result: dict[str, Any]) -> list[str]:
    lines = [result["sentence"], ""]
    for link in result["chain"]:
        place = link["place"]
        rank = "not listed" if place["rank"] is None else f"{place['rank']:,} of {place['of']:,}"
        score = "" if place["score"] is None else f"{place['score']:.3f}"
        gap = (
            "" if link["gap"] is None else f"{link['gap']:.3f} below rank {link['border']['rank']}"
        )
        row = f"{place['stage']:20} {rank:>16} {score:>10}  {gap}{place['note']}"
        lines.append(row.rstrip())
    for number, cause in enumerate(result["causes"], 1):
        after = "" if cause["after"] is None else f" → rank {cause['after']:,} {cause['undoing']}"
        lines += ["", f"{number}. {cause['label']}: {cause['sentence']}.{after}"]
        lines += [f"   {each['label']}: {each['value']}" for each in cause["evidence"]]
    for remedy in result.get("remedies", []):
        lines += ["", remedy["sentence"]]
        losses = (remedy["effect"] or {}).get("losses", ())
        lines += [f"   {loss['difference']:+.3f}  {loss['text']}" for loss in losses]
    return lines


DIAGNOSE = Command(
    "diagnose",
    "why a document is not in the first ranks for a query",
    _diagnose,
    _diagnosis_lines,
    _diagnose_options,
)
