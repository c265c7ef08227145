"""The sentences about what the models cannot read."""

from __future__ import annotations

import pytest

from engine.explain.unreadable import document_notices, pair_notices, query_notices
from engine.types import Unreadable

BI, CROSS = "the bi-encoder", "the cross-encoder"
CHERRY = Unreadable(1, 1, ("🍒",))
ALIKE = "[UNK], the same token for every unknown word"


@pytest.mark.parametrize(
    ("by_model", "told"),
    [
        ({BI: Unreadable(3, 0), CROSS: Unreadable(3, 0)}, []),
        (
            {BI: CHERRY, CROSS: CHERRY},
            [
                "The bi-encoder and the cross-encoder cannot read the query: “🍒” becomes "
                f"{ALIKE}, so the scores do not depend on what it says."
            ],
        ),
        (
            {BI: Unreadable(4, 0), CROSS: Unreadable(4, 2, ("桜", "飯"))},
            [
                "The cross-encoder cannot read 2 of the query's 4 tokens (“桜”, “飯”): they become "
                f"{ALIKE}."
            ],
        ),
        (
            {CROSS: Unreadable(0, 0, (), 1)},
            [
                "Nothing of the query is left after tokenising by the cross-encoder: every "
                "document is scored without a query."
            ],
        ),
        (
            {CROSS: Unreadable(2, 0, (), 1)},
            [
                "1 character of the query is removed by the tokenizer of the cross-encoder "
                "(control or zero-width characters, or signs that it does not know)."
            ],
        ),
    ],
)
def test_what_cannot_be_read_of_a_query_is_named(
    by_model: dict[str, Unreadable], told: list[str]
) -> None:
    assert query_notices(by_model) == told


def test_documents_of_a_list_are_counted_and_the_worst_is_quoted() -> None:
    listed = [CHERRY, Unreadable(9, 0), Unreadable(9, 2, ("桜",)), Unreadable(0, 0, (), 3)]
    assert document_notices({CROSS: listed}) == [
        "The cross-encoder cannot read every word of 2 of the 4 documents that it lists: up to 1 "
        "of 1 tokens are [UNK] (“🍒”); of 1 it can read no word at all, so they are alike to it.",
        "Nothing is left of 1 of the 4 documents once the cross-encoder has tokenised them.",
    ]
    assert document_notices({CROSS: [Unreadable(5, 0)], BI: []}) == []


def test_a_pairs_notices_name_the_document() -> None:
    told = pair_notices(
        {CROSS: Unreadable(2, 0)},
        {"Fruit": {BI: CHERRY, CROSS: CHERRY}, "Plain": {BI: Unreadable(2, 0)}},
    )
    assert told == [
        "Fruit: the bi-encoder and the cross-encoder cannot read 1 of its 1 tokens (“🍒”): each "
        f"is {ALIKE}."
    ]
