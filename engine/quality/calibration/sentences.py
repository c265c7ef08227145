"""What a calibration says, each conclusion in a sentence; the same on screen and in the CLI."""

from __future__ import annotations

from engine.quality.calibration.no_answer import NoAnswer
from engine.quality.calibration.reliability import ISOTONIC, PLATT, RAW
from engine.quality.calibration.report import CalibrationReport
from engine.types.calibration.reliability import Calibration, FloorResult, Interval, KeptFloor
from engine.types.registries.stage_wording import stage_label
from engine.types.wording.numbers import decimal

BIAS = (
    "Only judged pairs count. People mostly judged what some ranking put on top, so what is easily "
    "told to be irrelevant is rare among them: over all pairs of the corpus a logit means less "
    "often relevant than here. The pairs of one query are alike, so the true intervals of the bins "
    "are wider than these (Wilson, 95%)."
)
BINS_NOTE = (
    "ECE: ten bins of the probability, of equal width; the mean distance between the probability "
    "and the share that is relevant, by pairs. Brier: the mean squared distance of each pair."
)
RISK_NOTE = (
    "The queries with the best scores are answered first; the risk is the share of the answered "
    "that have no answer. Scores that tie are taken in no order. The area is the mean risk over "
    "all coverages: the lower the better."
)


def calibration_sentence(calibration: Calibration) -> str:
    """Whether a logit is a probability here, and what calibrating it brings."""
    errors = {error.name: error for error in calibration.errors}
    raw = errors[RAW].ece
    best = min((errors[n] for n in (ISOTONIC, PLATT) if n in errors), key=lambda e: e.ece)
    name = best.name if best.name == PLATT else best.name.lower()
    fit_words = f"a fit on other queries ({name}) {best.ece:.3f}"
    if best.ece < raw:
        return (
            f"A logit is not a probability here: through the sigmoid it is off by {raw:.3f} on "
            f"average (ECE), {fit_words}"
        )
    return (
        f"Through the sigmoid the logit is off by {raw:.3f} on average (ECE), and no fit on other "
        f"queries does better here: {fit_words}"
    )


def floor_sentence(result: FloorResult) -> str:
    """From which logit on the precision holds, or why this corpus cannot give such a floor."""
    floor = result.floor
    if floor is None:
        return f"This corpus gives no floor for {result.precision:.0%}: {result.why}."
    return (
        f"From a logit of {decimal(floor.score)} on, {floor.relevant:,} of {floor.pairs:,} judged "
        f"pairs are relevant ({floor.share:.0%}). Chosen on other queries and measured on those "
        f"left out, the same rule keeps {floor.held_out:.0%} "
        f"({_interval(floor.held_out_interval)})."
    )


def below_floor_sentence(answerable: tuple[int, int], unanswerable: tuple[int, int]) -> str:
    """How many queries of either kind the floor leaves out; "" where none were measured."""
    if not (answerable[1] and unanswerable[1]):
        return ""
    return (
        f"The best logit lies below the floor for {unanswerable[0]:,} of {unanswerable[1]:,} "
        f"queries without an answer, and for {answerable[0]:,} of {answerable[1]:,} with one."
    )


def separation_sentence(report: CalibrationReport) -> str:
    """Which ranker's best score tells queries with an answer best from those without."""
    if not report.separations:
        return ""
    ranked = sorted(report.separations, key=lambda each: -each.auroc)
    best, others = ranked[0], ranked[1:]
    other_words = ", ".join(f"{stage_label(each.stage)} {each.auroc:.2f}" for each in others)
    return (
        f"{stage_label(best.stage)} tells queries with an answer best from those without: AUROC "
        f"{best.auroc:.2f} ({_interval_of_numbers(best.auroc_interval)})"
        + (f"; {other_words}" if others else "")
    )


def sets_sentence(report: CalibrationReport) -> str:
    """Which queries were told apart, and what their scores are."""
    separation = report.separations[0]
    return (
        f"{len(separation.answerable):,} queries with a document that people judged relevant, and "
        f"{len(separation.unanswerable):,} that no document answers, which are part of no mean. "
        "The hybrid's score comes from ranks and says how far its two lists agree; the "
        "cross-encoder's is the best of its candidates. The two sets were not drawn from one log: "
        "with other queries the figures differ."
    )


def no_answer_sentence(finding: NoAnswer) -> str:
    """That there is probably no answer, and by what it is known, for whoever searches."""
    floor = finding.kept.floor
    sure = "Probably" if finding.probability < 0.5 else "Perhaps"
    return (
        f"{sure} no answer here: the best document scores {decimal(finding.best)}, below this "
        f"corpus' floor of {decimal(floor.score)}. From the floor on, {floor.share:.0%} of the "
        f"judged documents were relevant; of those that score like this one, "
        f"{_share(finding.probability)}."
    )


def kept_sentence(kept: KeptFloor | None) -> str:
    """What Compare goes by at present."""
    if kept is None:
        return "No floor is kept for this corpus, so Compare never says that an answer is missing."
    return (
        f"Compare says “Probably no answer here” below {decimal(kept.floor.score)} (precision "
        f"{kept.floor.precision:.0%}, relevant from grade {kept.from_grade})."
    )


def _interval(interval: Interval) -> str:
    low, high = interval
    return f"95% interval {low:.0%} to {high:.0%}"


def _interval_of_numbers(interval: Interval) -> str:
    low, high = interval
    return f"95% interval {low:.2f} to {high:.2f}"


def _share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.005 else "fewer than 1%"
