"""Pairs on which a backend's drift from fp32 is measured; no corpus and no benchmark holds them.

Each topic has a query and sentences about it. A query meets its own topic in texts of one to
three sentences, and sentences of other topics alone and mixed with its own, so that the logits
lie all over their range: where they are high, where they are low, and between.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from engine.types import Drift

Topic = tuple[str, tuple[str, str, str]]

TOPICS: tuple[Topic, ...] = (
    (
        "how to descale a kettle",
        (
            "Fill the kettle with equal parts of vinegar and water and boil it once.",
            "Leave the hot mixture for half an hour, then rinse it twice with fresh water.",
            "In towns with hard water a white crust grows on the heating plate within weeks.",
        ),
    ),
    (
        "why does a sourdough starter smell of acetone",
        (
            "A starter that is fed too seldom runs out of flour and begins to smell sharp.",
            "Two feedings a day with fresh rye flour bring it back within a short week.",
            "The loaf rests under a damp cloth until it has doubled in size.",
        ),
    ),
    (
        "when do swifts leave for the south",
        (
            "Swifts are gone by the first days of August, long before the swallows gather.",
            "They sleep and feed on the wing and come down only to breed under old roofs.",
            "A ringed bird was met again four thousand miles away after nineteen days.",
        ),
    ),
    (
        "what makes a bicycle chain skip",
        (
            "A worn chain rides up on the teeth of the sprocket and jumps under load.",
            "Measure twelve links: if they are an eighth of an inch too long, change the chain.",
            "The rear wheel was true again after two spokes had been replaced.",
        ),
    ),
    (
        "who invented the safety pin",
        (
            "Walter Hunt bent a piece of wire into the first safety pin in 1849 to pay a debt.",
            "He sold the patent for four hundred dollars and never earned another cent from it.",
            "Brooches with a spring and a catch were worn in the Bronze Age already.",
        ),
    ),
    (
        "can tomatoes be planted next to potatoes",
        (
            "Potatoes and tomatoes share the same blight, so keep their beds well apart.",
            "Basil and marigolds do well in the shade of tall tomato plants.",
            "Earth up the rows twice in early summer, when the leaves are a hand high.",
        ),
    ),
    (
        "height of the lighthouse on the northern cape",
        (
            "The tower on the cape is forty-one metres high and painted in red and white bands.",
            "Its lamp can be seen at a distance of twenty-two nautical miles in clear weather.",
            "The last keeper moved out in 1987, when the light was automated.",
        ),
    ),
    (
        "how long can cooked rice be kept",
        (
            "Cooked rice keeps for a day in the refrigerator if it was cooled within an hour.",
            "Spores that survive the boiling grow quickly in rice that stands warm.",
            "Long-grain varieties stay loose, round ones give off more starch.",
        ),
    ),
    (
        "is glass a liquid",
        (
            "Glass is an amorphous solid; it does not flow at room temperature.",
            "Old window panes are thicker below because of how crown glass was cut and set.",
            "Quartz sand melts at about seventeen hundred degrees, less with soda added.",
        ),
    ),
    (
        "best knot to tie two ropes of different thickness",
        (
            "A double sheet bend joins a thin rope to a thick one and holds when it is wet.",
            "The reef knot slips when the two lines differ, and should never carry a person.",
            "Hemp shrinks in the rain, while nylon stretches and dries within hours.",
        ),
    ),
    (
        "what is a leap second",
        (
            "A leap second is added to keep clocks within a second of the turning earth.",
            "Twenty-seven of them were inserted between 1972 and 2016, each at midnight.",
            "Tides slow the rotation of the planet by some milliseconds in a century.",
        ),
    ),
    (
        "my cello string keeps going out of tune",
        (
            "New gut strings stretch for days; tune them a little sharp and play them in.",
            "A peg that slips wants a touch of chalk, one that sticks a touch of soap.",
            "The bow is rehaired once a year, sooner if it is played every evening.",
        ),
    ),
    (
        "does the night train stop at the border",
        (
            "The night train halts at the border station for forty minutes to change engines.",
            "Passports are checked in the sleeping cars before the journey goes on.",
            "Seats in the dining car cannot be booked in advance.",
        ),
    ),
    (
        "how do bees choose a new nest",
        (
            "Scouts dance for the cavity that they found, and the longest dance wins the swarm.",
            "The swarm leaves once a quorum of scouts has met at the same hollow tree.",
            "Wax is sweated out in flakes by workers that are about two weeks old.",
        ),
    ),
    (
        "fee for returning a library book late",
        (
            "Ten cents a day are charged for each book that comes back after its date.",
            "Loans can be renewed twice online unless another reader has reserved the book.",
            "The reading room on the second floor is open on Sundays in winter.",
        ),
    ),
    (
        "why is the sky red at sunset",
        (
            "At sunset the light crosses more air, which scatters the blue out of its way.",
            "Dust and smoke deepen the colour, so that evenings after an eruption glow.",
            "A barometer that falls in the afternoon often means wind before the morning.",
        ),
    ),
    (
        "how to sharpen a pocket knife",
        (
            "Draw the blade over a wet stone at twenty degrees, as if to slice a thin layer.",
            "Finish on a leather strop, with the edge trailing, until it shaves hair.",
            "The handle is made of olive wood and fastened with three brass pins.",
        ),
    ),
    (
        "symptoms of iron deficiency",
        (
            "Tiredness, pale skin and cold hands are common when the body lacks iron.",
            "Lentils, spinach and red meat supply it, and vitamin C helps to take it up.",
            "The blast furnace was fed with ore, coke and lime in turn.",
        ),
    ),
    (
        "rules for en passant in chess",
        (
            "A pawn that has just moved two squares may be taken as if it had moved one.",
            "The capture has to be made at once; a move later the right is gone.",
            "In the final the champion gave up a rook to open the king's side.",
        ),
    ),
    (
        "what happens when a glacier retreats",
        (
            "A glacier that retreats leaves moraines, polished rock and cold green lakes.",
            "Rivers carry more water for some decades and then run low in late summer.",
            "The hut at the edge of the ice was built by climbers in 1903.",
        ),
    ),
)
QUERIES = tuple(query for query, _ in TOPICS)
PAIRS = 240


def texts_for(number: int) -> tuple[str, ...]:
    """The texts that this topic's query is scored with: its own, others', and mixtures.

    Short ones, for fp32 torch takes its time.
    """
    first, second, aside = TOPICS[number][1]

    def other(step: int) -> tuple[str, str, str]:
        return TOPICS[(number + step) % len(TOPICS)][1]

    return (
        first,
        second,
        aside,
        f"{first} {second}",
        f"{aside} {first}",
        f"{other(1)[2]} {first}",
        f"{second} {other(2)[0]}",
        f"{other(3)[1]} {aside}",
        other(6)[0],
        other(7)[1],
        other(8)[2],
        other(9)[0],
    )


def calibration_pairs() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each query with the texts that it is scored with: `PAIRS` pairs in all."""
    for number, query in enumerate(QUERIES):
        yield query, texts_for(number)


def drift_between(logits: NDArray[np.float64], reference: NDArray[np.float64]) -> Drift:
    """How far the logits lie from the reference's, as a distribution over the pairs."""
    apart = np.abs(logits - reference)
    p99, p999 = np.quantile(apart, (0.99, 0.999))
    return Drift(float(apart.mean()), float(p99), float(p999), float(apart.max()), len(apart))
