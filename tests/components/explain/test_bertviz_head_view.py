"""BertViz's page: no network, no way out of a string, the cross block only."""

from __future__ import annotations

import json
import os
import re
import shutil

import numpy as np
import pytest

from components.explain.bertviz_head_view import MAX_DOC_TOKENS, bertviz_html, too_large
from engine.types import AttentionMap, TokenizedPair

EVIL = ("</script><img src=x onerror=alert(1)>", "<!--<script>", "; // HACK: ", "\u2028\ue000")


def attention(query: tuple[str, ...], doc: tuple[str, ...]) -> AttentionMap:
    shape = (2, 3, len(query), len(doc))
    block = np.random.default_rng(7).uniform(0.001, 0.02, shape).astype(np.float32)
    mass = np.full((2, 3, 3), 1 / 3, dtype=np.float32)
    pair = TokenizedPair((), (), (), (), 0, 0, "", "")
    return AttentionMap(
        query, doc, block, block.transpose(0, 1, 3, 2).copy(), mass, mass, 0.0, pair
    )


def params(page: str) -> dict[str, object]:
    found = re.search(r"const params = (.*);\n", page)
    assert found
    parsed: dict[str, object] = json.loads(found[1])
    return parsed


def test_the_page_fetches_nothing() -> None:
    page = bertviz_html(attention(("python", "snake"), ("ball", "python", "care")))
    assert "<script src" not in page
    assert "default-src 'none'" in page
    assert "d3js.org v5.7" in page
    assert "jQuery v3.7" in page


def test_rows_are_scaled_by_their_maximum_and_rounded() -> None:
    shown = attention(("python", "snake"), ("ball", "python", "care"))
    data = params(bertviz_html(shown))["attention"]
    assert isinstance(data, list)
    block = np.array(data[0]["attn"])  # (layers, heads, q, d)
    expected = shown.query_to_doc / shown.query_to_doc.max(axis=-1, keepdims=True)
    np.testing.assert_allclose(block, expected, atol=6e-5)
    np.testing.assert_array_equal(block, block.round(4))


def test_hostile_tokens_stay_inside_their_string() -> None:
    page = bertviz_html(attention(EVIL, EVIL))
    harmless = bertviz_html(attention(("a",) * 4, ("b",) * 4))
    for markup in ("<script", "</script", "<!--", "<img"):
        assert page.lower().count(markup) == harmless.lower().count(markup)
    data = params(page)["attention"]
    assert isinstance(data, list)
    assert data[0]["left_text"][0] == "</script><img…"


def test_equal_maps_give_equal_pages() -> None:
    assert bertviz_html(attention(("a",), ("b",))) == bertviz_html(attention(("a",), ("b",)))


def test_a_large_pair_is_declined_in_words() -> None:
    doc = tuple("abc"[i % 3] for i in range(MAX_DOC_TOKENS + 1))
    message = too_large(attention(("python",), doc))
    assert message
    assert "257 document tokens" in message
    assert too_large(attention(("python",), doc[:-1])) is None


def test_many_links_are_declined_too() -> None:
    message = too_large(attention(("q",) * 64, ("d",) * 100))
    assert message
    assert "6,400" in message


@pytest.mark.browser
def test_it_draws_offline_and_runs_no_foreign_script() -> None:
    chromium = shutil.which("chromium")
    if chromium is None and not os.environ.get("CI"):
        pytest.skip("no chromium on this machine: the offline BertViz page was NOT tried")
    from playwright.sync_api import sync_playwright

    requests: list[str] = []
    trouble: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_context(offline=True).new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("dialog", lambda dialog: trouble.append(dialog.message))
        page.set_content(bertviz_html(attention(("python", EVIL[0]), ("ball", *EVIL))))
        page.locator("#left text").first.wait_for()
        assert page.locator("#attention line").count() == 3 * 2 * 5
        assert page.locator("#layer option").all_text_contents() == ["1", "2"]
        assert page.locator("img").count() == 0
        browser.close()
    assert (requests, trouble) == ([], [])
