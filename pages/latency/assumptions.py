"""The assumptions that turn seconds into energy and money, and what comes of them."""

from __future__ import annotations

import streamlit as st

from components.common.messages import plain
from components.common.wording import humanised
from engine.latency.energy import Bill, Prices
from pages.latency.link_names import CURRENCIES, HOUR, KWH, WATTS
from state import url_state
from state.latency.lab import power


def watts() -> float:
    """The power that a person assumes for the processor at work."""
    usual_power = power()
    key = WATTS.session_key
    url_state.give_number(WATTS, key, 1.0, 5_000.0, float(usual_power.watts))
    value = st.number_input(
        "Watts while it works",
        1.0,
        5_000.0,
        float(usual_power.watts),
        step=1.0,
        key=key,
        persist_state="session",
        help=plain(f"Estimated. The default is {usual_power.watts:g} W: {usual_power.source}."),
    )
    return float(value)


def assumptions() -> tuple[Prices, str]:
    """Watts and prices as a person assumes them, and the currency's sign."""
    columns = st.columns(4)
    with columns[0]:
        assumed = watts()
    with columns[1]:
        kwh = st.number_input(
            "Price of a kWh",
            0.0,
            100.0,
            KWH,
            step=0.01,
            key="lab_kwh",
            persist_state="session",
            help="Assumed.",
        )
    with columns[2]:
        hour = st.number_input(
            "Rent of a machine, an hour",
            0.0,
            1_000.0,
            HOUR,
            step=0.01,
            key="lab_hour",
            persist_state="session",
            help="Assumed: what a machine like this one costs to rent.",
        )
    with columns[3]:
        currency = st.selectbox("Currency", CURRENCIES, key="lab_currency", persist_state="session")
    st.caption(plain(f"Assumed, edit them: {power().watts:g} W is {power().source}."))
    return Prices(assumed, float(kwh), float(hour)), str(currency)


def million_figures(costs: Bill, currency: str) -> None:
    """Hours, energy and money in a row."""
    columns = st.columns(4, border=True)
    figures = (
        ("Time, extrapolated", humanised(costs.hours * 3_600)),
        ("Energy, estimated", energy_words(costs.kwh)),
        ("Electricity, estimated", money(costs.energy_price, currency)),
        ("or machine rent, estimated", money(costs.machine_price, currency)),
    )
    for column, (label, value) in zip(columns, figures, strict=True):
        column.metric(label, value)


def energy_words(kwh: float) -> str:
    """Energy in Wh or kWh."""
    if kwh < 0.9995:
        return f"{kwh * 1_000:,.3g} Wh"
    return f"{kwh:,.1f} kWh" if kwh < 99.95 else f"{kwh:,.0f} kWh"


def money(amount: float, currency: str) -> str:
    """A price with as many decimals as it needs."""
    if 0 < amount < 0.005:
        return f"{amount:.2g} {currency}"
    return f"{amount:,.2f} {currency}"
