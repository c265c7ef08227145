"""What an additional ranker's failure is called: whatever it raised, the others go on ranking."""

from __future__ import annotations

from engine.types import Cancelled, CrossExamError

LONGEST = 300


def passes_on(error: BaseException) -> bool:
    """Whether an exception is no failure of a ranker: Ctrl-C, or a generator that is closed."""
    return isinstance(error, (KeyboardInterrupt, GeneratorExit, Cancelled))


def failure_of(error: BaseException) -> str:
    """The sentence of an error; of one that nobody foresaw, with its type.

    Libraries raise what they like: tokenizers' panics are no `Exception`, and code of a model's
    own may even call `sys.exit`.
    """
    if isinstance(error, CrossExamError):
        return str(error)
    message = " ".join(str(error).split())
    text = f"{message[:LONGEST]}…" if len(message) > LONGEST else message
    return f"it failed ({type(error).__name__}{': ' if text else ''}{text})"
