"""Each key of a judge is kept once, in order, however fast the next comes."""

from __future__ import annotations

from threading import Barrier, Event, Thread

import pytest

from state.quality.judging import Action, Item, JudgingSession, keep_new

ACTIONS: list[Action] = [(1, 0, 3), (2, 1, 0), (3, 0, None)]


def a_session() -> JudgingSession:
    return JudgingSession("list", (Item("q", "a", {}), Item("q", "b", {})), 0)


def test_two_drawings_of_the_same_keys_keep_each_once() -> None:
    session, kept = a_session(), list[tuple[int, int | None]]()
    both_begun, writing = Barrier(2), Event()

    def keep(position: int, grade: int | None) -> None:
        writing.wait(0.05)  # long enough for the other drawing to look at what is kept
        kept.append((position, grade))

    def drawing() -> None:
        both_begun.wait()
        keep_new(session, ACTIONS, keep)

    drawings = [Thread(target=drawing) for _ in range(2)]
    for each in drawings:
        each.start()
    for each in drawings:
        each.join()
    assert kept == [(0, 3), (1, 0), (0, None)]
    assert (session.applied, session.grades) == (3, {1: 0})


def test_a_key_that_could_not_be_kept_does_not_count_and_is_kept_when_it_comes_again() -> None:
    session, kept = a_session(), list[int]()

    def full_disk(position: int, grade: int | None) -> None:
        if position == 1:
            raise OSError("the disk is full")
        kept.append(position)

    with pytest.raises(OSError, match="full"):
        keep_new(session, ACTIONS, full_disk)
    assert (session.applied, session.grades, kept) == (1, {0: 3}, [0])
    assert keep_new(session, ACTIONS, lambda position, _: kept.append(position))
    assert (session.applied, kept) == (3, [0, 1, 0])
    assert not keep_new(session, ACTIONS, lambda position, _: kept.append(position))
