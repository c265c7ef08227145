"""The doors of the start page, and what each opens with."""

from __future__ import annotations

from components.common import stage
from components.learn.doors import Door, Way
from state import url_state
from state.app_resources import BUNDLED, prepare
from state.corpora import view as corpus_view
from state.quality.runs import saved_runs
from state.search.worked_example import QUERY

EXAMPLE = {url_state.CORPUS: BUNDLED, url_state.QUERY: QUERY}
PAIR = {url_state.DOCUMENT: "python-ball-care", url_state.SECOND: "python-programming-tutorial"}
PASSED_ON = (
    Way("Play or make a walkthrough", "pages/share/walkthroughs.py"),
    Way("Let people vote without labels", "pages/share/blind_vote.py"),
)
DOORS = (
    Door(
        "I want to learn or teach",
        "Short lessons with the real models inside: say what they will do, see it, run it, try to "
        "break it. Or one forward pass of both, step by step.",
        (
            Way("Take a lesson", "pages/learn/lessons.py"),
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
        "The ranking before and after, side by side, in letters for the last row. Once a query "
        "set was measured, two of its pipelines.",
        (
            Way(
                "Show before and after",
                "pages/search/compare.py",
                {**EXAMPLE, stage.STAGE: stage.ON},
            ),
            Way("Measure it on a query set", "pages/quality/quality.py"),
            *PASSED_ON,
        ),
    ),
)
MEASURED = Door(
    "I want to show a change to others",
    "Two measured pipelines: which queries gained, which lost, and whether it was chance. Or "
    "one query before and after, in large letters.",
    (
        Way(
            "Show two runs",
            "pages/quality/quality.py",
            {url_state.CORPUS: BUNDLED, "quality_part": "Two runs"},
        ),
        Way(
            "Show one query before and after",
            "pages/search/compare.py",
            {**EXAMPLE, stage.STAGE: stage.ON},
        ),
        *PASSED_ON,
    ),
)


def start_doors() -> tuple[Door, ...]:
    """The doors; the last leads to what was measured, where the example corpus has a run."""
    preparation = prepare(BUNDLED)
    if not preparation.wait(0) or preparation.problem is not None:
        return DOORS
    fingerprint = preparation.result().corpus.info.fingerprint
    return (*DOORS[:-1], MEASURED) if saved_runs(fingerprint) else DOORS
