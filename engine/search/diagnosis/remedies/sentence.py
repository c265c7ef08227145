"""A remedy in one sentence: the new rank, the cost, and what it does to the other queries."""

from __future__ import annotations

from engine.quality.significance import interval_text
from engine.search.movement import duration
from engine.types.diagnosis.remedies import RemedyEffect, RemedyResult
from engine.types.wording.numbers import signed


def remedy_sentence(result: RemedyResult) -> str:
    """ "Hybrid candidates: lifts it from rank 64 to 3, costs 1 ms more, and changes nDCG@10 …"."""
    if result.problem:
        return f"{result.label} could not be tried: {result.problem}."
    before = f"rank {result.before or 0:,}"
    if result.rank is None:
        moves = f"does not list it among its {result.listed:,}"
    elif result.before is None:
        moves = f"lists it at rank {result.rank:,}"
    elif not result.gain:
        moves = f"leaves it at {before}"
    else:
        moves = f"{'lifts' if result.gain > 0 else 'lowers'} it from {before} to {result.rank:,}"
    effect = f", and {effect_text(result.effect)}" if result.effect is not None else ""
    note = f" {result.note}." if result.note else ""
    return f"{result.label}: {moves}, {cost_text(result.seconds_more)}{effect}.{note}"


def cost_text(seconds: float) -> str:
    """ "costs 12 ms more", "saves 1.1 s"."""
    if abs(seconds) < 0.0005:
        return "costs the same"
    return f"costs {duration(seconds)} more" if seconds > 0 else f"saves {duration(-seconds)}"


def effect_text(effect: RemedyEffect) -> str:
    """ "changes nDCG@10 by +0.012 (95% −0.004 to 0.028) on 84 other queries; 6 get worse"."""
    return (
        f"changes nDCG@10 by {signed(effect.difference, 3)} (95% {interval_text(effect.interval)}) "
        f"on {effect.queries:,} other queries; {effect.worse:,} get worse, {effect.better:,} better"
    )


def best(results: list[RemedyResult], *, top: int, wanted: bool = True) -> RemedyResult | None:
    """The remedy to name first, None where none helps.

    Of those that put the document where it was expected the one that loses other queries least,
    where that is known, else the cheapest; without such a one the one that moves it most.
    """
    sign = 1 if wanted else -1
    helping = [r for r in results if not r.problem and sign * r.gain > 0]
    reaching = [r for r in helping if (r.rank is not None and r.rank <= top) == wanted]

    def key(result: RemedyResult) -> tuple[float, float, int]:
        loss = -result.effect.difference if result.effect is not None else 0.0
        return loss, result.seconds_more, result.rank or result.listed + 1

    if reaching:
        return min(reaching, key=key)
    return max(helping, key=lambda result: sign * result.gain, default=None)
