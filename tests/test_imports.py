"""Imports run one way: search.types <- search, models, corpora <- workbench <- state <- pages."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SKIPPED = {"tests", ".venv", "build", "dist", "node_modules"}
LEAVES = (
    "search.types",
    "search.storage",
    "search.machine",
    "search.contradictions",
    "search.csv_writing",
    "search.words",
    "search.trec_ids",
)
TOP = ("workbench", "search", "corpora", "models")
SHOWS = ("state", "components", "search")

# What each place may import of ours. The most specific place counts.
ALLOWED: dict[str, tuple[str, ...]] = {
    "search.types": (),
    "search.storage": (),
    "search.machine": (),
    "search.contradictions": (),
    "search.csv_writing": (),
    "search.words": (),
    "search.trec_ids": (),
    "search": ("search",),
    "models": ("models", *LEAVES),
    "corpora": ("corpora", *LEAVES),
    "workbench": ("search", "models", "corpora"),
    "machine_judging": TOP,
    "cli_input": TOP,
    "cli_words": TOP,
    "cli_import": ("cli_input", *TOP),
    "cli_judge": ("cli_judge_report", "machine_judging", *TOP),
    "cli_judge_report": ("machine_judging", *TOP),
    "state": ("state", "teaching", "machine_judging", *TOP),
    "teaching": ("teaching", *TOP),
    "cli_training": ("teaching", *TOP),
    "cli": (
        *TOP,
        "teaching",
        "cli_training",
        "cli_judge",
        "cli_judge_report",
        "cli_import",
        "cli_input",
        "cli_words",
    ),
    "benchmarks": ("benchmarks", "teaching", *TOP),
    "components": ("components", "search.types"),
    "pages": ("pages", *SHOWS),
    "app": SHOWS,
    "server": SHOWS,
}
OURS = {place.partition(".")[0] for place in ALLOWED}
# Who may import what is not ours, for libraries that belong to one layer.
ONLY_IN = {
    "streamlit": ("app", "server", "pages", "components", "state"),
    "plotly": ("components",),
    "torch": ("models", "benchmarks", "components"),  # BertViz takes tensors
    "transformers": ("models", "benchmarks"),
    "faiss": ("corpora", "benchmarks"),
    "pymilvus": ("corpora",),
    "milvus_lite": ("corpora",),
}


def within(module: str, place: str) -> bool:
    return module == place or module.startswith(place + ".")


def imported(source: str, module: str, modules: Collection[str]) -> Iterator[str]:
    """Every module that `source` imports, at the top, in functions and by importlib."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                package = module.split(".")[: -node.level]
                base = ".".join([*package, *([base] if base else [])])
            for alias in node.names:
                below = f"{base}.{alias.name}"
                yield below if below in modules else base
        elif isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func).rpartition(".")[2]
            first = node.args[0]
            if called in ("import_module", "__import__") and isinstance(first, ast.Constant):
                yield str(first.value)


def wrong_arrows(source: str, module: str, modules: Collection[str]) -> list[str]:
    """The imports of `module` that run against the house's direction."""
    places = [place for place in ALLOWED if within(module, place)]
    if not places:
        return [f"{module} lies in no known place: give it one in {Path(__file__).name}"]
    allowed = ALLOWED[max(places, key=len)]
    wrong = []
    for target in imported(source, module, modules):
        top = target.partition(".")[0]
        ours_wrong = top in OURS and not any(within(target, place) for place in allowed)
        homes = ONLY_IN.get(top)
        if ours_wrong or (homes and not any(within(module, home) for home in homes)):
            wrong.append(f"{module} imports {target}")
    return wrong


def project_modules() -> dict[str, Path]:
    found = {}
    for path in sorted(ROOT.rglob("*.py")):
        relative = path.relative_to(ROOT)
        if any(part in SKIPPED or part.startswith(".") for part in relative.parts):
            continue
        parts = relative.with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


MODULES = project_modules()


def test_the_walk_finds_the_house() -> None:
    assert {"search.types", "search.pipeline", "models.bm25", "workbench", "cli"} <= set(MODULES)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_import_runs_against_the_direction(module: str) -> None:
    assert wrong_arrows(MODULES[module].read_text(encoding="utf-8"), module, MODULES) == []


@pytest.mark.parametrize(
    ("module", "source", "target"),
    [
        ("search.types", "from search.ranking import rank", "search.ranking"),
        ("search.storage", "import search.types", "search.types"),
        ("search.pipeline", "from models.bm25 import BM25Index", "models.bm25"),
        ("search.pipeline", "from ..corpora import corpus", "corpora.corpus"),
        ("models.bm25", "from search import ranking", "search.ranking"),
        ("models.bm25", "def f():\n    import corpora.corpus", "corpora.corpus"),
        ("corpora.beir", "from models import bm25", "models.bm25"),
        ("workbench", "if TYPE_CHECKING:\n    from state import memory", "state"),
        ("components.card", "from search.ranking import rank", "search.ranking"),
        ("components.card", "import state", "state"),
        ("pages.search.compare", "from models.loading import load_bi_encoder", "models.loading"),
        ("app", "import importlib\nimportlib.import_module('corpora.reader')", "corpora.reader"),
        ("app", "from workbench import Workbench", "workbench"),
        ("cli", "import state", "state"),
        ("search.snippets", "import streamlit as st", "streamlit"),
        ("models.bm25", "from streamlit import cache_data", "streamlit"),
        ("pages.search.latency", "import plotly.express as px", "plotly.express"),
        ("search.dense", "import torch", "torch"),
    ],
)
def test_a_planted_wrong_arrow_is_found(module: str, source: str, target: str) -> None:
    modules = {*MODULES, "search.ranking", "models.bm25"}
    assert wrong_arrows(source, module, modules) == [f"{module} imports {target}"]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("search.pipeline", "from .types import Hit\nfrom search.ranking import rank\nimport os"),
        ("models.bm25", "from search.types import Hit\nfrom models.lexical import terms"),
        ("state.memory", "import streamlit\nfrom workbench import Workbench"),
        ("pages.search.compare", "import streamlit\nfrom search.settings import Settings"),
        ("components.chart", "import plotly.graph_objects\nfrom search.types import Hit"),
    ],
)
def test_a_right_arrow_is_let_through(module: str, source: str) -> None:
    assert wrong_arrows(source, module, MODULES) == []


def test_a_module_in_no_known_place_is_an_error() -> None:
    assert "no known place" in wrong_arrows("", "helpers.misc", MODULES)[0]


@pytest.mark.parametrize("name", ["app.py", "server.py"])
def test_the_picture_frame_stays_small(name: str) -> None:
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"no {name} yet")
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 80


def test_pages_lie_one_folder_down() -> None:
    """Files directly in pages/ would be discovered twice by Streamlit."""
    assert [name for name in MODULES if name.startswith("pages.") and name.count(".") < 2] == []
