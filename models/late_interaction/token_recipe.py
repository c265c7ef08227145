"""How a late-interaction model reads queries and documents, as its own files say."""

from __future__ import annotations

import json
import string
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.types import CrossExamError

QUERY_LENGTH, DOCUMENT_LENGTH = 32, 300


@dataclass(frozen=True, slots=True)
class TokenRecipe:
    """What stands before the text, how many tokens are read, and which of them count.

    With `expand`, [MASK] tokens fill a query up to its length and count too (`attend`:
    the others see them). `skip` lists tokens of a document that do not count.
    `specials` says whether [CLS], the prefix and [SEP] count.
    """

    query_prefix: str = ""
    document_prefix: str = ""
    query_length: int = DOCUMENT_LENGTH
    document_length: int = DOCUMENT_LENGTH
    expand: bool = False
    attend: bool = False
    skip: tuple[str, ...] = ()
    specials: bool = True


def recipe_of(folder: Path) -> TokenRecipe | None:
    """The recipe of a ColBERT folder, after Stanford's or PyLate's files; None without either."""
    stanford = folder / "artifact.metadata"
    pylate = folder / "config_sentence_transformers.json"
    if stanford.is_file():
        config = _json(stanford)
        return TokenRecipe(
            query_prefix=str(config.get("query_token_id", "[unused0]")),
            document_prefix=str(config.get("doc_token_id", "[unused1]")),
            query_length=_length(config, "query_maxlen", QUERY_LENGTH, stanford),
            document_length=_length(config, "doc_maxlen", DOCUMENT_LENGTH, stanford),
            expand=True,
            attend=bool(config.get("attend_to_mask_tokens", False)),
            skip=tuple(string.punctuation) if config.get("mask_punctuation", True) else (),
        )
    config = _json(pylate) if pylate.is_file() else {}
    if "query_prefix" not in config and "query_length" not in config:
        return None
    skip = config.get("skiplist_words")
    return TokenRecipe(
        query_prefix=str(config.get("query_prefix") or ""),
        document_prefix=str(config.get("document_prefix") or ""),
        query_length=_length(config, "query_length", QUERY_LENGTH, pylate),
        document_length=_length(config, "document_length", DOCUMENT_LENGTH, pylate),
        expand=config.get("do_query_expansion") is not False,
        attend=bool(config.get("attend_to_expansion_tokens", False)),
        skip=tuple(string.punctuation if skip is None else map(str, skip)),
    )


def _length(said: dict[str, Any], name: str, default: int, path: Path) -> int:
    value = said.get(name) or default
    if type(value) is not int or not 8 <= value <= 100_000:
        raise CrossExamError(f"{path}: {name} is {value!r}: give a whole number from 8")
    return value


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CrossExamError(f"{path}: not a readable JSON file ({error})") from error
    return value if isinstance(value, dict) else {}
