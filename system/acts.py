"""Who may do what changes or reaches more than their own view: one actor, one door, default deny.

There are no accounts, so a server that other machines can reach refuses each act that is not open
to all to everyone, its owner included, unless it was started with a flag that names the act. On a
server that only this machine reaches everything is allowed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from engine.types import CrossExamError

VARIABLE = "CROSSEXAM_VISITORS_MAY"
EVERYTHING = "all"


class Act(StrEnum):
    """What has to be allowed; the value is its name in CROSSEXAM_VISITORS_MAY."""

    IMPORT_PATH = "import-path"
    REPLACE_JUDGMENTS = "replace-judgments"
    DELETE = "delete"
    INDEX_BACKEND = "index-backend"
    MODEL = "model"
    MODEL_CODE = "model-code"
    ADDRESS = "address"
    TRAINING = "training"
    SERVER_SETTINGS = "server-settings"
    OTHERS_WORK = "others-work"
    IMPORT_UPLOAD = "import-upload"
    QUALITY_RUN = "quality-run"
    JUDGE = "judge"
    AUTO_JUDGE = "auto-judge"
    BLIND_VOTE = "blind-vote"


# What adds to the server and takes nothing from others: open to all visitors.
OPEN = frozenset({Act.IMPORT_UPLOAD, Act.QUALITY_RUN, Act.JUDGE, Act.AUTO_JUDGE, Act.BLIND_VOTE})

# What is refused, and how the owner does it on the machine itself.
_WORDS = {
    Act.IMPORT_PATH: (
        "Importing from a path of the server's machine",
        "runs “cli.py import PATH --name NAME”",
    ),
    Act.REPLACE_JUDGMENTS: (
        "Giving a corpus other queries and judgments",
        "opens the app on the machine itself",
    ),
    Act.DELETE: ("Deleting", "runs “cli.py delete NAME --yes” or opens the app on the machine"),
    Act.INDEX_BACKEND: (
        "Choosing what serves a corpus",
        "runs “cli.py index --corpus NAME --index-backend milvus”",
    ),
    Act.MODEL: (
        "Adding a model by a path or from the hub",
        "uses it with “cli.py rank --ranker NAME”, with “--fetch” to download it",
    ),
    Act.MODEL_CODE: (
        "Allowing a model's own Python code to run",
        "gives “--trust-remote-code NAME” to “cli.py”",
    ),
    Act.ADDRESS: (
        "Sending texts to an address or a hosted service",
        "uses it with “cli.py”, as “--ranker” or “--milvus-uri”",
    ),
    Act.TRAINING: ("Training a model", "runs “cli.py distil” or “cli.py fine-tune”"),
    Act.SERVER_SETTINGS: (
        "Changing what runs the models for everybody",
        "runs “cli.py models --measure” or opens the app on the machine itself",
    ),
    Act.OTHERS_WORK: (
        "Seeing and stopping the work of other visitors",
        "opens the app on the machine itself",
    ),
    Act.IMPORT_UPLOAD: ("Importing a file", "runs “cli.py import PATH --name NAME”"),
    Act.QUALITY_RUN: ("Running a query set", "runs “cli.py evaluate”"),
    Act.JUDGE: ("Judging", "opens the app on the machine itself"),
    Act.AUTO_JUDGE: ("Having a model judge", "runs “cli.py judge”"),
    Act.BLIND_VOTE: (
        "Setting up and answering a blind vote",
        "opens the app on the machine itself",
    ),
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a visitor, whether the server is its owner's alone, and what all may do.

    `visitor` is the secret id of a browser, `at_machine` whether that is the server's own.
    """

    visitor: str = field(repr=False)
    is_owner: bool
    at_machine: bool = True
    granted: frozenset[Act] = frozenset()
    open: frozenset[Act] = OPEN

    def may(self, act: Act) -> bool:
        """Whether this act is allowed; what is no act never is."""
        return not self.refusal(act)

    def refusal(self, act: Act) -> str:
        """Why this act is refused and how the owner does it; "" where it is allowed."""
        if act not in frozenset(Act):
            return f"{str(act)[:80]!r} is nothing that can be allowed."
        if self.is_owner or act in self.granted or act in self.open:
            return ""
        act_name, remedy = _WORDS[act]
        return (
            f"{act_name} is turned off on this server: other machines can reach it, and it has no "
            f"accounts to know its owner by. Its owner {remedy}, or starts the server with "
            f"{VARIABLE}={act}."
        )

    def require(self, act: Act) -> None:
        """Raise CrossExamError with the sentence of `refusal` where the act is refused."""
        if reason := self.refusal(act):
            raise CrossExamError(reason)


def granted_acts(text: str) -> frozenset[Act]:
    """The acts that the start flag allows to every visitor; raises CrossExamError for no act."""
    names = [each.lower() for each in re.split(r"[\s,]+", text) if each]
    if EVERYTHING in names:
        return frozenset(Act)
    unknown = [each for each in names if each not in frozenset(Act)]
    if unknown:
        raise CrossExamError(
            f"{VARIABLE} holds {unknown[0][:80]!r}, which is nothing that can be allowed: give "
            f"{EVERYTHING!r}, or some of {', '.join(Act)}"
        )
    return frozenset(map(Act, names))
