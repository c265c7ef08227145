"""A blind vote: two pipelines' lists for each query, unlabelled, and what voters prefer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

Pipeline = Literal["first", "second"]
FIRST: Pipeline = "first"
SECOND: Pipeline = "second"


class Choice(StrEnum):
    """What a voter says of two lists; the value is the word that is sent, kept and exported."""

    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"
    BOTH_BAD = "both bad"


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document as voters see it."""

    doc_id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ListPair:
    """One query and what each of the two pipelines lists for it."""

    query_id: str
    query: str
    first: tuple[ListedDocument, ...]
    second: tuple[ListedDocument, ...]

    def of(self, pipeline: Pipeline) -> tuple[ListedDocument, ...]:
        """The list of this pipeline."""
        return self.first if pipeline == FIRST else self.second


@dataclass(frozen=True, slots=True)
class BlindVote:
    """What is voted on: two pipelines by name and values, and their lists as they were then.

    `shown` is the length of a list and `identical` how many queries were left out because both
    pipelines list the same. `secret` decides the sides, `owner` the browser that set it up.
    """

    vote_id: str
    title: str
    corpus: str
    fingerprint: str
    names: tuple[str, str]
    pipelines: tuple[Mapping[str, Any], Mapping[str, Any]]
    shown: int
    pairs: tuple[ListPair, ...]
    identical: int
    created_at: float
    ended_at: float | None = None
    secret: str = field(default="", repr=False)
    owner: str = field(default="", repr=False)

    @property
    def ended(self) -> bool:
        """Whether nobody votes any more, and the pipelines may be named."""
        return self.ended_at is not None

    def name_of(self, pipeline: Pipeline) -> str:
        """The pipeline's name."""
        return self.names[0 if pipeline == FIRST else 1]


@dataclass(frozen=True, slots=True)
class Voter:
    """Who votes: the name that they typed, and their browser, for two may type one name."""

    name: str
    browser: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """What a voter said of one query; `choice` None takes an earlier word back.

    `left` is the pipeline whose list stood at the left.
    """

    query_id: str
    voter: Voter
    choice: Choice | None
    left: Pipeline
    comment: str = ""
    at: float = 0.0

    @property
    def preferred(self) -> Pipeline | None:
        """The pipeline whose list was chosen, None for a tie and where both are bad."""
        if self.choice is Choice.LEFT:
            return self.left
        if self.choice is Choice.RIGHT:
            return SECOND if self.left == FIRST else FIRST
        return None

    @property
    def verdict(self) -> str:
        """What was said of the pipelines, wherever they stood: a pipeline, "tie", "both bad"."""
        return self.preferred or str(self.choice or "")
