"""Collects the standard library's docstrings into a JSONL file; run as a script.

    python -I -S pydoc_collect.py OUT

It imports only the standard library and runs in a process of its own, because
importing every module of the library has side effects. What a default value says of this
machine, its environment or its folders, is left out. One line a document:
{"_id", "title", "text", "kind", "module"}, sorted by id, and the same bytes
whenever the same interpreter writes them.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import json
import os
import pkgutil
import re
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MIN_WORDS = 8
MAX_SIGNATURE = 120
# These print, open a window or a browser, are demos, or write beside themselves
# (lib2to3 its pickled grammar).
UNSAFE_MODULES = frozenset(("antigravity", "idlelib", "lib2to3", "test", "this", "turtledemo"))
# What these define is met as os.… and os.path.…, the names that people use.
BEHIND_OS = frozenset(("genericpath", "nt", "ntpath", "posix", "posixpath"))
SKIPPED_PARTS = frozenset(("__main__", "test", "tests", "idle_test"))
ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
# Such a default is another on each machine, and may be nobody's business.
FOLDERS_HERE = (sys.prefix, sys.base_prefix, sys.executable, str(Path.cwd()))
FUNCTIONS = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
)


@dataclass(frozen=True, slots=True)
class Docstring:
    """A documented thing under one of its names; `order` says how good the name is."""

    name: str
    title: str
    text: str
    kind: str
    module: str
    order: tuple[bool, bool, bool, int, str]


def main(out: str) -> None:
    """Write every docstring once, under the best of its names."""
    best: dict[str, Docstring] = {}
    for docstring in everything():
        key = " ".join(docstring.text.split())
        if key not in best or docstring.order < best[key].order:
            best[key] = docstring
    by_name: dict[str, Docstring] = {}
    for docstring in sorted(best.values(), key=lambda each: each.order):
        by_name.setdefault(docstring.name, docstring)
    with Path(out).open("w", encoding="utf-8", newline="\n") as stream:
        for name, docstring in sorted(by_name.items()):
            row = {"_id": name, "title": docstring.title, "text": docstring.text}
            row |= {"kind": docstring.kind, "module": docstring.module}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


def everything() -> Iterator[Docstring]:
    """What is documented in the modules that can be imported here."""
    for name in module_names():
        # A module may fail in any way on this machine: no Tk, not Windows, or a plain exit.
        with contextlib.suppress(Exception, SystemExit):
            yield from in_module(name, importlib.import_module(name))


def module_names() -> Iterator[str]:
    """Every public module of the standard library, sorted, submodules behind their package."""
    for name in sorted({*sys.stdlib_module_names, "os.path"} - UNSAFE_MODULES - BEHIND_OS):
        if not name.startswith("_") or name == "__future__":
            yield from with_submodules(name)


def with_submodules(name: str) -> Iterator[str]:
    """The module and, where it is a package, its public parts at any depth."""
    yield name
    module = None
    with contextlib.suppress(Exception, SystemExit):
        module = importlib.import_module(name)
    parts = sorted(part.name for part in pkgutil.iter_modules(getattr(module, "__path__", ())))
    for part in parts:
        if not part.startswith("_") and part not in SKIPPED_PARTS:
            yield from with_submodules(f"{name}.{part}")


def in_module(name: str, module: types.ModuleType) -> Iterator[Docstring]:
    """The module itself, its public classes with their methods, and its functions."""
    yield from documented(name, name, module, "module", name, own=True, listed=True)
    exported = getattr(module, "__all__", ())
    for member, value in sorted(vars(module).items()):
        if member.startswith("_"):
            continue
        is_listed = member in exported or name == "builtins"
        is_own = name == "builtins" or defines(name, value, is_listed)
        dotted = f"{name}.{member}"
        if inspect.isclass(value):
            yield from documented(
                dotted, dotted, value, "class", name, own=is_own, listed=is_listed
            )
            yield from in_class(dotted, value, name, own=is_own, listed=is_listed)
        elif isinstance(value, FUNCTIONS):
            title = dotted + signature(value)
            yield from documented(
                dotted, title, value, "function", name, own=is_own, listed=is_listed
            )


def defines(module: str, value: object, listed: bool) -> bool:
    """Whether the value is at home here; a package is home to what it lists of its parts."""
    home = str(getattr(value, "__module__", None))
    return home == module or (listed and home.startswith(f"{module}."))


def in_class(
    name: str, owner: type, module: str, *, own: bool, listed: bool
) -> Iterator[Docstring]:
    """The methods that the class itself defines, `__init__` and its like among them."""
    for member, value in sorted(vars(owner).items()):
        plain = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
        if isinstance(plain, FUNCTIONS) and (dunder(member) or not member.startswith("_")):
            dotted = f"{name}.{member}"
            title = dotted + signature(plain)
            yield from documented(dotted, title, plain, "method", module, own=own, listed=listed)


def documented(
    name: str, title: str, value: object, kind: str, module: str, *, own: bool, listed: bool
) -> Iterator[Docstring]:
    """The thing, when it has a docstring of its own of at least MIN_WORDS words."""
    text = getattr(value, "__doc__", None)
    if not isinstance(text, str) or len(text.split()) < MIN_WORDS:
        return
    text = ADDRESS.sub("", inspect.cleandoc(text))
    order = (dunder(name.rpartition(".")[2]), not own, not listed, name.count("."), name)
    yield Docstring(name, title, text, kind, module, order)


def signature(function: object) -> str:
    """ "(a, b=1)" without annotations, cut at MAX_SIGNATURE; "" where it has none."""
    try:
        shape = inspect.signature(function)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return ""
    bare = [
        p.replace(annotation=inspect.Parameter.empty, default=shown_default(p.default))
        for p in shape.parameters.values()
    ]
    text = str(shape.replace(parameters=bare, return_annotation=inspect.Signature.empty))
    text = ADDRESS.sub("", " ".join(text.split()))
    if len(text) <= MAX_SIGNATURE:
        return text
    return text[:MAX_SIGNATURE].rpartition(",")[0] + ", …)"


class Words:
    """A default value that is shown in these words."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __repr__(self) -> str:
        return self.words


def shown_default(default: object) -> object:
    """The default, or words in its place where it holds something of this machine."""
    if default is os.environ:
        return Words("os.environ")
    if default is not inspect.Parameter.empty and holds_a_folder(repr(default)):
        return Words("…")
    return default


def holds_a_folder(text: str) -> bool:
    """Whether a folder of this machine, and not just the root, is named in the text."""
    return any(len(folder) > 1 and folder in text for folder in FOLDERS_HERE)


def dunder(name: str) -> bool:
    """Whether the name is one of Python's own, like `__init__`."""
    return name.startswith("__") and name.endswith("__")


if __name__ == "__main__":
    main(sys.argv[1])
