"""Draws the pictures of `docs/architecture.md` from the code: `python -m tests.architecture`."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from tests.test_structure import MODULES, ROOT, imported

PAGE = ROOT / "docs" / "architecture.md"
LAYERS = {  # the place of a module, by the longest name that fits, and the box that it stands in
    "app": "app.py, server.py",
    "server": "app.py, server.py",
    "cli": "cli.py, commands/",
    "commands": "cli.py, commands/",
    "engine.types": "engine/types/",
    **{
        name: f"{name}/"
        for name in (
            *("benchmarks", "pages", "components", "state", "workbench"),
            *("jobs", "engine", "models", "corpora", "system"),
        )
    },
}
# From the key press to the cards: who calls what, each a file and a name within it.
WALK = (
    ("app.py", "", "components/common/shared_bar.py", "shared_bar"),
    ("pages/search/compare.py", "", "state/url_state.py", "current"),
    ("pages/search/compare.py", "", "pages/search/loaded_corpus.py", "opened"),
    ("pages/search/compare.py", "", "state/search/search_jobs.py", "search"),
    ("state/search/search_jobs.py", "", "engine/search/searcher.py", "Searcher.pipeline"),
    ("state/search/search_jobs.py", "", "engine/search/pipeline.py", "Pipeline.stream"),
    ("engine/search/pipeline.py", "Pipeline.stream", "engine/search/stages/stages.py", "Stage.run"),
    (
        *("engine/search/stages/stages.py", "FirstStage"),
        *("engine/search/stages/lexical.py", "LexicalRetriever.retrieve"),
    ),
    (
        *("engine/search/stages/stages.py", "FirstStage"),
        *("engine/search/stages/dense.py", "DenseRetriever.retrieve"),
    ),
    (
        *("engine/search/stages/stages.py", "HybridStage"),
        *("engine/search/stages/stages.py", "fuse"),
    ),
    (
        *("engine/search/stages/stages.py", "RerankStage"),
        *("models/cross_encoders/cross_encoder.py", "CrossEncoder.score"),
    ),
    ("pages/search/compare.py", "", "pages/search/rankings.py", "rankings_so_far"),
    (
        *("pages/search/rankings.py", ""),
        *("components/search/ranking_columns.py", "ranking_columns"),
    ),
)


def layers() -> str:
    """The layers as a Mermaid graph: an arrow from each to those that it rests on."""
    rests_on = _rests_on()
    names = {box: f"b{number}" for number, box in enumerate(rests_on)}
    lines = [f'  {name}["{box}"]' for box, name in names.items()]
    for box, below in rests_on.items():
        reached = set().union(*(_reached(rests_on, other) for other in below))
        lines += [f"  {names[box]} --> {names[other]}" for other in below if other not in reached]
    return "\n".join(["```mermaid", "flowchart TD", *lines, "```"])


def walk() -> str:
    """The steps of a search, each with the first sentence that its code says of itself."""
    lines = []
    for number, (caller, within, path, name) in enumerate(WALK, 1):
        wanted = name.rpartition(".")[2]
        if wanted not in _names(_node(caller, within)):
            raise LookupError(f"{caller} {within} no longer calls {wanted} of {path}: mend WALK")
        sentence = _sentence(path, name) or _sentence(path, name.rpartition(".")[0])
        by = f"`{caller}`" + (f" (`{within}`)" if within else "")
        lines.append(f"{number}. {by} → [`{path}`](../{path}) `{name}`: {sentence}")
    lines.append(
        f"{len(WALK) + 1}. `components/search/ranking_columns.py` → "
        "[`components/search/ranking_columns.js`](../components/search/ranking_columns.js): draws "
        "the cards, and says which was clicked."
    )
    return "\n".join(lines)


def drawn(text: str) -> str:
    """The page with both pictures as the code is now."""
    for mark, picture in (("layers", layers()), ("walk", walk())):
        begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
        before, _, rest = text.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise LookupError(f"{PAGE.name} has no place between {begin} and {end}: put it back")
        text = f"{before}{begin}\n{picture}\n{end}{after}"
    return text


def _box(module: str) -> str | None:
    places = [p for p in LAYERS if module == p or module.startswith(p + ".")]
    return LAYERS[max(places, key=len)] if places else None


def _rests_on() -> dict[str, list[str]]:
    """What each box imports of the others, in the order of `LAYERS`."""
    arrows: dict[str, set[str]] = {box: set() for box in LAYERS.values()}
    for module, path in MODULES.items():
        box = _box(module)
        if box is not None:
            targets = (_box(t) for t in imported(path.read_text("utf-8"), module, MODULES))
            arrows[box] |= {target for target in targets if target is not None and target != box}
    return {box: [other for other in arrows if other in below] for box, below in arrows.items()}


def _reached(rests_on: Mapping[str, list[str]], box: str) -> set[str]:
    """Every box below this one."""
    below = set(rests_on[box])
    return below.union(*(_reached(rests_on, other) for other in below))


def _node(path: str, name: str) -> ast.AST:
    """The module, class or function of that name in a file."""
    node: ast.AST = ast.parse((ROOT / path).read_text("utf-8"))
    for part in filter(None, name.split(".")):
        inside = [child for child in ast.iter_child_nodes(node) if _is_named(child, part)]
        if not inside:
            raise LookupError(f"{path} no longer holds {name}: mend WALK in {Path(__file__).name}")
        node = inside[0]
    return node


def _sentence(path: str, name: str) -> str:
    """The first line of the docstring, "" where there is none."""
    node = _node(path, name)
    assert isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef))
    return (ast.get_docstring(node) or "").partition("\n")[0]


def _is_named(node: ast.AST, name: str) -> bool:
    kinds = (ast.ClassDef, ast.FunctionDef)
    return isinstance(node, kinds) and node.name == name


def _names(node: ast.AST) -> set[str]:
    """Every name that is called within."""
    called = [each.func for each in ast.walk(node) if isinstance(each, ast.Call)]
    return {ast.unparse(function).rpartition(".")[2] for function in called}


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text("utf-8")), encoding="utf-8")
