"""Models that need Python code of their own, and this server's consent to run it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from engine.types.ranker_names import parsed
from models.hub.remote_code import (
    CodeFile,
    CodeNeed,
    allow,
    is_allowed,
    was_allowed,
    withdraw,
)
from models.hub.remote_code import (
    text_of as _text_of,
)
from state.app_resources import workbench
from state.permissions import Act, actor
from state.search import additional_rankers as rerankers
from state.search import search_jobs as searches

Need = CodeNeed


def needs() -> list[CodeNeed]:
    """What the chosen rerankers would run that are on this machine."""
    names = [name.partition("#")[0] for name in rerankers.chosen() if _local(name)]
    code_needs = [workbench().model_setup.code_need(name) for name in dict.fromkeys(names)]
    return [need for need in code_needs if need is not None]


def allowed(need: CodeNeed) -> bool:
    """Whether exactly these files may run."""
    return is_allowed(need)


def lapsed(need: CodeNeed) -> str:
    """The day on which other files of this model were allowed, "" for none."""
    return was_allowed(need.name)


def text_of(need: CodeNeed, file: CodeFile) -> str:
    """What a file says; "" while it is not here."""
    return _text_of(need, file)


def may_allow() -> bool:
    """Whether the visitor may, and sits at the server's own machine."""
    visitor = actor()
    return visitor.may(Act.MODEL_CODE) and visitor.at_machine


def let_run(need: CodeNeed) -> None:
    """Keep the consent to the files as they were shown."""
    if may_allow():
        allow(need)
        _anew(need.name)


def take_back(name: str) -> None:
    """Forget the consent, and the model as it is loaded."""
    if not may_allow():
        return
    withdraw(name)
    _anew(name)


def key_of(need: CodeNeed) -> str:
    """Names what was shown: a consent half given is not carried over to other files."""
    sums: Sequence[str] = [f"{f.path} {f.git} {f.sha256}" for f in need.files]
    text = "\n".join([need.name, *sums])
    return f"code_{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:12]}"


def _local(name: str) -> bool:
    return parsed(name).record.may_bring_code


def _anew(name: str) -> None:
    workbench().forget_reranker(name)
    searches.forget_failed()
