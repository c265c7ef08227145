"""What holds for all pages: nothing leaves the machine, nothing breaks in the dark."""

from __future__ import annotations

import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlparse

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import HEIGHT, PATIENCE, WIDTH, Visit
from tests.browser.steps import (
    SECTIONS,
    cards,
    in_navigation,
    open_page,
    wait_until_explained,
    wait_until_idle,
    wait_until_ranked,
    words,
)
from tests.browser.watch import Watch, leaves_the_machine

pytestmark = pytest.mark.browser

SEARCH = "/?" + urlencode({"q": "python snake", "depth": 5})
LONG = {
    "q": "where to leave the dog while visiting Marrowby museum",
    "depth": "12",
    "first": "bm25",
    "doc": "long-marrowby-museum-guide",
}
SIDEWAYS = """() => [document.documentElement,
  ...document.querySelectorAll('[data-testid="stMain"], [data-testid="stAppViewContainer"]')]
  .filter(e => e.scrollWidth > e.clientWidth).map(e => e.tagName)"""


def fits(page: Page) -> None:
    """No scrolling sideways."""
    assert page.evaluate(SIDEWAYS) == [], f"{page.url} scrolls sideways"


def test_latency_opens_from_the_navigation_with_its_waterfall(visit: Visit) -> None:
    page = visit(SEARCH)
    wait_until_ranked(page)
    open_page(page, "Latency")
    expect(page.get_by_role("heading", name="This search took")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_every_page_fits_a_dark_laptop_screen(visit: Visit) -> None:
    page = visit(SEARCH, dark=True)
    assert page.viewport_size == {"width": WIDTH, "height": HEIGHT}
    wait_until_ranked(page)
    colour = page.get_by_test_id("stApp").evaluate("e => getComputedStyle(e).backgroundColor")
    assert colour == "rgb(16, 21, 28)"
    fits(page)
    open_page(page, "Attention")
    wait_until_explained(page)
    fits(page)
    open_page(page, "Latency")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    wait_until_idle(page)
    fits(page)
    open_page(page, "About")
    expect(page.get_by_role("table")).to_be_visible()
    wait_until_idle(page)
    fits(page)


def test_deep_links_open_within_the_frame(visit: Visit) -> None:
    bars = {"/attention": 2, "/latency": 2, "/quality": 2, "/corpora": 1, "/training": 1}
    bars |= {"/": 0, "/lessons": 0, "/about": 0, "/models": 0}
    for path, parts in bars.items():
        page = visit(path)
        expect(in_navigation(page, "Compare")).to_be_visible()
        wait_until_idle(page)
        query = page.get_by_role("textbox", name="Query", exact=True)
        expect(query).to_have_count(1 if parts == 2 else 0)
        expect(page.get_by_role("combobox", name="Corpus", exact=True)).to_have_count(min(parts, 1))


def test_every_page_stands_in_its_section_and_its_name_in_view(visit: Visit) -> None:
    page = visit("/about")
    for section, names in SECTIONS.items():
        for name in names:
            wait_until_idle(page)
            open_page(page, name)
            heading = page.get_by_role("heading", level=1)
            expect(heading).to_have_text(name)
            if section:  # a page of no section is marked in the navigation itself
                expect(page.locator(".page-name .section")).to_have_text(section)
                expect(heading).to_be_in_viewport()


def test_a_request_that_leaves_the_machine_would_be_seen(chromium: Browser, server: str) -> None:
    context = chromium.new_context(bypass_csp=True)  # which would keep it from being made
    context.set_default_timeout(PATIENCE)
    watch = Watch()
    watch.attach(context)
    page = context.new_page()
    page.goto(server)
    assert watch.requests
    assert watch.outside == []
    page.evaluate("fetch('https://example.com/a').catch(() => null)")
    page.evaluate("new Promise(r => { new WebSocket('wss://example.com/b').onerror = r })")
    page.set_content("<img src='http://example.com/c.png'><iframe src='http://example.com/d'>")
    context.close()
    assert set(watch.outside) == {
        "https://example.com/a",
        "wss://example.com/b",
        "http://example.com/c.png",
        "http://example.com/d",
    }


@pytest.mark.parametrize("guarded", [True, False])
def test_the_policy_keeps_the_page_from_sending_a_text_away(
    chromium: Browser, server: str, guarded: bool
) -> None:
    asked: list[str] = []

    class Foreign(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    foreign = ThreadingHTTPServer(("127.0.0.1", 0), Foreign)
    threading.Thread(target=foreign.serve_forever, daemon=True).start()
    context = chromium.new_context(bypass_csp=not guarded)
    context.set_default_timeout(PATIENCE)
    try:
        page = context.new_page()
        page.goto(server)
        page.evaluate(
            """async there => {
            const drawn = (kind, where) => new Promise(done => {
                const one = document.createElement(kind)
                one.onload = one.onerror = done; setTimeout(done, 2000)
                one.src = there + where; document.body.append(one)
            })
            await fetch(there + '/fetch').catch(() => null)
            await Promise.all([
                drawn('img', '/img'), drawn('script', '/script'), drawn('iframe', '/iframe')])
            }""",
            f"http://127.0.0.1:{foreign.server_address[1]}",
        )
    finally:
        context.close()
        foreign.shutdown()
        foreign.server_close()
    assert set(asked) == (set() if guarded else {"/fetch", "/img", "/script", "/iframe"})


def test_only_this_machine_counts_as_inside() -> None:
    inside = [
        "http://localhost:1/x",
        "ws://127.0.0.1:2/y",
        "data:,a",
        "blob:http://x/1",
        "about:blank",
    ]
    outside = [
        "https://localhost.example.com/",
        "http://192.168.0.7/",
        "wss://10.0.0.1/",
        "//host/a",
    ]
    assert not any(map(leaves_the_machine, inside))
    assert all(map(leaves_the_machine, outside))


@pytest.mark.parametrize(
    ("before", "now", "title", "link"),
    [
        ("unread", "truncation", "Truncation", LONG),
        ("teach", "training", "Training", {"depth": "12", "blend_weight": "0.3"}),
        ("corpus", "corpora", "Corpora", {"q": "python snake", "depth": "12"}),
    ],
)
def test_an_earlier_address_opens_the_page_with_its_parameters(
    visit: Visit, before: str, now: str, title: str, link: dict[str, str]
) -> None:
    page = visit(f"/{before}?{urlencode(link)}")
    expect(page).to_have_url(re.compile(rf"/{now}\?"))
    expect(page.get_by_role("heading", name=title, exact=True)).to_be_attached()
    wait_until_idle(page)
    address = urlparse(page.url)
    assert {name: values[0] for name, values in parse_qs(address.query).items()} == link
    item = in_navigation(page, title)
    expect(item).to_have_attribute("aria-current", "page")
    expect(item).to_have_count(1)
    if "doc" in link:
        expect(page.get_by_role("combobox", name=re.compile("^Document"))).to_have_value(
            re.compile("Marrowby")
        )


FOCUSED = """(selector) => {
  let element = document.activeElement;
  while (element && element.shadowRoot && element.shadowRoot.activeElement) {
    element = element.shadowRoot.activeElement;
  }
  return element !== null && element.matches(selector);
}"""


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until what the selector names has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED, selector):
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_the_keyboard_alone_leads_from_the_start_to_a_pinned_word_and_back(visit: Visit) -> None:
    page = visit("/")
    expect(cards(page, "Cross-encoder")).to_have_count(4)
    wait_until_idle(page)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/attention\?.*doc="))
    wait_until_explained(page)
    tab_to(page, ".tl [role=toolbar] *")
    page.keyboard.press("Enter")
    expect(words(page, "query").first).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    tab_to(page, 'a[href$="/"][data-testid="stTopNavLink"]')
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What brings you here?")).to_be_visible()
