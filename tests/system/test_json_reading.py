"""JSON of which a reader would lose a part."""

from __future__ import annotations

import json

import pytest

from system.json_reading import RepeatedKeyError, json_value, reason


def test_an_object_with_its_keys_once_is_what_json_says() -> None:
    text = '{"a": [{"b": 1}, {"b": 2}], "c": {"a": null}}'
    assert json_value(text) == json.loads(text)


@pytest.mark.parametrize("text", ['{"a": 1, "a": 1}', '[{"b": {"a": 1, "c": 2, "a": 3}}]'])
def test_a_key_that_stands_twice_is_named_wherever_it_stands(text: str) -> None:
    with pytest.raises(RepeatedKeyError, match="the key 'a' stands twice in one object"):
        json_value(text)


def test_a_number_of_thousands_of_digits_is_said_without_a_setting_of_python() -> None:
    with pytest.raises(ValueError, match="limit") as raised:
        json_value("9" * 5000)
    assert reason(raised.value) == "a number of over 4,300 digits"
