"""Who acts in this session, and whether they may: the one door of every act (system/acts.py)."""

from __future__ import annotations

import ipaddress
import os

import streamlit as st

from state.visitor import visitor_id
from system.acts import VARIABLE as VARIABLE
from system.acts import Act as Act
from system.acts import Actor, granted_acts
from system.http_edge import EdgeRules


def is_local() -> bool:
    """Whether only this machine can reach the server, which then is its owner's alone."""
    return rules().is_local


def rules() -> EdgeRules:
    """The server's rules, of Streamlit's option `server.address` and the environment."""
    return EdgeRules.from_settings(st.get_option("server.address"), os.environ)


def granted() -> frozenset[Act]:
    """The acts that the start flag allows to every visitor; raises CrossExamError for no act."""
    return granted_acts(os.environ.get(VARIABLE, ""))


def actor() -> Actor:
    """Who acts in this session."""
    is_owner = is_local()
    acts = frozenset() if is_owner else granted()
    return Actor(visitor_id(), is_owner, at_machine=_at_machine(), granted=acts)


def refusal(act: Act) -> str:
    """Why this act is refused and how the owner does it; "" where it is allowed."""
    return actor().refusal(act)


def require(act: Act) -> None:
    """Raise CrossExamError with the sentence of `refusal` where the act is refused."""
    actor().require(act)


def _at_machine() -> bool:
    """Whether the visitor sits at the server's own machine: the peer of the connection tells.

    No peer can tell it on a server that others reach, perhaps through a proxy of this machine.
    """
    peer = st.context.ip_address
    if peer is None:  # Streamlit's word for this machine
        return True
    try:
        return ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False
