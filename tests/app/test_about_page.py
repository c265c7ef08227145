from __future__ import annotations

from models.catalogue import cards
from tests.app.driver import ABOUT, opened, says, table


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


def test_a_query_survives_the_visit() -> None:
    at = opened(ABOUT, q="python snake", depth="7")
    assert at.text_input(key="q").value == "python snake"
    assert at.query_params == {"q": "python snake", "depth": "7"}
