"""Every text of a report goes through one function, and nothing else writes markup."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from engine.share.report import markup
from engine.share.report.markup import escaped, joined, own_source, tag, user_text

FOLDER = Path(markup.__file__).parent


def test_a_text_is_escaped_in_elements_and_attributes() -> None:
    hostile = "</p><script>x</script>\"'&"
    safe = "&lt;/p&gt;&lt;script&gt;x&lt;/script&gt;&quot;&#39;&amp;"
    assert tag("p", hostile, title=hostile).source == f'<p title="{safe}">{safe}</p>'


def test_what_no_file_may_hold_is_replaced() -> None:
    assert escaped("a\x00b\ud800c\x1b[0m") == "a\ufffdb\ufffdc\ufffd[0m"
    escaped("\udfff").encode("utf-8")


def test_parts_that_were_built_are_not_escaped_again() -> None:
    assert joined([tag("b", "<"), None, "<"]).source == "<b>&lt;</b>&lt;"
    assert user_text("\u202eabc").source == "<bdi>\u202eabc</bdi>"


@pytest.mark.parametrize("name", ["onclick", "onLoad", "style", "a b", "x>"])
def test_handlers_and_styles_are_no_attributes(name: str) -> None:
    with pytest.raises(ValueError, match="no name of an element or attribute"):
        tag("p", **{name: "x"})


def test_left_out_and_bare_attributes() -> None:
    assert tag("p", a=None, b=False, c=True, d=1.50).source == '<p c="" d="1.5"></p>'


@pytest.mark.parametrize("source", ["a </script> b", "<!-- x"])
def test_a_source_that_would_end_early_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="may not hold"):
        own_source("script", source)


def test_no_other_module_builds_markup_by_hand() -> None:
    """The walk: `Markup(…)` is called in its own module alone, and no text holds a tag."""
    wrong = []
    for path in sorted(FOLDER.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.expr):
                continue
            calls = isinstance(node, ast.Call) and ast.unparse(node.func) == "Markup"
            text = node.value if isinstance(node, ast.Constant) else ""
            tagged = isinstance(text, str) and ("</" in text or text.lstrip().startswith("<"))
            if (calls or tagged) and path.name != "markup.py":
                wrong.append(f"{path.name}:{node.lineno}")
    assert [place for place in wrong if not place.startswith("report.py")] == []
    # the whole document's first line stands in report.py
    assert len(wrong) <= 1
