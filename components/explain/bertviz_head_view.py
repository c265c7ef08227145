"""BertViz's head view of the query → document block, in a page that needs no network.

BertViz (Vig 2019, "A Multiscale Visualization of Attention in the Transformer Model")
loads RequireJS, d3 and jQuery from a CDN and writes tokens into a script unescaped. Here
both libraries are inlined from installed packages (mpld3 carries d3 5.7, xstatic-jquery
jQuery 3.7), tokens cannot leave their string, and a content security policy lets only
these very scripts run and nothing be fetched.
"""

from __future__ import annotations

import base64
import hashlib
import html
import importlib.metadata
import re
from functools import lru_cache

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from components.common.export.save_picture import save_picture
from components.common.messages import plain
from engine.types import AttentionMap, Floats

MAX_DOC_TOKENS = 256
MAX_LINKS = 4096  # query tokens × document tokens; each is one line per head

_ROW_HEIGHT = 22.5  # BertViz's BOXHEIGHT, px
_TALLEST = 720
_LONGEST_TOKEN = 14  # what fits BertViz's 110 px column
_LESS_THAN = "\ue000"  # stands for "<" until the page is put together
_SHIM = (
    "window.requirejs = (names, start) => start(window.jQuery, window.d3);\n"
    "window.require = { config() {} };\n"
)
_STYLE = (
    "html { background: #fff; color: #1f2430; color-scheme: light; }\n"
    "body { margin: 0; padding: 12px 16px; font: 14px/1.5 'Helvetica Neue', Arial, sans-serif; }\n"
    "p { margin: 0 0 10px; max-width: 60em; }\n"
)
_NOTE = (
    "Query tokens on the left look at document tokens on the right. Each row is scaled by "
    "its maximum, so line strength compares within a row only, not across rows or heads. "
    "Colours are heads: click one to switch it, double-click to see it alone."
)


def bertviz_head_view(attention: AttentionMap, *, key: str) -> None:
    """Show BertViz's head view in an iframe, or say why the pair is too large for it."""
    problem = too_large(attention)
    with st.container(key=key):
        if problem:
            st.info(plain(problem))
            return
        rows = max(len(attention.query_tokens), len(attention.doc_tokens))
        height = min(_TALLEST, int(170 + _ROW_HEIGHT * rows))
        st.iframe(bertviz_html(attention), height=height, alt="BertViz head view")
    save_picture(key, title="BertViz's head view")


def too_large(attention: AttentionMap) -> str | None:
    """A sentence for the reader when the view would be unusable, else None."""
    queries, docs = len(attention.query_tokens), len(attention.doc_tokens)
    if not queries or not docs:
        return "BertViz has nothing to draw: the query or the document has no tokens."
    if docs <= MAX_DOC_TOKENS and queries * docs <= MAX_LINKS:
        return None
    return (
        f"This pair has {queries} query and {docs} document tokens. BertViz's head view is "
        f"limited to {MAX_DOC_TOKENS} document tokens and {MAX_LINKS:,} links "
        f"(query × document; here {queries * docs:,}), or the browser would stall. "
        "Choose a shorter document; the word view above has no such limit."
    )


def bertviz_html(attention: AttentionMap) -> str:
    """A whole HTML page: BertViz's head view of all layers and heads, self-contained.

    Rows are divided by their maximum and rounded to 4 decimals; layers count from 1.
    Equal maps give equal pages, so that a rerun does not reload the frame.
    """
    body, script = _head_view(attention)
    scripts = [*_libraries(), _SHIM, script]
    hashes = " ".join(f"'sha256-{_digest(source)}'" for source in scripts)
    policy = f"default-src 'none'; style-src 'unsafe-inline'; script-src {hashes}"
    tags = "\n".join(f"<script>{source}</script>" for source in scripts)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        f"<title>BertViz head view</title><style>{_STYLE}</style></head>\n"
        f"<body><p>{html.escape(_NOTE)}</p>\n{body}\n{tags}\n</body></html>"
    )


def _head_view(attention: AttentionMap) -> tuple[str, str]:
    """BertViz's own markup and script for the cross block, mended."""
    import torch  # both take seconds to import and serve this view alone
    from bertviz import head_view

    blocks = torch.from_numpy(_by_row_maximum(attention.query_to_doc))  # (layers, heads, q, d)
    page: str = head_view(
        cross_attention=[block.unsqueeze(0) for block in blocks],
        decoder_tokens=[_token(token) for token in attention.query_tokens],
        encoder_tokens=[_token(token) for token in attention.doc_tokens],
        prettify_tokens=False,
        html_action="return",
    ).data
    markup, opening, script = page.partition('<script type="text/javascript">')
    script, closing, rest = script.rpartition("</script>")
    _, cdn_end, body = markup.partition("</script>")
    if not (opening and closing and cdn_end) or rest.strip():
        raise RuntimeError("BertViz's page has another shape than 1.4.1's: pin bertviz==1.4.1")
    identity = re.search(r"bertviz-[0-9a-f]{32}", body)
    if identity:
        body = body.replace(identity[0], "bertviz-head-view")
        script = script.replace(identity[0], "bertviz-head-view")
    script = "\n".join(_without_echo(line) for line in script.split("\n"))
    script = script.replace(".val(layer).text(layer)", ".val(layer).text(layer + 1)")
    return body, script.replace("\\ue000", "\\u003c")


def _without_echo(line: str) -> str:
    """BertViz repeats its data in a comment on the same line: drop it, half the page."""
    start, echo_mark, end = "    const params = ", "; // HACK: ", " is a template marker"
    if not line.startswith(start) or echo_mark not in line:
        return line
    tail = line[line.rindex(end) :]
    data_length = (len(line) - len(start) - len(echo_mark) - len(tail)) // 2
    return line[: len(start) + data_length] + ";"


def _by_row_maximum(block: Floats) -> NDArray[np.float64]:
    """float64, for 4 decimals of a float32 print as 17 digits."""
    wide = block.astype(np.float64)
    tops = wide.max(axis=-1, keepdims=True)
    scaled: NDArray[np.float64] = np.round(
        np.divide(wide, tops, out=np.zeros_like(wide), where=tops > 0), 4
    )
    return scaled


def _token(text: str) -> str:
    """A token that fits its column and holds no "<", whatever the document says."""
    short = text if len(text) <= _LONGEST_TOKEN else f"{text[: _LONGEST_TOKEN - 1]}…"
    return short.replace("<", _LESS_THAN)


def _digest(source: str) -> str:
    return base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()


@lru_cache(maxsize=1)
def _libraries() -> tuple[str, str]:
    """The sources of jQuery and d3, which must come before BertViz's script."""
    return _packaged("xstatic-jquery", "jquery.min.js"), _packaged("mpld3", "d3.v5.min.js")


def _packaged(distribution: str, name: str) -> str:
    """A file of an installed package, read without importing the package."""
    files = importlib.metadata.files(distribution) or []
    source_file = next((file for file in files if file.name == name), None)
    if source_file is None:
        raise FileNotFoundError(f"{distribution} holds no {name}: reinstall requirements.txt")
    source = source_file.read_text(encoding="utf-8")
    return source.replace("</script", "<\\/script").replace("\r\n", "\n")
