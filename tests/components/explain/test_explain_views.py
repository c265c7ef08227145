"""What the explanation views hand to the browser and say: right signs, both ends, harmless text."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from components.explain import similarity_heatmap
from components.explain.attribution import faithfulness_chart, pairwise_view, word_attribution
from components.explain.attribution import method_agreement as method_agreement_view
from components.explain.attribution import method_wording as method_agreement_wording
from components.explain.attribution.attribution_facts import (
    backend_sentence,
    references_sentence,
    special_sentence,
    sum_sentence,
)
from components.explain.attribution.word_attribution import LOGIT, SHARE, WordGroup, groups_of
from engine.explain import attribution_warnings
from engine.explain.attribution_warnings import interaction_sentence, warnings_of
from engine.explain.faithfulness import Curve
from engine.explain.pairwise import Difference, QueryWord, difference
from engine.types import FLAGGED_ABOVE, Attribution
from engine.types.registries.explanation_methods import BASELINES, EXPLANATION_METHODS
from models.cross_encoders import attribution as engine
from workbench.registries.explanations import EXPLANATIONS

HOSTILE = "<img src=x onerror='alert(1)'>"


def attribution(**changes: Any) -> Attribution:
    explained = Attribution(
        method="integrated gradients",
        words=("python", "snake", "ball", HOSTILE, "guide"),
        values=(1.0, 2.0, 3.0, -1.5, 0.01),
        baseline_score=-1.0,
        score=3.5,
        residual=0.002,
        segments=("query", "query", "document", "document", "document"),
        special_value=0.0,
        baseline="pad",
        steps=32,
    )
    return replace(explained, **changes)


def payload(
    explained: Attribution, reading: word_attribution.ValueWording = LOGIT
) -> dict[str, Any]:
    data = word_attribution.payload(groups_of(explained), reading)
    plain: dict[str, Any] = json.loads(json.dumps(data, allow_nan=False))
    return plain


# ---- words ----


def test_words_arrive_as_data_with_signed_values_and_weights() -> None:
    query, document = payload(attribution())["groups"]
    assert (query["title"], query["words"]) == ("Query", ["python", "snake"])
    assert document["words"] == ["ball", HOSTILE, "guide"]
    assert document["texts"] == ["+3.00", "−1.50", "+0.01"]
    assert document["weights"] == [1.0, -0.5, 0.0]  # the last is too weak to be shaded


def test_the_summary_names_the_strongest_words_of_each_sign() -> None:
    up, down = payload(attribution())["summary"]
    assert (up["side"], down["side"]) == ("up", "down")
    assert [(w["where"], w["word"], w["text"]) for w in up["words"]] == [
        ("", "ball", "+3.00"),
        ("query", "snake", "+2.00"),
        ("query", "python", "+1.00"),
    ]
    assert [w["word"] for w in down["words"]] == [HOSTILE]


def test_only_the_strongest_words_carry_their_value() -> None:
    many = WordGroup("Document", [(f"w{i}", float(i)) for i in range(1, 41)])
    (group,) = word_attribution.payload([many], LOGIT)["groups"]
    assert sum(group["labelled"]) == word_attribution.LABELLED
    assert group["labelled"][-1]
    assert not group["labelled"][0]


def test_attention_has_no_sign_and_a_colour_of_its_own() -> None:
    shares = payload(attribution(values=(0.1, 0.2, 0.3, 0.0004, 0.0)), SHARE)
    assert shares["down"] == ""
    assert len(shares["summary"]) == 1
    assert shares["groups"][1]["texts"] == ["30.0%", "< 0.1%", "0.0%"]
    assert shares["colours"]["up"] == [word_attribution.LOOKED_AT[dark] for dark in (False, True)]
    assert shares["colours"]["up"] not in payload(attribution())["colours"].values()


def test_two_views_side_by_side_can_share_a_scale() -> None:
    groups = groups_of(attribution())
    data = word_attribution.payload(groups, LOGIT, scale=6.0)
    assert data["groups"][1]["weights"][0] == 0.5
    assert data["full"] == "6.00"


@pytest.mark.parametrize("values", [(0.0,) * 5, (1e-9, -1e-9, 0.0, 0.0, 0.0)])
def test_values_of_next_to_nothing_have_no_sign(values: tuple[float, ...]) -> None:
    data = payload(attribution(values=values))
    assert {text for group in data["groups"] for text in group["texts"]} == {"0.00"}


def test_an_empty_group_can_be_drawn() -> None:
    data = word_attribution.payload([WordGroup("Document", [])], LOGIT)
    assert data["groups"][0]["words"] == []
    assert word_attribution.strongest([]) == 0.0


# ---- what they stand on ----


def test_the_sum_stands_beside_both_ends_and_the_residual() -> None:
    text = sum_sentence(attribution())
    assert "Query words +3.00, document words +1.51, [CLS] and [SEP] 0.00" in text
    assert "together +4.51 logits" in text
    assert "The score 3.50 minus the baseline's −1.00 is +4.50" in text
    assert "Residual 0.2%, 32 steps." in text


def test_a_residual_above_the_limit_is_flagged() -> None:
    assert not warnings_of(attribution(residual=FLAGGED_ABOVE))
    (warning,) = warnings_of(attribution(residual=0.12))
    assert "miss the gap by 12.0% after 32 steps" in warning
    assert "above 5%" in sum_sentence(attribution(residual=0.12))


@pytest.mark.parametrize(("score", "warned"), [(-0.51, True), (-1.4, True), (-0.5, False)])
def test_a_baseline_that_scores_like_the_pair_is_warned_of(score: float, warned: bool) -> None:
    assert bool(warnings_of(attribution(score=score))) is warned


@pytest.mark.parametrize("steps", [0, 32])
def test_a_baseline_that_scores_above_the_pair_is_said_not_to_be_neutral(steps: int) -> None:
    above = attribution(score=0.84, baseline_score=8.195, steps=steps)
    (warning,) = warnings_of(above)
    assert warning.startswith(
        "This baseline is not neutral: the model scores it 8.20, above the pair's 0.84."
    ) or warning.startswith(
        "This baseline is not neutral: the model scores it 8.19, above the pair's 0.84."
    )
    assert not warnings_of(replace(above, score=9.0))


def test_occlusion_is_not_warned_of_for_it_need_not_sum() -> None:
    assert warnings_of(attribution(method="occlusion (delete)", steps=0, residual=0.9)) == []


def test_the_residual_of_leave_one_out_is_said_to_be_interaction_with_its_figure() -> None:
    explained = attribution(
        method="occlusion (delete)", steps=0, baseline="no word", score=0.84, baseline_score=8.195
    )  # the values sum to 4.51, the gap is -7.355
    explained = replace(explained, residual=abs(4.51 + 7.355) / 7.355)
    text = interaction_sentence(explained)
    assert "The baseline here is the pair without a word, which the model scores 8.2" in text
    assert "one at a time they lose 4.51 logits in all, together −7.3" in text
    assert "The difference of 11.8" in text
    assert "(residual 161.3%) is interaction" in text
    masked = interaction_sentence(replace(explained, baseline="every word as [MASK]"))
    assert "The baseline here has [MASK] for every word" in masked
    assert interaction_sentence(attribution()) == ""
    assert "Interaction 161.3%." in sum_sentence(explained)


def test_words_that_are_not_stable_at_the_last_steps_are_warned_of() -> None:
    stable = attribution(word_change=0.05, steps=64)
    assert warnings_of(stable) == []
    assert "64 steps; as they last doubled, no word moved by more than 0.05." in sum_sentence(
        stable
    )
    (warning,) = warnings_of(replace(stable, word_change=0.47, steps=256))
    assert warning.startswith(
        "After 256 steps, the most that are taken, a word's value still moved"
    )
    assert "by 0.47 logits as the steps doubled" in warning
    assert attribution_warnings.UNSTABLE_ABOVE == engine.WORD_TOLERANCE


def test_what_the_references_keep_of_a_cosine_is_said() -> None:
    explained = attribution(
        score=0.715, baseline_score=-0.509, residual=0.001, steps=64, word_change=0.004
    )
    text = references_sentence(explained)
    assert "The values of the query's words sum to 1.224, and so do the document's" in text
    assert "with the −0.509 that stays with the references it is the cosine of 0.715" in text
    assert (
        "Residual 0.1%, 64 steps; as they last doubled, no word moved by more than 0.004." in text
    )
    assert references_sentence(replace(explained, baseline_score=None)) == ""


def test_what_special_tokens_hold_is_said_with_its_share() -> None:
    explained = attribution(values=(0.1, 0.1, 0.1, 0.05, 0.05), special_value=0.6)
    assert special_sentence(explained, SHARE) == (
        "[CLS] and [SEP], which are no words, hold 60.0% (60% of the whole, signs aside)."
    )
    assert sum_sentence(replace(explained, baseline_score=None)) == ""


# ---- its check ----

CURVE = Curve(
    shares=(0.0, 0.5, 1.0),
    logits=(5.0, -3.0, -6.0),
    random=(5.0, 2.0, -6.0),
    low=(5.0, 1.0, -6.0),
    high=(5.0, 4.0, -6.0),
)


@pytest.mark.parametrize(
    ("gone", "title", "axis"), [(True, "Deletion", "removed"), (False, "Insertion", "put back")]
)
def test_a_curve_stands_against_its_band_with_units(gone: bool, title: str, axis: str) -> None:
    chart = faithfulness_chart.figure(CURVE, gone=gone, dark=False)
    band, mean, line = chart.data
    assert list(band.y) == [5.0, 4.0, -6.0, -6.0, 1.0, 5.0]
    assert mean.line.dash == "dash"
    assert list(line.y) == [5.0, -3.0, -6.0]
    assert title in chart.layout.title.text
    assert chart.layout.xaxis.title.text == f"share of the document's words {axis}"
    assert chart.layout.yaxis.title.text == "logit"


def test_both_measures_are_placed_against_the_random_band() -> None:
    others = [0.1 * i for i in range(21)]
    assert "Comprehensiveness 3.00 logits lies above the random band (0.10 to 1.90)" in (
        faithfulness_chart.verdict(3.0, 1.0, others, others)
    )
    assert "Sufficiency 1.00 lies within the random band" in (
        faithfulness_chart.verdict(3.0, 1.0, others, others)
    )
    assert "Sufficiency −1.00 lies below" in faithfulness_chart.verdict(3.0, -1.0, others, others)
    chart = faithfulness_chart.scores_figure(3.0, -1.0, others, others, dark=True)
    assert list(chart.data[1].x) == [3.0, -1.0]
    assert len(chart.layout.shapes) == 2


def test_only_bins_that_differ_are_named_and_the_difference_to_eraser_is_said() -> None:
    assert faithfulness_chart.removal_sizes_text((1, 2), 4) == "1 and 2 of 4 words"
    assert (
        faithfulness_chart.removal_sizes_text((1, 5, 10, 20, 50), 100)
        == "1, 5, 10, 20 and 50 of 100 words"
    )
    assert faithfulness_chart.removal_sizes_text((1,), 1) == "1 of 1 word"
    others = [0.1 * i for i in range(21)]
    text = faithfulness_chart.verdict(3.0, 1.0, others, others, removal_sizes="1 and 2 of 4 words")
    assert "means over the first 1 and 2 of 4 words (AOPC; DeYoung et al. 2020)" in text
    assert "unlike ERASER's of the logit itself" in text
    assert "the empty one (k = 0) left out" in text
    cosine = faithfulness_chart.verdict(0.03, 0.0, others, others, unit="cosine")
    assert "Comprehensiveness 0.030 of cosine lies" in cosine
    axis = faithfulness_chart.scores_figure(
        3.0, 1.0, others, others, removal_sizes="1 and 2 of 4 words", dark=False
    ).layout.xaxis.title.text
    assert axis == "mean drop of the logit as 1 and 2 of 4 words go"


# ---- do they agree ----


def test_agreement_fills_the_lower_triangle_and_says_each_pair() -> None:
    names = ("integrated gradients", "occlusion (delete)", "attention")
    pairs = [
        (names[0], names[1], 0.8, "they largely agree"),
        (names[0], names[2], -0.3, "they contradict each other"),
        (names[1], names[2], None, "cannot be compared"),
    ]
    assert method_agreement_view.cells_of(names, pairs) == [[0.8, None], [-0.3, None]]
    assert method_agreement_view.lines(pairs) == [
        "Integrated gradients and occlusion (delete): 0.80, they largely agree",
        "Integrated gradients and attention: −0.30, they contradict each other",
        "Occlusion (delete) and attention: cannot be compared",
    ]
    chart = method_agreement_view.figure(names, pairs, dark=False)
    assert (chart.data[0].zmin, chart.data[0].zmax) == (-1, 1)
    assert [(note.x, note.y, note.text) for note in chart.layout.annotations] == [
        (0, 0, "0.80"),
        (0, 1, "−0.30"),
    ]


# ---- why A above B ----


def gap() -> Difference:
    a = attribution(special_value=0.2, score=3.7)
    b = attribution(
        words=("python", "snake", "python", "tutorial"),
        values=(0.5, -1.0, 0.25, -2.0),
        segments=("query", "query", "document", "document"),
        score=-3.0,
        baseline_score=-0.8,
    )
    return difference(a, b)


def test_the_parts_sum_to_the_gap() -> None:
    found = gap()
    parts = dict(pairwise_view.parts_of(found))
    assert parts["query words"] == pytest.approx(3.5)
    assert parts["words of B"] == pytest.approx(1.75)
    assert parts["baselines"] == pytest.approx(-0.2)
    assert sum(parts.values()) == pytest.approx(found.gap)
    (bars,) = pairwise_view.figure(found, dark=False).data
    assert list(bars.measure) == ["relative"] * len(parts) + ["total"]
    assert bars.text[-1] == "<b>+6.70</b>"


def test_the_gap_is_said_with_its_sum_and_residual() -> None:
    text = pairwise_view.gap_sentence(gap())
    assert text.startswith("Query words +3.50, words of A +1.51, words of B +1.75")
    assert "special tokens +0.20" in text
    assert "together +6.76; the gap is +6.70 logits (−0.06 unexplained, residual 0.9%)" in text


def test_the_strongest_words_of_each_side_are_named() -> None:
    text = pairwise_view.lead_sentence(gap())
    assert "Most for A: query “snake” (+3.00), “ball” of A (+3.00), “tutorial” of B (+2.00)" in text
    assert f"Most for B: “{HOSTILE}” of A (−1.50), “python” of B (−0.25)." in text


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (-3.95, -5.21, "Why A stands above B: −3.95 against −5.21"),
        (-5.21, -3.95, "Why A stands below B: −5.21 against −3.95"),
        (1.001, 1.002, "A and B score alike: 1.00 against 1.00"),
    ],
)
def test_who_stands_above_whom_is_in_the_heading(a: float, b: float, words: str) -> None:
    assert pairwise_view.headline_of(a, b) == words


def test_domain_types_fit_what_the_view_asks_for() -> None:
    view: pairwise_view.DifferenceLike = gap()
    word: pairwise_view.QueryWordLike = QueryWord("python", 1.0, 0.5)
    assert word.value == 0.5
    assert view.only_b == ("python", "tutorial")


# ---- the bi-encoder's words ----


def test_a_long_document_keeps_the_words_most_like_the_query_in_reading_order() -> None:
    cosines = np.zeros((2, 50), dtype=np.float32)
    cosines[0, [40, 3]] = 0.9, 0.8
    assert similarity_heatmap.shown_columns(cosines, most=2) == [3, 40]
    assert len(similarity_heatmap.shown_columns(cosines)) == similarity_heatmap.SHOWN


def test_the_similarity_map_is_symmetric_about_nothing_and_escapes_words() -> None:
    cosines = np.array([[0.5, -0.2]], dtype=np.float32)
    chart = similarity_heatmap.figure(["python"], ["snake", HOSTILE], cosines, dark=True)
    (heat,) = chart.data
    assert (heat.zmin, heat.zmax) == (-0.5, 0.5)
    assert not any("<" in label for label in chart.layout.xaxis.ticktext)
    assert not any("<img" in cell for row in heat.customdata for cell in row)


# ---- names ----


def test_every_method_has_words_and_a_function_and_every_baseline_words() -> None:
    assert len(EXPLANATION_METHODS) == 8
    assert all(m.label and m.description and m.command for m in EXPLANATION_METHODS)
    assert EXPLANATIONS.names == EXPLANATION_METHODS.names
    assert tuple(method_agreement_wording.BASELINES) == BASELINES


def test_limits_are_those_of_the_issue() -> None:
    assert (FLAGGED_ABOVE, attribution_warnings.NARROW_GAP) == (0.05, 0.5)
    assert len(method_agreement_wording.short("x" * 99)) == method_agreement_wording.LONGEST_TITLE


def test_two_engines_of_one_logit_are_not_said_to_differ() -> None:
    assert backend_sentence(3.44221, 3.44218, "OpenVINO fp32") == (
        "The list was ranked by OpenVINO fp32, which gives the same logit to four decimals, 3.4422."
    )
    assert "a difference of 0.0200." in backend_sentence(-3.44, -3.42, "OpenVINO bf16")
