"""What a visitor may do that changes or reaches more than their own view.

Default deny: there are no accounts, so a server that other machines can reach refuses each such
act to everyone, its owner included, unless it was started with a flag that names the act. On a
server that only this machine reaches everything is allowed.
"""

from __future__ import annotations

import os
import re
from enum import StrEnum

import streamlit as st

from engine.types import CrossExamError
from system.http_edge import EdgeRules

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


# What is refused, and how the owner does it on the machine itself.
_SAID = {
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
}


def is_local() -> bool:
    """Whether only this machine can reach the server, which then is its owner's alone."""
    return rules().is_local


def rules() -> EdgeRules:
    """The server's rules, of Streamlit's option `server.address` and the environment."""
    return EdgeRules.from_settings(st.get_option("server.address"), os.environ)


def granted() -> frozenset[Act]:
    """The acts that the start flag allows to every visitor; raises CrossExamError for no act."""
    named = [each.lower() for each in re.split(r"[\s,]+", os.environ.get(VARIABLE, "")) if each]
    if EVERYTHING in named:
        return frozenset(Act)
    unknown = [each for each in named if each not in frozenset(Act)]
    if unknown:
        raise CrossExamError(
            f"{VARIABLE} holds {unknown[0][:80]!r}, which is nothing that can be allowed: give "
            f"{EVERYTHING!r}, or some of {', '.join(Act)}"
        )
    return frozenset(map(Act, named))


def refusal(act: Act) -> str:
    """Why this act is refused and how the owner does it; "" where it is allowed."""
    if is_local() or act in granted():
        return ""
    what, how = _SAID[act]
    return (
        f"{what} is turned off on this server: other machines can reach it, and it has no "
        f"accounts to know its owner by. Its owner {how}, or starts the server with "
        f"{VARIABLE}={act}."
    )


def require(act: Act) -> None:
    """Raise CrossExamError with the sentence of `refusal` where the act is refused."""
    if said := refusal(act):
        raise CrossExamError(said)
