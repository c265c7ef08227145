"""The house: imports run one way, without a circle, and nothing in it grows too large.

engine.types <- engine, models, corpora, jobs <- workbench <- state <- pages; commands beside state.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SKIPPED = {"tests", ".venv", "build", "dist", "node_modules"}
BELOW = ("engine", "models", "corpora", "jobs", "system")

# What each place may import of ours. The most specific place counts.
ALLOWED: dict[str, tuple[str, ...]] = {
    "system": ("system", "engine.types"),
    "engine.types": ("engine.types",),
    "engine": ("engine", "system"),
    "models": ("models", "engine.types", "system"),
    "corpora": ("corpora", "engine.types", "system"),
    "jobs": ("jobs", "engine.types"),
    "workbench": ("workbench", *BELOW),
    "state": ("state", "workbench", *BELOW),
    "commands": ("commands", "workbench", *BELOW),
    "cli": ("commands", "workbench", *BELOW),
    "benchmarks": ("benchmarks", "workbench", *BELOW),
    "components": ("components", "engine.types", "system.csv_writing"),  # a table as a file
    "pages": ("pages", "state", "components", "engine", "jobs"),
    "app": ("state", "components", "engine", "pages"),
    "server": ("state", "engine.types", "jobs", "system"),
}
MOST_MODULES, MOST_TEST_MODULES = 15, 25  # in one folder, __init__ not counted
MOST_LINES = 350
# Still too long: each is a debt, and may only shrink.
LONG: dict[str, int] = {}
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
    "yaml": ("engine.learn",),
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
    assert {
        "engine.types",
        "engine.search.pipeline",
        "models.lexical.bm25",
        "workbench",
        "cli",
    } <= set(MODULES)


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_import_runs_against_the_direction(module: str) -> None:
    assert wrong_arrows(MODULES[module].read_text(encoding="utf-8"), module, MODULES) == []


@pytest.mark.parametrize(
    ("module", "source", "target"),
    [
        ("engine.types", "from engine.search.ranking import rank", "engine.search.ranking"),
        ("system.storage", "import engine.explain.pairwise", "engine.explain.pairwise"),
        (
            "engine.search.pipeline",
            "from models.lexical.bm25 import BM25Index",
            "models.lexical.bm25",
        ),
        ("engine.search.pipeline", "from ...corpora.stores import corpus", "corpora.stores.corpus"),
        ("models.lexical.bm25", "from engine.search import ranking", "engine.search.ranking"),
        (
            "models.lexical.bm25",
            "def f():\n    import corpora.stores.corpus",
            "corpora.stores.corpus",
        ),
        ("corpora.readers.beir", "from models.lexical import bm25", "models.lexical.bm25"),
        ("workbench.searchers", "if TYPE_CHECKING:\n    from state import memory", "state"),
        ("components.card", "from engine.search.ranking import rank", "engine.search.ranking"),
        ("components.card", "import state", "state"),
        ("pages.search.compare", "from models.loading import load_bi_encoder", "models.loading"),
        (
            "app",
            "import importlib\nimportlib.import_module('corpora.readers.reader')",
            "corpora.readers.reader",
        ),
        ("app", "from workbench.workbench import Workbench", "workbench.workbench"),
        ("jobs.job_queue", "from state import url_state", "state.url_state"),
        ("workbench.training.start", "from jobs.job_queue import JobQueue\nimport state", "state"),
        ("cli", "import state", "state"),
        ("engine.search.snippets", "import streamlit as st", "streamlit"),
        ("models.lexical.bm25", "from streamlit import cache_data", "streamlit"),
        ("pages.search.latency", "import plotly.express as px", "plotly.express"),
        ("engine.search.stages.dense", "import torch", "torch"),
    ],
)
def test_a_planted_wrong_arrow_is_found(module: str, source: str, target: str) -> None:
    modules = {*MODULES, "engine.search.ranking", "models.lexical.bm25"}
    assert wrong_arrows(source, module, modules) == [f"{module} imports {target}"]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        (
            "engine.search.pipeline",
            "from ..types import Hit\nfrom engine.search.ranking import rank\nimport os",
        ),
        (
            "models.lexical.bm25",
            "from engine.types import Hit\nfrom models.lexical.terms import terms",
        ),
        ("state.memory", "import streamlit\nfrom workbench.workbench import Workbench"),
        ("pages.search.compare", "import streamlit\nfrom engine.search.settings import Settings"),
        ("components.chart", "import plotly.graph_objects\nfrom engine.types import Hit"),
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


def arrows(modules: Mapping[str, Path]) -> dict[str, set[str]]:
    """What each module imports of ours, in functions too."""
    return {
        module: {
            target
            for target in imported(path.read_text(encoding="utf-8"), module, modules)
            if target in modules and target != module
        }
        for module, path in modules.items()
    }


def circles(graph: Mapping[str, Collection[str]]) -> list[list[str]]:
    """The ways that lead back to where they began, each once, from its first name."""
    ends: set[str] = set()
    way: list[str] = []
    found: set[tuple[str, ...]] = set()

    def follow(module: str) -> None:
        if module in way:
            circle = way[way.index(module) :]
            start = circle.index(min(circle))
            found.add((*circle[start:], *circle[:start]))
            return
        if module in ends:
            return
        way.append(module)
        for target in sorted(graph.get(module, ())):
            follow(target)
        way.pop()
        ends.add(module)

    for module in sorted(graph):
        follow(module)
    return [list(circle) for circle in sorted(found)]


def test_no_imports_run_in_a_circle() -> None:
    assert circles(arrows(MODULES)) == []


def test_a_planted_circle_is_found() -> None:
    graph = {"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": {"d2"}, "d2": set[str]()}
    assert circles(graph) == [["a", "b", "c"]]


def folders(root: Path) -> Counter[str]:
    """How many modules lie directly in each folder."""
    counted: Counter[str] = Counter()
    for path in root.rglob("*.py"):
        parts = path.relative_to(ROOT).parts
        if any(part in SKIPPED - {"tests"} or part.startswith(".") for part in parts):
            continue
        if path.name != "__init__.py":
            counted["/".join(parts[:-1])] += 1
    return counted


def test_no_folder_holds_more_modules_than_a_reader_takes_in() -> None:
    counted = folders(ROOT)
    full = {
        name: count
        for name, count in counted.items()
        if count > (MOST_TEST_MODULES if name.startswith("tests") else MOST_MODULES)
    }
    assert counted["engine/search"] > 5
    assert full == {}


def test_no_module_is_longer_than_a_reader_takes_in() -> None:
    lines = {
        module: len(path.read_text(encoding="utf-8").splitlines())
        for module, path in MODULES.items()
    }
    assert {m: n for m, n in lines.items() if n > LONG.get(m, MOST_LINES)} == {}
    assert {m for m in LONG if lines.get(m, 0) <= MOST_LINES} == set(), "take these out of LONG"


def test_state_holds_only_what_touches_streamlit() -> None:
    """Itself, or through what a sibling keeps in Streamlit's caches and session."""
    graph = arrows(MODULES)
    idle = [
        module
        for module, path in MODULES.items()
        if within(module, "state")
        and path.name != "__init__.py"
        and "import streamlit" not in path.read_text(encoding="utf-8")
        and not any(within(target, "state") for target in graph[module])
    ]
    assert idle == []


def test_every_package_says_what_it_holds() -> None:
    silent = [
        module
        for module, path in MODULES.items()
        if path.name == "__init__.py" and not path.read_text(encoding="utf-8").startswith('"""')
    ]
    assert silent == []
