"""The README stays short, and every link of the documentation leads somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
DOCS = sorted((ROOT / "docs").glob("*.md"))
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS]
MOST_LINES = 200
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^(`{3,}).*?^\1$|(`+)(?!`).*?(?<!`)\2(?!`)", re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """The addresses of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in headings}


def broken_links(page: Path) -> list[str]:
    broken = []
    for link in LINK.findall(CODE.sub("", page.read_text())):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    return broken


def test_the_readme_can_be_read_in_one_go() -> None:
    assert len((ROOT / "README.md").read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page) == []


def test_a_broken_link_is_seen(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One\n[gone](gone.md) [here](#one) [lost](#two) [away](https://example.org/)")
    assert broken_links(page) == ["gone.md", "#two"]


def test_a_link_within_code_is_none(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "`[a](b)` [gone](x.md)\n````md\n```yaml\n[a](b)\n```\n[c](d)\n````\n[lost](y.md)"
    )
    assert broken_links(page) == ["x.md", "y.md"]


def test_every_page_of_the_documentation_is_reached_from_the_readme() -> None:
    linked = set(LINK.findall((ROOT / "README.md").read_text()))
    assert {"CONTRIBUTING.md", *(f"docs/{page.name}" for page in DOCS)} <= linked


def table(page: str, heading: str) -> list[list[str]]:
    """The cells of the table whose header begins with these words."""
    lines = (ROOT / "docs" / page).read_text().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith(f"| {heading}"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().strip("*") for cell in line.strip("|").split("|")])
    return rows


def measured(name: str) -> Any:
    return json.loads((ROOT / "benchmarks" / name).read_text())


def test_the_table_of_quality_is_what_was_measured() -> None:
    figures = measured("quality.json")
    rows = table("measured.md", "collection | stage")
    stages = [
        stage for name in ("senses", "scifact", "cranfield") for stage in figures[name]["stages"]
    ]
    assert len(rows) == len(stages) == 15
    for row, stage in zip(rows, stages, strict=True):
        means = [f"{stage[name]:.4f}" for name in ("nDCG@10", "MRR@10", "Recall@50")]
        assert row[2:] == [*means, f"{stage['judged@10']:.0%}"]


def test_the_table_of_tags_is_what_was_measured() -> None:
    stages = measured("quality.json")["senses"]["stages"]
    rows = table("measured.md", "tag | queries")
    assert {row[0] for row in rows} == set(stages[0]["by_tag"])
    for tag, queries, *means in rows:
        assert {str(stage["by_tag"][tag]["queries"]) for stage in stages} == {queries}
        assert means == [f"{stage['by_tag'][tag]['nDCG@10']:.3f}" for stage in stages]


@pytest.mark.parametrize(
    ("heading", "what"), [("scoring 100 pairs", "scoring"), ("encoding 300 texts", "encoding")]
)
def test_the_tables_of_speed_are_what_was_measured(heading: str, what: str) -> None:
    engines = measured("bench.json")["side_by_side"][what]["engines"]
    theirs = engines["sentence-transformers"]["per_second"]
    rates = {f"{engine['per_second']:.1f}": engine for engine in engines.values()}
    for row in table("measured.md", heading):
        engine = rates[row[1]]
        times = engine["per_second"] / theirs
        assert row[2].strip("*") in {f"{times:.2f}", f"{times:.0f}"}
        if row[3] != "–":
            assert row[3] == f"{engine['share_of_matmul']:.0%}"


def test_the_plan_counts_cores_from_the_newest_reranking() -> None:
    seconds = measured("bench.json")["rerank"]["engine"]["median_seconds"]
    cores = 2 * round(seconds, 2) * 16.7
    text = " ".join((ROOT / "docs" / "scale.md").read_text().split())
    assert f"it was {seconds:.2f} s (`benchmarks/bench.json`)" in text
    assert (
        f"{2 * seconds:.2f} × 16.7 = {cores:.1f}; / 0.7 = {-int(-cores / 0.7 // 1)} cores" in text
    )
