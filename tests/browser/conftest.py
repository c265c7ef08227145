"""A server, a Chromium, and visitors whose every request is watched."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    ViewportSize,
    expect,
    sync_playwright,
)

from tests.browser.server import running_server
from tests.browser.watch import Watch
from tests.pages.hostile import in_library

ARTIFACTS = Path(__file__).parents[1] / "artifacts"
PATIENCE = 120_000  # ms that a page may take on a slow machine, its first search included
NAMES = ("chromium", "chromium-browser", "google-chrome")
NO_CHROMIUM = "no Chromium on this machine: the browser tests did NOT run"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Names beyond this machine do not resolve: a page that needs them fails here as it would offline.
OFFLINE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"
WIDTH, HEIGHT = 1280, 900
VIEWPORT: ViewportSize = {"width": WIDTH, "height": HEIGHT}

FAILED = pytest.StashKey[bool]()
Visit = Callable[..., Page]
KEPT_BY_A_SITE = "cookies,local_storage,indexeddb,websql,file_systems,service_workers"


class Visitors:
    """Visitors who know nothing of the app, though their browsers have its files already.

    Each has a context, thus cookies and storage of their own. Its files outlive a test: to fetch
    and compile the app's scripts is most of what it takes to open a page. Whoever comes first has
    them on the disk, where Chromium keeps compiled scripts too.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free = [*browser.contexts]  # the last one is taken first

    @contextmanager
    def visitor(self, site: str, watch: Watch, *, alone: bool = False) -> Iterator[Page]:
        """An empty page of a new visitor, who leaves in the end.

        A test that changes what a context shares, such as its clock, has one `alone`.
        """
        context = self._free.pop() if self._free and not alone else self._new()
        there = context.pages  # one that a browser on the disk would end without
        context.clear_permissions()
        watch.attach(context)
        page = context.new_page()
        browser = context.new_cdp_session(page)
        browser.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": KEPT_BY_A_SITE})
        browser.detach()
        yield page
        for opened in context.pages:
            if opened not in there:
                opened.close()
        watch.detach(context)
        if alone:
            context.close()
        else:
            self._free.append(context)

    def _new(self) -> BrowserContext:
        context = self._browser.new_context(viewport=VIEWPORT, service_workers="block")
        context.set_default_timeout(PATIENCE)
        return context


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, for the screenshot at its end."""
    report = yield
    if report.when == "call" and report.failed:
        item.stash[FAILED] = True
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it loudly when nothing was tried in a browser."""
    skipped = terminalreporter.stats.get("skipped", [])
    count = sum(NO_CHROMIUM in str(report.longrepr) for report in skipped)
    if count:
        terminalreporter.section("browser tests", sep="!", red=True, bold=True)
        terminalreporter.line(
            f"{NO_CHROMIUM} ({count} of them). Install one: apt-get install chromium"
        )


def _chromium(playwright: Playwright) -> str | None:
    """The system's Chromium, else Playwright's own, else None."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    own = playwright.chromium.executable_path
    return found or (own if Path(own).exists() else None)


@pytest.fixture(scope="package")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all journeys, with a context on the disk.

    Its absence is a loud skip, and a failure under CI.
    """
    with sync_playwright() as playwright:
        path = _chromium(playwright)
        if path is None:
            if os.environ.get("CI", "").lower() not in ("", "0", "false"):
                pytest.fail(f"{NO_CHROMIUM}, and this is CI")
            pytest.skip(NO_CHROMIUM)
        expect.set_options(timeout=PATIENCE)
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("chromium"),
            executable_path=path,
            args=[*FLAGS, OFFLINE],
            viewport=VIEWPORT,
            service_workers="block",
        )
        context.set_default_timeout(PATIENCE)
        assert context.browser is not None
        yield context.browser
        context.close()


@pytest.fixture(scope="package")
def server(
    chromium: Browser, session_cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The address of the app, on the cache that the whole test session shares."""
    with running_server(tmp_path_factory.mktemp("server") / "server.log") as url:
        yield url


@pytest.fixture
def watch(request: pytest.FixtureRequest) -> Iterator[Watch]:
    """What this test's pages did; nothing may leave the machine, nothing may go wrong."""
    watch = Watch()
    yield watch
    assert watch.outside == [], "requests left the machine"
    assert watch.errors == [], "the page complained"


@pytest.fixture(scope="package")
def visitors(chromium: Browser) -> Visitors:
    """The browsers of all tests' visitors."""
    return Visitors(chromium)


@pytest.fixture
def visit(
    visitors: Visitors, server: str, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Visit]:
    """Opens the app for a new visitor: visit("/attention?q=…", dark=True)."""
    pages: list[Page] = []

    with ExitStack() as visits:

        def open_page(path: str = "/", *, dark: bool = False, alone: bool = False) -> Page:
            page = visits.enter_context(visitors.visitor(server, watch, alone=alone))
            pages.append(page)
            page.emulate_media(color_scheme="dark" if dark else "light")
            page.goto(server + path)
            return page

        yield open_page
        for number, page in enumerate(pages):
            if FAILED in request.node.stash and not page.is_closed():
                ARTIFACTS.mkdir(exist_ok=True)
                name = re.sub(r"\W+", "-", request.node.name)
                page.screenshot(path=ARTIFACTS / f"{name}-{number}.png")


@pytest.fixture
def hostile_corpus(session_cache: Path, tmp_path: Path) -> Iterator[str]:
    """The name of a corpus whose every text is an attack, in the library for one test."""
    with in_library(session_cache, tmp_path) as name:
        yield name
