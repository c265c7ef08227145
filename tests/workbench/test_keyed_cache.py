"""Values are computed once for each key, and a failed or outdated one is computed again."""

from __future__ import annotations

import pytest

from workbench.keyed_cache import KeyedCache


def test_a_value_is_made_once() -> None:
    cache = KeyedCache[str, object]()
    value = cache.get("a", object)
    assert cache.get("a", object) is value
    assert "a" in cache
    assert "b" not in cache


def test_a_maker_may_ask_for_another_key() -> None:
    cache = KeyedCache[str, str]()
    assert cache.get("a", lambda: "a" + cache.get("b", lambda: "b")) == "ab"


def test_a_failure_is_not_kept() -> None:
    cache = KeyedCache[str, int]()
    with pytest.raises(ZeroDivisionError):
        cache.get("a", lambda: 1 // 0)
    assert cache.get("a", lambda: 1) == 1


def test_only_what_matches_is_forgotten() -> None:
    cache = KeyedCache[str, int]()
    for key in ("a", "b"):
        cache.get(key, lambda: 1)
    cache.forget(lambda key: key == "a")
    assert "a" not in cache
    assert "b" in cache


def test_what_is_forgotten_while_it_is_made_is_handed_out_but_not_kept() -> None:
    cache = KeyedCache[str, int]()

    def make() -> int:
        cache.forget(lambda key: key == "a")
        return 1

    assert cache.get("a", make) == 1
    assert "a" not in cache
    assert cache.get("a", lambda: 2) == 2
