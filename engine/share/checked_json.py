"""Frozen dataclasses as plain JSON values, and back with every field checked.

Nothing of a file is trusted: each value must be what its field says, each text, list and number
within bounds. What is wrong is a CrossExamError that names the field, its value and the remedy.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from engine.types import CrossExamError
from engine.types.errors import shown
from system.json_reading import json_value, reason

T = TypeVar("T")
KIND = "kind"
"""The key that says which of several dataclasses an object is."""
LONGEST_TEXT = 20_000
MOST_ITEMS = 5_000
LARGEST_NUMBER = 1e15
MOST_BYTES = 8_000_000
REMEDY = "open a file that CrossExam wrote, unchanged"


def json_values(value: Any, kinds: Mapping[str, type]) -> Any:
    """The plain values of a dataclass; one of `kinds` (by name) says which it is under `kind`."""
    if is_dataclass(value) and not isinstance(value, type):
        names = [name for name, kind in kinds.items() if type(value) is kind]
        plain_values = {f.name: json_values(getattr(value, f.name), kinds) for f in fields(value)}
        return {**({KIND: names[0]} if names else {}), **plain_values}
    if isinstance(value, Mapping):
        return {str(key): json_values(item, kinds) for key, item in value.items()}
    if isinstance(value, tuple):
        return [json_values(item, kinds) for item in value]
    return value


def checked(cls: type[T], values: Any, kinds: Mapping[str, type], where: str) -> T:
    """A dataclass of these values; raises CrossExamError for what does not fit.

    `where` names the place in the file, for errors: "steps[2].snapshot".
    """
    if not isinstance(values, dict):
        raise _wrong(where, values, "an object is needed")
    hints = get_type_hints(cls)
    own_fields = fields(cls)  # type: ignore[arg-type]
    arguments = {}
    for field in own_fields:
        place = f"{where}.{field.name}" if where else field.name
        if field.name in values:
            arguments[field.name] = _value(hints[field.name], values[field.name], kinds, place)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise CrossExamError(f"{place} is missing: {REMEDY}")
    unknown = values.keys() - {field.name for field in own_fields} - {KIND}
    if unknown:
        raise CrossExamError(
            f"{where or 'the file'} has a field {shown(min(unknown))} that this version does not "
            f"know: {REMEDY}, or one of this version"
        )
    return cls(**arguments)


def read_json(text: str | bytes, file: str) -> Any:
    """The values of a JSON file; raises CrossExamError for what is too large or no JSON."""
    size = len(text)
    if size > MOST_BYTES:
        raise CrossExamError(
            f"{file}: {size:,} bytes are more than {MOST_BYTES:,}: {REMEDY}, or leave steps out"
        )
    try:
        return json_value(text, _no_constant)
    except (ValueError, RecursionError) as error:
        error_text = f"no JSON that can be read ({reason(error)})"
        raise CrossExamError(f"{file}: {error_text}: {REMEDY}") from None


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")


def _value(hint: Any, value: Any, kinds: Mapping[str, type], where: str) -> Any:
    origin, options = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _one_of(options, value, kinds, where)
    if origin is tuple:
        return _tuple(options, value, kinds, where)
    if origin is not None and issubclass(origin, Mapping):
        return _mapping(options, value, kinds, where)
    if is_dataclass(hint):
        return checked(hint, value, kinds, where)  # type: ignore[arg-type]
    return _scalar(hint, value, where)


def _one_of(options: tuple[Any, ...], value: Any, kinds: Mapping[str, type], where: str) -> Any:
    if value is None and type(None) in options:
        return None
    others = [option for option in options if option is not type(None)]
    if len(others) == 1:
        return _value(others[0], value, kinds, where)
    kind = value.get(KIND) if isinstance(value, dict) else None
    cls = kinds.get(kind) if isinstance(kind, str) else None
    if cls is None or cls not in others:
        names = [name for name, each in kinds.items() if each in others]
        raise _wrong(f"{where}.{KIND}", kind, f"it must be one of {', '.join(names)}")
    return checked(cls, value, kinds, where)


def _tuple(options: tuple[Any, ...], value: Any, kinds: Mapping[str, type], where: str) -> Any:
    if not isinstance(value, list):
        raise _wrong(where, value, "a list is needed")
    if len(value) > MOST_ITEMS:
        raise _too_many(where, len(value))
    if options[-1] is Ellipsis:
        hints = [options[0]] * len(value)
    elif len(value) == len(options):
        hints = list(options)
    else:
        raise _wrong(where, value, f"{len(options)} entries are needed")
    return tuple(
        _value(hint, item, kinds, f"{where}[{number}]")
        for number, (hint, item) in enumerate(zip(hints, value, strict=True))
    )


def _mapping(options: tuple[Any, ...], value: Any, kinds: Mapping[str, type], where: str) -> Any:
    if not isinstance(value, dict):
        raise _wrong(where, value, "an object is needed")
    if len(value) > MOST_ITEMS:
        raise _too_many(where, len(value))
    return {
        _scalar(str, key, f"{where} key"): _value(options[1], item, kinds, f"{where}[{shown(key)}]")
        for key, item in value.items()
    }


def _scalar(hint: Any, value: Any, where: str) -> Any:
    if hint is str and isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise CrossExamError(
                f"{where} has {len(value):,} characters, {LONGEST_TEXT:,} at most: {REMEDY}"
            )
        try:
            value.encode()
        except UnicodeEncodeError as error:
            half = shown(value[error.start])
            raise CrossExamError(
                f"{where} holds half a surrogate pair ({half}): {REMEDY}"
            ) from None
        return value
    if hint is bool and isinstance(value, bool):
        return value
    if hint in (int, float) and isinstance(value, int | float) and not isinstance(value, bool):
        if hint is int and not isinstance(value, int):
            raise _wrong(where, value, "a whole number is needed")
        if not abs(value) <= LARGEST_NUMBER:  # NaN is no number either
            raise _wrong(where, value, f"a number up to {LARGEST_NUMBER:g} is needed")
        return hint(value)
    names = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
    raise _wrong(where, value, f"{names.get(hint, 'something else')} is needed")


def _too_many(where: str, entries: int) -> CrossExamError:
    return CrossExamError(f"{where} has {entries:,} entries, {MOST_ITEMS:,} at most: {REMEDY}")


def _wrong(where: str, value: object, needed: str) -> CrossExamError:
    return CrossExamError(f"{where or 'the file'} is {shown(value)}: {needed}; {REMEDY}")
