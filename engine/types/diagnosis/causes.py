"""Why a document is not where it was expected: kinds of causes, each with evidence and undoing."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.types.diagnosis.cases import Case
from engine.types.documents import Document
from engine.types.rankings import Hit, StageRank
from engine.types.registries.registry import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class CauseKind:
    """One kind of cause, in words; `page` is the address of the page that shows it."""

    name: str
    label: str
    page: str
    page_label: str


def _kind(name: str, label: str, page: str, page_label: str) -> CauseKind:
    return CauseKind(name=name, label=label, page=page, page_label=page_label)


MISSING = _kind("missing", "Not in the corpus", "corpora", "Corpora")
EMPTY = _kind("empty", "Holds no word", "corpora", "Corpora")
CUT = _kind("cut", "What answers is never read", "truncation", "Truncation")
MISSPELT = _kind("misspelt", "The query is misspelt", "what-if", "What if")
DUPLICATE = _kind("duplicate", "Near-duplicates stand above it", "corpora", "Corpora")
TERMS = _kind("terms", "It lacks the query's words", "compare", "Compare")
DEPTH = _kind("depth", "Beyond the depth", "latency", "Latency")
NOT_RETURNED = _kind("not-returned", "Not returned by the other system", "compare", "Compare")
FAR = _kind("far", "Far away by its vector", "explain", "Explain")
MISJUDGED = _kind("misjudged", "Misjudged by the cross-encoder", "explain", "Explain")
OUTSCORED = _kind("outscored", "Outscored", "explain", "Explain")
LIFTED = _kind("lifted", "Lifted into the first ranks", "explain", "Explain")
JUDGED = _kind("judged", "Judged wrongly, perhaps", "quality", "Quality")

CAUSES: Registry[CauseKind] = Registry(
    "kind of cause",
    (
        *(MISSING, EMPTY, CUT, MISSPELT, DUPLICATE, TERMS),
        *(NOT_RETURNED, DEPTH, FAR, MISJUDGED, OUTSCORED, LIFTED, JUDGED),
    ),
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One observation: what was looked at, and what it is."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Cause:
    """One cause: a sentence, its evidence, and the rank once it is undone.

    `undoing` says how it was undone to measure `after`, the rank then (None: nothing to measure,
    or still not listed). `other` is the document that it is held against.
    """

    kind: CauseKind
    sentence: str
    evidence: tuple[Evidence, ...] = ()
    undoing: str = ""
    after: int | None = None
    other: str = ""


@dataclass(frozen=True, slots=True)
class ChainLink:
    """The document's place in one stage, and where the list that counts ends.

    `limit` is that end: the depth for what is reranked, else the first ranks that were asked for.
    `border` is the hit there; `gap` its score minus the document's, where the document lies
    beyond. `lost_to` are the documents that took its place, nearest first.
    """

    place: StageRank
    limit: int
    border: Hit | None = None
    gap: float | None = None
    lost_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One case looked into: the chain of stages, and the causes, the most telling first.

    `rank` is the document's in the pipeline's list of `of`, None where it is not listed;
    `lost_at` the stage that lost it, "" where none did. `in_corpus` is False for a text that was
    pasted: its ranks are those that it would have. It is `complete` once all causes were sought.
    """

    case: Case
    document: Document
    pipeline: str
    rank: int | None
    of: int
    chain: tuple[ChainLink, ...]
    lost_at: str = ""
    causes: tuple[Cause, ...] = ()
    notices: tuple[str, ...] = ()
    in_corpus: bool = True
    complete: bool = False
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether the document is where it was expected."""
        return self.in_corpus and self.case.met(self.rank)

    @property
    def first(self) -> Cause | None:
        """The cause that is named first."""
        return self.causes[0] if self.causes else None
