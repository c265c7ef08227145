"""What the pages of one test asked of the network, sent to the server and complained about."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebSocket

LOCAL_SCHEMES = {"data", "blob", "about"}
LOCAL_HOSTS = {"localhost", "127.0.0.1", "::1"}


def leaves_the_machine(url: str) -> bool:
    """Whether a request to this address goes anywhere else."""
    parts = urlsplit(url)
    return parts.scheme not in LOCAL_SCHEMES and parts.hostname not in LOCAL_HOSTS


class Watch:
    """Listens to every page of the contexts it is attached to."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.frames_sent = 0

    @property
    def outside(self) -> list[str]:
        """The addresses beyond this machine that were asked."""
        return [url for url in self.requests if leaves_the_machine(url)]

    def attach(self, context: BrowserContext) -> None:
        """Listen to a context; pages that it has already are heard from now on."""
        context.on("request", self._ask)
        context.on("page", self._attach_page)
        for page in context.pages:
            self._attach_page(page)

    def detach(self, context: BrowserContext) -> None:
        """Listen no more to pages that the context will have."""
        context.remove_listener("request", self._ask)
        context.remove_listener("page", self._attach_page)

    def _ask(self, request: Request) -> None:
        self.requests.append(request.url)

    def _attach_page(self, page: Page) -> None:
        page.on("websocket", self._attach_socket)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._hear)
        page.on("dialog", self._dismiss)

    def _dismiss(self, dialog: object) -> None:
        self.errors.append(f"a dialogue opened: {dialog}")

    def _attach_socket(self, socket: WebSocket) -> None:
        self.requests.append(socket.url)
        socket.on("framesent", self._count)

    def _count(self, _: object) -> None:
        self.frames_sent += 1

    def _hear(self, message: ConsoleMessage) -> None:
        # On a deep link Streamlit asks /attention/_stcore/… before /_stcore/…: its own 404s.
        place = message.location["url"]
        if message.type == "error" and not ("404" in message.text and "/_stcore/" in place):
            self.errors.append(f"{message.text} ({place})")
