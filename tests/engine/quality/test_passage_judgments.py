"""Judgments of a document hold for its passages, wherever grades are looked up."""

from __future__ import annotations

from engine.quality.passage_judgments import grades_of, held_grades, passages_in, whole_documents
from engine.types import Document
from tests.tiny import TinyStore

STORE = TinyStore(
    [
        Document("a#1", "one two", "A", parent_id="a"),
        Document("whole", "all of it", "W"),
        Document("a#2", "three", "A", parent_id="a"),
        Document("b#1", "four", "B", parent_id="b"),
    ]
)


def test_a_passage_has_its_documents_grade_unless_it_was_judged_itself() -> None:
    documents = STORE.get(["a#1", "a#2", "whole", "b#1"])
    assert grades_of(documents, {"a": 3, "a#2": 0, "whole": 1}) == {"a#1": 3, "a#2": 0, "whole": 1}
    assert grades_of(documents, {}) == {}


def test_passages_are_given_in_reading_order_and_whole_documents_have_none() -> None:
    assert passages_in(STORE, ["a", "b", "whole", "nowhere"]) == {
        "a": ("a#1", "a#2"),
        "b": ("b#1",),
    }
    assert passages_in(STORE, ["whole"]) == {}


def test_a_store_that_holds_every_judged_document_is_not_read_through() -> None:
    class Counting(TinyStore):
        reads = 0

        def get(self, doc_ids: object) -> list[Document]:
            Counting.reads += 1
            return super().get(doc_ids)  # type: ignore[arg-type]

    assert passages_in(Counting(STORE.get(STORE.ids())), ["whole", "a#1"]) == {}
    assert Counting.reads == 0


def test_judgments_by_what_the_store_holds() -> None:
    judged = {"q1": {"a": 2, "a#1": 1, "whole": 3, "gone": 1}, "q2": {"b": 0}, "q3": {"gone": 3}}
    assert held_grades(STORE, judged) == {
        "q1": {"a#1": 1, "a#2": 2, "whole": 3},
        "q2": {"b#1": 0},
        "q3": {},
    }


def test_more_passages_than_are_read_at_once_are_all_seen() -> None:
    many = TinyStore([Document(f"d#{i}", "x", parent_id="d") for i in range(1_234)])
    assert len(passages_in(many, ["d"])["d"]) == 1_234


def test_a_document_in_passages_is_put_together_again() -> None:
    found = whole_documents(STORE, ["a", "whole", "gone", "a"])
    assert list(found) == ["whole", "a"]
    assert (found["a"].title, found["a"].text) == ("A", "one two\nthree")
    assert found["whole"].text == "all of it"
