"""Which remedies there are for a document: other candidates, other scores, other texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.quality.pipelines import PipelineSpec, short_model
from engine.search.diagnosis.query_signs import expanded, misspellings, respelt
from engine.search.diagnosis.remedies.by_passages import SUFFIX
from engine.search.diagnosis.subject import Subject
from engine.types import BI_ENCODER, BM25, CROSS_ENCODER, HYBRID, Document
from engine.types.ranker_names import parsed

DEPTHS = (100, 200, 500)
FIRST_STAGES = {BM25: "BM25", BI_ENCODER: "Bi-encoder", HYBRID: "Hybrid"}
LONGEST_TITLE = 120  # characters
SENTENCE_END = re.compile(r"([.!?])\s+(?=\S)")
CHOSEN_HERE = "Chosen for this query, which is not among the others"


@dataclass(frozen=True, slots=True)
class Remedy:
    """A pipeline to try; `rewrite` changes queries, `document` stands in for the corpus' own."""

    name: str
    label: str
    spec: PipelineSpec
    rewrite: Callable[[str], str] | None = None
    document: Document | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RemedyChoice:
    """What else there is to try: bi-encoders as first stages, rerankers, an acronym, a title.

    `title` is one that was typed for the document.
    """

    encoders: Sequence[str] = ()
    rerankers: Sequence[str] = ()
    acronym: str = ""
    expansion: str = ""
    title: str = ""


def remedies_for(subject: Subject, base: PipelineSpec, choice: RemedyChoice) -> list[Remedy]:
    """The remedies that may change anything for this document, those of the candidates first."""
    return [
        *_of_candidates(subject, base, choice),
        *_of_scores(subject, base, choice),
        *_of_texts(subject, base, choice),
    ]


def _of_candidates(subject: Subject, base: PipelineSpec, choice: RemedyChoice) -> list[Remedy]:
    settings = base.settings
    remedies = []
    first_rank = subject.first.rank if subject.first is not None else None
    if not subject.listed and first_rank is not None:
        deep_enough = [depth for depth in DEPTHS if depth >= first_rank and depth > base.depth]
        for depth in deep_enough[:1]:
            spec = replace(base, settings=replace(settings, depth=depth))
            label = f"Deeper candidates: {depth:,}"
            remedies.append(Remedy(f"depth-{depth}", label, spec, note=CHOSEN_HERE))
    for stage, label in FIRST_STAGES.items():
        if stage != base.first_stage:
            spec = replace(base, settings=replace(settings, first_stage=stage))
            remedies.append(Remedy(f"first-{stage}", f"{label} candidates", spec))
    for name in choice.encoders:
        if name != base.first_stage:
            spec = replace(base, settings=replace(settings, first_stage=name))
            label = f"Candidates of {short_model(name)}"
            remedies.append(Remedy(f"first-{name}", label, spec))
    return remedies


def _of_scores(subject: Subject, base: PipelineSpec, choice: RemedyChoice) -> list[Remedy]:
    settings = base.settings
    share = settings.blend_weight
    label = f"Blend: {share:.0%} cross-encoder, {1 - share:.0%} BM25"
    remedies = [Remedy("blend", label, replace(base, blended=True))]
    for name, stage in {"first-alone": base.first_stage, "hybrid-alone": HYBRID}.items():
        if name == "hybrid-alone" or stage != HYBRID:
            spec = PipelineSpec(replace(settings, first_stage=stage, depth=settings.pool))
            label = f"{FIRST_STAGES.get(stage) or short_model(stage)} without the cross-encoder"
            remedies.append(Remedy(name, label, spec))
    if subject.trace.truncated or _is_cut(subject):
        spec = replace(base, reranker=f"{base.reranker}{SUFFIX}")
        remedies.append(Remedy("passages", "Scored by passages (MaxP)", spec))
    for name in choice.rerankers:
        if name != base.reranker and not parsed(name).retrieves:
            label = parsed(name).record.alone or short_model(name)
            label = short_model(name) if parsed(name).model else label
            spec = PipelineSpec(settings, name)
            remedies.append(Remedy(f"reranker-{name}", f"Reranked by {label}", spec))
    return remedies


def _is_cut(subject: Subject) -> bool:
    budgets = subject.instruments.budgets(subject.query, subject.document.content)
    return any(budget.unread_tokens for budget in budgets if budget.role == CROSS_ENCODER)


def _of_texts(subject: Subject, base: PipelineSpec, choice: RemedyChoice) -> list[Remedy]:
    remedies = []
    vocabulary = subject.instruments.vocabulary()
    if vocabulary is not None:

        def corrected(query: str) -> str:
            wrong = misspellings(subject.searcher.terms(query), vocabulary)
            return respelt(query, wrong)

        if corrected(subject.query) != subject.query:
            label = f"Spelt “{corrected(subject.query)}”"
            note = "Every query is corrected alike: words that no document holds"
            remedies.append(Remedy("spelling", label, base, rewrite=corrected, note=note))
    acronym, expansion = choice.acronym.strip(), choice.expansion.strip()
    if acronym and expansion:

        def written_out(query: str) -> str:
            return expanded(query, acronym, expansion)

        if written_out(subject.query) != subject.query:
            label = f"“{acronym}” written out as “{expansion}”"
            note = "Typed for this query; others change only where they hold it"
            remedies.append(Remedy("acronym", label, base, rewrite=written_out, note=note))
    return [*remedies, *_of_titles(subject.document, base, choice.title)]


def _of_titles(document: Document, base: PipelineSpec, typed_title: str) -> list[Remedy]:
    """The document without its title, with the one that was typed, or with its own beginning."""
    remedies = []
    typed = " ".join(typed_title.split())
    beginning = "" if document.title or typed else beginning_of(document.text)
    if document.title and document.text.strip():
        untitled = replace(document, title="")
        note = "This document's title alone is taken away"
        remedies.append(Remedy("no-title", "Without its title", base, document=untitled, note=note))
    for title, note in (
        (typed, "Typed for this document; all others keep theirs"),
        (beginning, "Its own beginning, said twice then; all other documents keep their titles"),
    ):
        if title and title != document.title:
            titled = replace(document, title=title)
            label = f"With the title “{title}”"
            remedies.append(Remedy("title", label, base, document=titled, note=note))
    return remedies


def beginning_of(text: str) -> str:
    """What could stand as a text's title: its first line where that is short, or its sentence.

    "" where nothing follows it, or where it is too long for a title.
    """
    first_line, _, rest = text.strip().partition("\n")
    heading = " ".join(first_line.lstrip("#").split())
    if rest.strip() and heading and len(heading) <= LONGEST_TITLE:
        return heading
    opening = " ".join(text[: 2 * LONGEST_TITLE].split())
    end = SENTENCE_END.search(opening)
    if end is None or end.start() > LONGEST_TITLE:
        return ""
    return opening[: end.start()] + end[1].strip(".")
