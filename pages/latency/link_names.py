"""What a link of the Latency page can name."""

from __future__ import annotations

from engine.latency.repeated_searches import DEFAULT_RUNS, LEAST_RUNS, MOST_RUNS
from engine.types import FIRST_STAGES
from engine.types.share.link_names import LinkName, choice, number, one_of

LAB_SECTIONS = ("search", "depth", "batches", "scale", "ann", "energy")
SIZES = {"1,000": 1_000, "10,000": 10_000, "100,000": 100_000, "1,000,000": 1_000_000}
USUAL_SIZE = "100,000"
LINKS, USUAL_LINKS = (2, 4, 8, 16, 32), 16
KWH, HOUR = 0.30, 0.10
CURRENCIES = ("€", "$", "£", "CHF", "¥")
THIS, JUDGED = "This query", "Judged queries of the corpus"
_VECTORS = {str(each): words for words, each in SIZES.items()}
_AXES = {"linear": "Linear time", "log": "Logarithmic time"}

LAB = LinkName("lab", one_of(LAB_SECTIONS), LAB_SECTIONS[0], ", ".join(LAB_SECTIONS))
WATTS = number("watts", 1, 5_000, None, kind=float, key="lab_watts")
MEASURED = choice("measured", {"this": THIS, "judged": JUDGED}, None, key="energy_queries")
MEASURED_QUERIES = number("measured_queries", 1, 1_000_000, None, key="energy_count")
OVER = choice("over", {each: each for each in FIRST_STAGES}, None, key="energy_baseline")
EF_SEARCH = number("ef", 1, 100_000, None, key="ann_breadth")

LATENCY_LINKS = {
    "latency": (
        LAB,
        choice("axis", _AXES, _AXES["linear"], key="waterfall_axis"),
        choice("runs_axis", _AXES, _AXES["log"], key="spread_axis"),
        number("runs", LEAST_RUNS, MOST_RUNS, DEFAULT_RUNS, key="latency_runs"),
        WATTS,
        number("kwh", 0, 100, KWH, kind=float, key="lab_kwh"),
        number("hour", 0, 1_000, HOUR, kind=float, key="lab_hour"),
        choice("currency", {each: each for each in CURRENCIES}, "€", key="lab_currency"),
        MEASURED,
        MEASURED_QUERIES,
        OVER,
        choice(
            "vectors",
            _VECTORS,
            USUAL_SIZE,
            key="scale_most",
        ),
        choice("links", {str(each): each for each in LINKS}, USUAL_LINKS, key="ann_links"),
        EF_SEARCH,
    )
}
