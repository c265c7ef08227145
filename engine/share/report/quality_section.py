"""The figures of a quality run: measures, differences with their intervals, queries."""

from __future__ import annotations

from engine.search.movement import duration
from engine.share.report.figures import (
    BAR_HEIGHT,
    BAR_WIDTH,
    bar,
    cell,
    counted,
    figure,
    notices,
    number,
    panels,
    picture,
    signed_bar,
    table,
)
from engine.share.report.markup import Markup, joined, tag, user_text
from engine.share.report.provenance_part import provenance_part
from engine.types.registries.measures import measure_named, merit, said
from engine.types.share.snapshots import DifferenceFigure, QualitySnapshot, QueryFigure


def quality_section(snapshot: QualitySnapshot, name: str) -> Markup:
    """All of it, in tabs; `name` makes the ids of this part unlike those of others."""
    results = joined(
        [
            tag("p", snapshot.headline, class_="headline") if snapshot.headline else None,
            _measures(snapshot),
            _by_searches(snapshot),
            _times(snapshot),
            notices(snapshot.notices),
        ]
    )
    parts = [("Measures", results)]
    if snapshot.differences:
        parts.append(("Or chance?", _forest(snapshot)))
    if snapshot.queries:
        parts.append(("Queries", _queries(snapshot)))
    parts.append(("How it was made", provenance_part(snapshot.provenance)))
    return panels(parts, name=name)


def _measures(snapshot: QualitySnapshot) -> Markup:
    measures = list(dict.fromkeys(m for each in snapshot.pipelines for m in each.means))
    judged_k = snapshot.pipelines[0].judged_k if snapshot.pipelines else 10
    rows = [
        [
            cell(user_text(each.name)),
            *(
                cell(said(m, each.means[m]) if m in each.means else "–", each.means.get(m, -1e9))
                for m in measures
            ),
            cell(f"{each.judged:.1%}", each.judged),
        ]
        for each in snapshot.pipelines
    ]
    meanings = [
        f"{name}: {measure.definition}"
        for name in measures
        if (measure := measure_named(name)) is not None
    ]
    return figure(
        f"Means over {counted(snapshot.query_count, 'query', 'queries')}",
        table(["Pipeline", *measures, f"judged@{judged_k}"], rows, label="Measures"),
        f"By {snapshot.judgments}. {'; '.join(meanings)}; judged@{judged_k}: the share of the top "
        f"{judged_k} that carries a judgment. What nobody judged counts as not relevant.",
    )


def _by_searches(snapshot: QualitySnapshot) -> Markup | None:
    """The same means with each query as often as it is searched, None where nobody said."""
    if not any(each.by_searches for each in snapshot.pipelines):
        return None
    measures = list(dict.fromkeys(m for each in snapshot.pipelines for m in each.by_searches))
    rows = [
        [
            cell(user_text(each.name)),
            *(
                cell(said(m, each.by_searches[m]), each.by_searches[m])
                if m in each.by_searches
                else cell("–", -1e9)
                for m in measures
            ),
        ]
        for each in snapshot.pipelines
    ]
    return figure(
        "The same means by searches",
        table(["Pipeline", *measures], rows, label="Measures by searches"),
        "Each query counts as often as people search for it, by the numbers that came with the "
        "queries; those without a number are left out.",
    )


def _times(snapshot: QualitySnapshot) -> Markup:
    timed = [(each, each.seconds) for each in snapshot.pipelines if each.seconds is not None]
    longest = max((seconds for _, seconds in timed), default=0.0) or 1.0
    rows = [
        [
            cell(user_text(each.name)),
            cell(
                bar(
                    seconds / longest,
                    "stage-cross-encoder" if each.reranks else "stage-bi-encoder",
                    label=duration(seconds),
                )
            ),
            cell(duration(seconds), seconds),
        ]
        for each, seconds in timed
    ]
    return figure(
        "What a query takes",
        table(["Pipeline", "Share", "Time"], rows, label="Times"),
        "The mean of the run's queries on the machine named under “How it was made”. Scores that "
        "several pipelines share count in each. What another system's run took is not known."
        if len(timed) < len(snapshot.pipelines)
        else "The mean of the run's queries on the machine named under “How it was made”. Scores "
        "that several pipelines share count in each.",
    )


