"""One of a thing is said in the singular: counts before a noun go through `counted`."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.common.wording import counted

ROOT = Path(__file__).parents[3]
NOUNS = re.compile(r" (documents|queries|words|tokens|candidates|runs|judgments|passages|rows)\b")
# (file, what stands before the noun): why it is never one, or no count at all.
ALLOWED: dict[tuple[str, str], str] = {
    ("pages/models/code_consent.py", "need.name"): "a name, and the verb runs",
    ("components/corpora/statistics.py", "median"): "a median",
    ("components/latency/ann.py", "k"): "the depth of the comparison, 10",
    ("pages/latency/energy.py", "report.judged"): "one query has a sentence of its own",
    ("pages/latency/this_search.py", "each"): "a mean of pairs, each of several tokens",
    ("components/corpora/index_backend_facts.py", "milvus_from"): "a threshold: that many and more",
    ("components/latency/charts.py", "runs"): "never under five",
    ("components/latency/table.py", "least"): "20 or 100",
    ("components/quality/measures_table.py", "row.documents"): "a mean",
    ("components/common/ranker_wording.py", "n"): "said in the singular there: wording imports it",
}


def uncounted(source: str) -> Iterator[tuple[str, int]]:
    """(the expression, its line) of every figure in a text that a plural noun follows."""
    for text in ast.walk(ast.parse(source)):
        if not isinstance(text, ast.JoinedStr):
            continue
        for value, after in zip(text.values, text.values[1:], strict=False):
            if (
                isinstance(value, ast.FormattedValue)
                and isinstance(after, ast.Constant)
                and NOUNS.match(str(after.value))
            ):
                yield ast.unparse(value.value), value.lineno


@pytest.mark.parametrize("folder", ["pages", "components"])
def test_no_text_puts_a_plural_noun_behind_a_count_of_one(folder: str) -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{line}: {name}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for name, line in uncounted(path.read_text(encoding="utf-8"))
        if (path.relative_to(ROOT).as_posix(), name) not in ALLOWED
    ]
    assert found == []


def test_the_walk_finds_a_plural_behind_a_figure_and_across_lines() -> None:
    assert [name for name, _ in uncounted('f"{n:,} documents"')] == ["n"]
    assert [name for name, _ in uncounted('(f"of {len(x)} "\n f"words")')] == ["len(x)"]
    assert [name for name, _ in uncounted('(f"of {len(x)}"\n f" words")')] == ["len(x)"]
    assert [name for name, _ in uncounted('f"{counted(n, 1)}, {share} documentation"')] == []


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0 queries"), (1, "1 query"), (2, "2 queries"), (1200, "1,200 queries")],
)
def test_one_is_singular(number: int, words: str) -> None:
    assert counted(number, "query", "queries") == words
