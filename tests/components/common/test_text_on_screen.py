"""One door for text on screen: a drawing call draws a literal, a figure, or what `plain` made.

Streamlit reads the texts and labels below as Markdown: an address becomes a link, an image is
fetched by whoever looks. The walk reads every call of a drawing function in the pages,
components and states, and follows nothing: a text goes through the door where it is drawn.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from components.common.messages import plain

ROOT = Path(__file__).parents[3]
PLACES = ("pages", "components", "state")
# Drawing functions by the arguments that are read as Markdown; 0 is the first positional one.
LABELLED: tuple[int | str, ...] = (0, "label", "help")
BODY: tuple[int | str, ...] = (0, "body", "help")
MARKDOWN: dict[str, tuple[int | str, ...]] = {
    **dict.fromkeys(("markdown", "write", "caption", "info", "warning", "error", "success"), BODY),
    **dict.fromkeys(("title", "header", "subheader", "toast", "latex", "badge"), BODY),
    **dict.fromkeys(
        (
            "button", "download_button", "link_button", "form_submit_button", "checkbox", "toggle",
            "selectbox", "multiselect", "slider", "select_slider", "number_input", "text_input",
            "text_area", "chat_input", "file_uploader", "date_input", "time_input", "color_picker",
            "expander", "popover", "status", "menu_button", "camera_input", "audio_input",
        ),
        LABELLED,
    ),
    **dict.fromkeys(
        ("radio", "pills", "segmented_control"),
        (*LABELLED, 1, "options", "format_func", "captions"),
    ),
    "metric": (0, "label", 1, "value", 2, "delta", "help"),
    "progress": (1, "text"),
    "spinner": (0, "text"),
    "tabs": (0, "tabs"),
    "page_link": (1, "label", "help"),
    "dialog": (0, "title"),
    "image": (1, "caption"),
    "dataframe": (0,), "data_editor": (0,), "table": (0,),
}  # fmt: skip
RAW = ("html", "unsafe_allow_html")
# What makes a text of figures alone, of our own words, or goes through the door by itself.
SAFE_CALLS = frozenset(
    {
        "plain", "len", "int", "float", "round", "decimal", "signed", "milliseconds",
        "humanised", "agreement_text", "range", "min", "max", "sum", "abs", "counted",
        "why_busy", "_fixed_by", "moved_by",
    }
)  # fmt: skip
# (file, function, the argument as it stands there): why it is no text of anybody else's.
ROW = "a row of labels that stand there as literals, and of figures formatted there"
ALLOWED: dict[tuple[str, str, str], str] = {
    **{
        (file, "metric", argument): ROW
        for file in (
            "components/corpora/statistics.py",
            "components/latency/table.py",
            "pages/latency/assumptions.py",
            "components/quality/two_runs.py",
        )
        for argument in ("label", "value")
    },
    ("components/quality/two_runs.py", "metric", "explanation or None"): ROW,
    **{
        ("components/common/shared_bar.py", widget, argument): (
            "the words of a search parameter, a literal of their registry"
        )
        for widget in ("selectbox", "slider", "number_input")
        for argument in ("parameter.label", "parameter.help or None")
    },
    ("pages/quality/failures.py", "expander", "f'{kind.title} ({len(failed):,})'"): (
        "the title of a kind of failure, a literal of engine.quality.failures"
    ),
}


def drawn_texts(source: str) -> Iterator[tuple[ast.Call, str, ast.expr]]:
    """(call, function, argument) of everything that is drawn as Markdown."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        name = node.func.attr
        if name not in MARKDOWN or ast.unparse(node.func.value) in NOT_STREAMLIT:
            continue
        wanted = MARKDOWN[name]
        for position, argument in enumerate(node.args):
            if position in wanted:
                yield node, name, argument
        for keyword in node.keywords:
            if keyword.arg is None or keyword.arg in wanted:
                yield node, name, keyword.value


# Objects with a method of the same name that draw nothing by Markdown.
NOT_STREAMLIT = frozenset({"_LOG", "queue", "archive"})


def is_safe(node: ast.expr) -> bool:
    """Whether the expression can only be a literal, a figure, or a text that went through."""
    match node:
        case ast.Constant():
            return True
        case ast.Attribute(attr="__getitem__", value=value):
            return is_safe(value)
        case ast.Name(id=name):
            return name.isupper() or name == "plain"
        case ast.Attribute(attr=name):
            return name.isupper()
        case ast.Subscript(value=value):
            return is_safe(value)
        case ast.JoinedStr(values=values):
            return all(is_safe(value) for value in values)
        case ast.FormattedValue(value=value, format_spec=spec):
            return _is_figure(spec) or is_safe(value)
        case ast.IfExp(body=body, orelse=orelse):
            return is_safe(body) and is_safe(orelse)
        case ast.BoolOp(values=values):
            return all(is_safe(value) for value in values)
        case ast.BinOp(left=left, right=right):
            return is_safe(left) and is_safe(right)
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return all(is_safe(element) for element in elements)
        case ast.Starred(value=value):
            return is_safe(value)
        case ast.GeneratorExp(elt=element) | ast.ListComp(elt=element):
            return is_safe(element)
        case ast.Lambda(body=body):
            return is_safe(body)
        case ast.Call(func=ast.Name(id="list"), args=[argument]):
            return is_safe(argument)
        case ast.Call(func=ast.Name(id=name)):
            return name in SAFE_CALLS
        case ast.Call(func=ast.Attribute(attr="join", value=value), args=[argument]):
            return is_safe(value) and is_safe(argument)
    return False


