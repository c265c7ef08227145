"""Documents that try to be markup, script, Markdown or a formula."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import library_rows

SCRIPT = "<script>window.hacked = 1</script>"
IMAGE = "<img src=x onerror='window.hacked = 1'>"
MARKDOWN = (
    "**bold** [link](http://example.com) `code` :red[red] $x^2$ ![i](http://example.com/i.png)"
)
FORMULA = '=HYPERLINK("http://example.com","python")'
CLOSING = "</script></style></textarea>--><b>python</b>"
QUERY = "python snake"

ROWS = [
    {"_id": "<b>1</b>", "title": SCRIPT, "text": f"A python is a snake. {IMAGE}"},
    {"_id": "2", "title": IMAGE, "text": f"The snake called python. {SCRIPT}"},
    {"_id": "3", "title": MARKDOWN, "text": f"Python or snake? {MARKDOWN}"},
    {"_id": "4", "title": FORMULA, "text": "=1+1 python snake"},
    {"_id": "5", "title": CLOSING, "text": f"{CLOSING} a snake, a python, ${{window.hacked = 1}}"},
    {"_id": "__proto__", "title": "constructor", "text": "python snake {{7*7}} %s \\u003cscript>"},
]
TITLES = {row["_id"]: row["title"] for row in ROWS}


@contextmanager
def in_library(cache: Path, folder: Path) -> Iterator[str]:
    """The name under which these documents can be chosen, for as long as the block runs."""
    path = folder / "hostile.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    with library_rows.in_library(cache, path) as name:
        yield name
