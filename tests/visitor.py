"""A visitor without a browser: requests of any Host and Origin, and searches."""

from __future__ import annotations

import http.client
import socket
import time
from collections.abc import Mapping
from urllib.parse import quote

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 280.0  # seconds; a first search has the backends measured, under strace if need be


def answer(
    port: int, path: str, host: str, *, origin: str = "", method: str = "GET"
) -> tuple[int, Mapping[str, str], str]:
    """Status, headers (small letters) and body of a request to this machine."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.putrequest(method, path, skip_host=True)
        if host:
            connection.putheader("Host", host)
        if origin:
            connection.putheader("Origin", origin)
        connection.endheaders()
        got = connection.getresponse()
        body = got.read().decode("utf-8", "replace")
        return got.status, {name.lower(): value for name, value in got.getheaders()}, body
    finally:
        connection.close()


def searched(
    port: int, host: str, query: str, *, page: str = "", until: str = "Download this comparison"
) -> str:
    """All that a page (Compare) sent for a query until it said `until`; ends the session."""
    there = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    with connect(
        f"ws://{host}:{port}/_stcore/stream",
        sock=there,
        origin=Origin(f"http://{host}:{port}"),
        subprotocols=[Subprotocol("streamlit")],
        max_size=None,
        proxy=None,
    ) as stream:
        asked = BackMsg()
        asked.rerun_script.query_string = f"q={quote(query)}"
        asked.rerun_script.page_name = page
        told = ""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            # A browser asks anew for what is still at work; so does this visitor.
            stream.send(asked.SerializeToString())
            ended = False
            while not ended:
                message = ForwardMsg.FromString(bytes(stream.recv(timeout=PATIENCE, decode=False)))
                told += str(message)
                ended = message.WhichOneof("type") == "script_finished"
            if until in told:
                return told
            time.sleep(0.5)
        raise TimeoutError(f"the search did not end: {told[-2000:]}")


def is_refused(port: int, host: str, origin: str) -> int:
    """The HTTP status with which a WebSocket of that Host and Origin is refused, 0 if it opens."""
    there = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    try:
        with connect(
            f"ws://{host}:{port}/_stcore/stream",
            sock=there,
            origin=Origin(origin),
            proxy=None,
        ):
            return 0
    except InvalidStatus as refused:
        return refused.response.status_code