def _is_figure(spec: ast.expr | None) -> bool:
    """Whether a format is one that only numbers have."""
    text = ast.unparse(spec) if spec is not None else ""
    return text.rstrip("'\"")[-1:] in {"d", "f", "g", "%", "e", ","}


def unguarded(source: str, file: str) -> list[str]:
    """The drawing calls whose text did not go through the door."""
    found = []
    for call, name, argument in drawn_texts(source):
        text = ast.unparse(argument)
        choices = MARKDOWN[name] if name in ("radio", "pills", "segmented_control") else ()
        is_options = choices and (
            (len(call.args) > 1 and argument is call.args[1])
            or any(k.arg == "options" and k.value is argument for k in call.keywords)
        )
        if is_options and any(k.arg == "format_func" for k in call.keywords):
            continue  # the words are those of format_func
        if not is_safe(argument) and (file, name, text) not in ALLOWED:
            found.append(f"{file}:{call.lineno}: {name}({text[:100]})")
    return found


def sources() -> dict[str, str]:
    paths = [ROOT / "app.py", *(p for place in PLACES for p in (ROOT / place).rglob("*.py"))]
    return {str(p.relative_to(ROOT)): p.read_text(encoding="utf-8") for p in sorted(paths)}


def test_no_text_is_drawn_that_did_not_go_through_the_door() -> None:
    assert [line for file, source in sources().items() for line in unguarded(source, file)] == []


def test_what_is_allowed_is_still_there() -> None:
    drawn = {
        (file, name, ast.unparse(argument))
        for file, source in sources().items()
        for _, name, argument in drawn_texts(source)
    }
    assert set(ALLOWED) <= drawn


def test_no_page_draws_markup_of_its_own_but_the_style() -> None:
    found = [
        f"{file}:{node.lineno}"
        for file, source in sources().items()
        for node in ast.walk(ast.parse(source))
        if (isinstance(node, ast.Attribute) and node.attr == "html")
        or (isinstance(node, ast.keyword) and node.arg == "unsafe_allow_html")
    ]
    assert {line.partition(":")[0] for line in found} <= {"components/common/page_style.py"}


@pytest.mark.parametrize(
    "source",
    [
        "st.markdown(name)",
        "st.markdown(f'**{name}**')",
        "st.info(sentence(step))",
        "bar.progress(0.5, text=text)",
        "bar.progress(0.5, text)",
        "st.button('Go', help=f'to {place}')",
        "st.tabs([title])",
        "st.metric('Name', name)",
        "st.metric('Name', value=name)",
        "st.pills('Stage', names)",
        "st.pills('Stage', names, format_func=stage_label)",
        "st.radio('Stage', options=names)",
        "st.expander(title if title else 'none')",
        "st.toast(plain(a) + b)",
        "with st.spinner(f'Loading {model}'): pass",
        "words.caption(' '.join(notes))",
        "st.error(problem or 'none')",
        "st.button(**options)",
    ],
)
def test_the_walk_sees_every_way_past_the_door(source: str) -> None:
    assert unguarded(source, "x.py"), source


@pytest.mark.parametrize(
    "source",
    [
        "st.markdown('**ours**')",
        "st.markdown(f'**{plain(name)}**: {count:,} of {share:.0%}')",
        "st.pills('Stage', names, format_func=lambda n: plain(stage_label(n)))",
        "st.selectbox('Corpus', names)",
        "st.caption(' '.join(plain(n) for n in notes))",
    ],
)
def test_what_went_through_the_door_is_let_be(source: str) -> None:
    assert unguarded(source, "x.py") == []


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a*b", r"a\*b"),
        ("a  b\n\n    c", "a b c"),
        ("&amp;", r"\&amp;"),
        ("http://a.b", r"http:small[]\://a\.b"),
        ("www.a.b", r"www:small[]\.a\.b"),
        ("a@b.c", r"a@:small[]b\.c"),
        (":smile:", r"\::small[]smile\:"),
        ("12:30", r"12\:30"),
        ("a -> b", r"a \-:small[]\> b"),
        ("a->b", r"a\-\>b"),
        ("", ""),
    ],
)
def test_the_door_escapes_and_parts(text: str, escaped: str) -> None:
    assert plain(text) == escaped
