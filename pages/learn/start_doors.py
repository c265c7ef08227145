"""The doors of the start page, and what each opens with."""

from __future__ import annotations

from components.common import stage
from components.learn.doors import Door, Way
from state import url_state
from state.app_resources import BUNDLED
from state.corpora import view as corpus_view
from state.search.worked_example import QUERY

EXAMPLE = {url_state.CORPUS: BUNDLED, url_state.QUERY: QUERY}
PAIR = {url_state.DOCUMENT: "python-ball-care", url_state.SECOND: "python-programming-tutorial"}
DOORS = (
    Door(
        "I want to learn or teach",
        "What does a cross-encoder read that two vectors cannot hold? One forward pass of both, "
        "step by step.",
        (
            Way("Look inside both models", "pages/explain/inside.py", {**EXAMPLE, **PAIR}),
            Way("When to use which", "pages/learn/about.py"),
        ),
    ),
    Door(
        "I want to debug my search",
        "Bring your documents, queries and judgments; type the query that goes wrong, and see "
        "which stage lost the document.",
        (
            Way("Bring my documents", "pages/corpora/corpora.py", {corpus_view.VIEW: "Import"}),
            Way("Try a query", "pages/search/compare.py"),
        ),
    ),
    Door(
        "I want to show a change to others",
        "The ranking before and after, side by side, in letters that are read from the last "
        "row; or measured over a whole query set.",
        (
            Way(
                "Show before and after",
                "pages/search/compare.py",
                {**EXAMPLE, stage.STAGE: stage.ON},
            ),
            Way("Measure it on a query set", "pages/quality/quality.py"),
        ),
    ),
)
