from __future__ import annotations

from components.models.models_table import runs_by
from models.catalogue import cards
from tests.pages.driver import ABOUT, COMPARE, finished, opened, says, table


def test_it_says_when_to_use_which() -> None:
    at = opened(ABOUT)
    for choice in ("Bi-encoder alone", "Cross-encoder alone", "Both: recall, then rerank"):
        assert says(at, choice)
    assert says(at, "Neither")


def test_it_is_honest_about_logits_and_attention() -> None:
    at = opened(ABOUT)
    assert says(at, "A logit is not a probability")
    assert says(at, "not the cause of a score")


def test_every_model_of_the_catalogue_is_listed() -> None:
    listed = table(opened(ABOUT), "The models")
    expected = cards()
    assert [row[0]["text"] for row in listed] == [card.name for card in expected]
    assert {row[1]["text"] for row in listed} >= {"BM25", "Bi-encoder", "Cross-encoder"}
    for row, card in zip(listed, expected, strict=True):
        assert row[4]["text"] == card.licence
        assert row[6]["text"] == ("yes" if card.available else "no")


def test_every_model_says_what_runs_it_and_measuring_is_offered() -> None:
    at = opened(ABOUT)
    for row, card in zip(table(at, "The models"), cards(), strict=True):
        assert row[7]["text"] == runs_by(card.backend).text
    measured = [card for card in cards() if card.backend is not None and card.backend.figures]
    assert says(at, "not measured on this machine yet") or measured
    assert at.button(key="measure_backends").label.startswith("Measure the backends")


def test_a_query_survives_the_visit() -> None:
    at = opened(ABOUT, q="python snake", depth="7")
    assert not at.text_input, "no query changes this page, so it asks for none"
    assert at.query_params == {"q": "python snake", "depth": "7"}
    finished(at.switch_page(COMPARE))
    assert at.text_input(key="q").value == "python snake"
    assert at.query_params == {"q": "python snake", "depth": "7"}
