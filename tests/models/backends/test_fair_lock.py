"""Turns: one at a time, in the order of asking."""

from __future__ import annotations

import threading

from models.backends.fair_lock import FairLock


def test_a_free_turn_is_not_waited_for() -> None:
    fair_lock = FairLock()
    for _ in range(2):
        with fair_lock.take() as waited:
            assert waited == 0.0


def test_turns_are_taken_in_the_order_of_asking() -> None:
    fair_lock = FairLock()
    order: list[int] = []
    waits: dict[int, float] = {}
    threads = []

    def work(number: int) -> None:
        with fair_lock.take() as waited:
            order.append(number)
            waits[number] = waited

    with fair_lock.take():
        for number in range(6):
            thread = threading.Thread(target=work, args=(number,))
            thread.start()
            threads.append(thread)
            while len(fair_lock._waiting) <= number:
                threading.Event().wait(0.001)
        assert order == []
    for thread in threads:
        thread.join()
    assert order == list(range(6))
    assert all(waits[number] > 0 for number in order)


def test_only_one_holds_a_turn_and_an_error_hands_it_on() -> None:
    fair_lock = FairLock()
    inside, most = 0, 0

    def work(number: int) -> None:
        nonlocal inside, most
        for _ in range(50):
            try:
                with fair_lock.take():
                    inside += 1
                    most = max(most, inside)
                    inside -= 1
                    if number % 2:
                        raise ValueError
            except ValueError:
                continue

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (inside, most) == (0, 1)
    with fair_lock.take() as waited:
        assert waited == 0.0
