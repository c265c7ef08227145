"""`report`: a file of searches or of a saved run, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from corpora.stores.run_store import RunStore
from engine.quality.candidate_scores_json import candidate_score_values
from engine.quality.pipelines import stage_pipelines
from engine.quality.runner import gather
from engine.search.settings import Settings
from engine.share.walkthrough_json import walkthrough_from
from engine.share.walkthrough_library import FOLDER
from engine.types import BI_ENCODER, CROSS_ENCODER
from tests.commands.running import Output, failure
from tests.engine.share.report.reading import read
from workbench.workbench import Workbench

pytestmark = pytest.mark.usefixtures("session_models")


def test_searches_become_one_file_with_the_ranks_of_rank(
    run_json: Any, pets: str, tmp_path: Path
) -> None:
    out = tmp_path / "report.html"
    told = run_json("report", "python snake", "content cats", "--corpus", pets, "--out", str(out))
    assert told["file"] == str(out)
    assert told["bytes"] == out.stat().st_size
    assert told["parts"] == ["The search “python snake”", "The search “content cats”"]
    document = read(out.read_text("utf-8"))
    first_step = document.one("section", class_="step")
    ranked = run_json("rank", "python snake", "--corpus", pets)
    for column, ranking in zip(
        first_step.all("div", class_="column"), ranked["rankings"], strict=True
    ):
        cards = list(column.all("article"))
        shown = [(int(c.attributes["data-rank"]), float(c.attributes["data-score"])) for c in cards]
        hits = ranking["hits"][:10]
        assert [rank for rank, _ in shown] == [hit["rank"] for hit in hits]
        assert [score for _, score in shown] == pytest.approx([h["score"] for h in hits], abs=0.02)
        titles = [card.one("span", class_="title").text for card in cards]
        assert titles == [hit["title"] or hit["doc_id"] for hit in hits]


def test_a_saved_run_becomes_a_file(run_json: Any, pets: str, tmp_path: Path) -> None:
    bench = Workbench()
    corpus = bench.corpora.open(pets)
    searcher = bench.searchers.of(corpus)
    reranker = bench.models.cross_encoder()
    specs = stage_pipelines((BI_ENCODER, CROSS_ENCODER), Settings(depth=5), reranker.name)
    gathered = gather(searcher, {reranker.name: reranker}, corpus.queries[:3], list(specs.values()))
    head = {"engine": reranker.backend, "pipelines": [spec.values() for spec in specs.values()]}
    saved = RunStore(corpus.info.fingerprint).save(head, candidate_score_values(gathered))
    out = tmp_path / "report.html"
    run_json("report", "--run", saved.run_id, "--corpus", pets, "--out", str(out))
    html = out.read_text("utf-8")
    run_json("report", "--run", "newest", "--corpus", pets, "--out", str(out))
    assert re.sub("Written on .*? UTC", "", html) == re.sub(
        "Written on .*? UTC", "", out.read_text("utf-8")
    )
    document = read(html)
    assert "A careful second step" in document.one("p", class_="opening").text
    assert corpus.info.fingerprint in document.text


def test_the_walkthroughs_that_ship_become_files_below_three_megabytes(
    run_json: Any, tmp_path: Path
) -> None:
    for path in sorted(FOLDER.glob("*.json")):
        out = tmp_path / f"{path.stem}.html"
        told = run_json("report", "--walkthrough", str(path), "--out", str(out))
        walkthrough = walkthrough_from(path.read_bytes(), path.name)
        assert told["title"] == walkthrough.title
        assert told["parts"] == [step.heading for step in walkthrough.steps if step.snapshot]
        assert told["bytes"] < 3_000_000
        steps = list(read(out.read_text("utf-8")).all("section", class_="step"))
        assert len(steps) == len(told["parts"]) > 1
        for step, kept in zip(steps, (s for s in walkthrough.steps if s.snapshot), strict=True):
            assert kept.heading in step.one("h2").text
            assert kept.note in step.text


def test_searches_need_a_corpus(capsys: Output) -> None:
    assert "--corpus is needed" in failure(capsys, "report", "cats")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to report: give a query, a saved run by --run, or a --walkthrough"),
        (("x", "--walkthrough", "w.json"), "one of these"),
        (("--walkthrough", "none.json"), "--walkthrough none.json: cannot be read"),
        (("--run", "20200101-000000"), "is not saved with this corpus"),
        (("x", "--top", "0"), "--top is 0: give a number from 1 to 100"),
    ],
)
def test_what_cannot_be_reported_is_refused(
    capsys: Output, pets: str, tmp_path: Path, arguments: tuple[str, ...], words: str
) -> None:
    out = tmp_path / "report.html"
    message = failure(capsys, "report", *arguments, "--corpus", pets, "--out", str(out))
    assert words in message
    assert not out.exists()


def test_a_place_where_no_file_can_be_is_named_at_once(
    capsys: Output, pets: str, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    for out in (tmp_path, tmp_path / "file" / "report.html"):
        message = failure(capsys, "report", "cats", "--corpus", pets, "--out", str(out))
        assert f"--out {out}: cannot be written" in message