def _forest(snapshot: QualitySnapshot) -> Markup:
    """A row a pipeline: its mean difference and the interval around it."""
    ends = [end for one in snapshot.differences for end in (one.low, one.high, 0.0)]
    low, high = min(ends), max(ends)
    rows = [
        [
            cell(user_text(one.name)),
            cell(_interval(one, low, high, snapshot.measure)),
            cell(number(one.difference, sign=True), one.difference),
            cell(f"{number(one.low)} to {number(one.high)}", one.low),
            cell(str(one.better), one.better),
            cell(str(one.worse), one.worse),
            cell(str(one.equal), one.equal),
        ]
        for one in snapshot.differences
    ]
    headers = ["Pipeline", "Picture", "Difference", "95% interval", "Better", "Worse", "Equal"]
    sentences = [
        tag("p", user_text(one.name), f": {one.sentence}.", class_="facts")
        for one in snapshot.differences
    ]
    return joined(
        [
            figure(
                f"{snapshot.measure} minus that of {snapshot.baseline}",
                table(headers, rows, label="Differences"),
                "The thin line is zero, no difference. A filled mark: chance alone would show this "
                "at most once in twenty, after correction for several comparisons. The interval "
                "is a bootstrap over the queries; better, worse and equal count queries.",
            ),
            *sentences,
        ]
    )


def _interval(one: DifferenceFigure, low: float, high: float, measure: str) -> Markup:
    """The interval as a line, the mean as a diamond, filled where it is no chance."""
    span = (high - low) or 1.0
    room = BAR_WIDTH - 16

    def x(value: float) -> float:
        return 8 + room * (value - low) / span

    middle, centre = BAR_HEIGHT / 2, x(one.difference)
    direction = "same"
    if one.significant:
        direction = "up" if merit(measure, one.difference) > 0 else "down"
    diamond = f"{centre - 6:.1f},{middle} {centre:.1f},{middle - 6} "
    diamond += f"{centre + 6:.1f},{middle} {centre:.1f},{middle + 6}"
    marks = [
        tag("line", x1=x(0), x2=x(0), y1=0, y2=BAR_HEIGHT, class_="axis"),
        tag(
            "line", x1=x(one.low), x2=x(one.high), y1=middle, y2=middle, class_=f"move {direction}"
        ),
        tag(
            "polygon",
            points=diamond,
            class_=f"{'fill' if one.significant else 'open'} {direction}",
        ),
    ]
    return picture(joined(marks), BAR_WIDTH, BAR_HEIGHT, label=one.sentence, class_="bar")


def _queries(snapshot: QualitySnapshot) -> Markup:
    """A row a query, those that lost most first."""
    largest = max((abs(each.difference) for each in snapshot.queries), default=0.0) or 1.0
    weighted = any(each.weight is not None for each in snapshot.queries)
    rows = []
    for each in snapshot.queries:
        change = number(each.difference, sign=True)
        share = each.difference / largest
        gain = merit(snapshot.measure, each.difference) >= 0
        rows.append(
            [
                cell(user_text(each.text)),
                cell(number(each.before), each.before),
                cell(number(each.after), each.after),
                cell(signed_bar(share, label=change, good=gain)),
                cell(change, each.difference),
                cell(_first(each)),
                *([cell(_weight(each), each.weight or 0.0)] if weighted else []),
            ]
        )
    headers = ["Query", "Before", "After", "Picture", "Change", "First result"]
    headers += ["Searches"] if weighted else []
    left_out = snapshot.query_count - len(snapshot.queries)
    return figure(
        f"{snapshot.measure} by query",
        table(headers, rows, label="Queries"),
        f"Before: {snapshot.before}. After: {snapshot.after}. First result: whether another "
        "document is first, and whether it is judged higher or lower."
        + (f" The {left_out:,} queries in the middle are not listed." if left_out > 0 else ""),
    )


def _weight(query: QueryFigure) -> str:
    return "–" if query.weight is None else f"{query.weight:,.0f}"


def _first(query: QueryFigure) -> str:
    """Whether the first result is another one, and a better one by its judgment."""
    if query.first_before == query.first_after:
        return "same"
    gain = max(query.grade_after or 0, 0) - max(query.grade_before or 0, 0)
    return "other" if gain == 0 else "better" if gain > 0 else "worse"
