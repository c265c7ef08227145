"""Ctrl-C while the program is still put together: one line, and the status of what SIGINT ended."""

from __future__ import annotations

import os
import signal

STATUS = 128 + signal.SIGINT
SENTENCE = "crossexam: interrupted"


def end_at_once() -> None:
    """Have SIGINT end the process without a traceback: nothing is at work yet to be put in order.

    A process that was started to ignore SIGINT goes on to ignore it.
    """
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)


def raise_again() -> None:
    """Have SIGINT raise KeyboardInterrupt again, after `end_at_once`."""
    if signal.getsignal(signal.SIGINT) is _end:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end(*_: object) -> None:
    # Within an import an exception may be caught, or become another: the process ends here.
    os.write(2, f"{SENTENCE}\n".encode())
    os._exit(STATUS)
