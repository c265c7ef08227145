"""How much of a document a model reads, and windows of a length that it does read."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from tokenizers import Encoding

from engine.types import CrossExamError, TokenBudget
from models.text.wordpiece import WordPieces


def token_budget(
    pieces: WordPieces,
    document: str,
    *,
    model: str,
    role: str,
    limit: int,
    special_tokens: int,
    query_tokens: int = 0,
) -> TokenBudget:
    """What of `document` fits into `limit` beside the query and the special tokens."""
    encoding = pieces.encoding(document)
    offsets = encoding.offsets
    room = max(0, limit - special_tokens - query_tokens)
    n_read = min(len(offsets), room)
    until = len(document) if n_read == len(offsets) else (offsets[n_read][0] if n_read else 0)
    return TokenBudget(
        model=model,
        role=role,
        limit=limit,
        query_tokens=query_tokens,
        special_tokens=special_tokens,
        doc_tokens=len(offsets),
        read_tokens=n_read,
        read_until=until,
        characters=len(document),
        cut_word=_cut_word(encoding, document, n_read),
    )


def _cut_word(encoding: Encoding, text: str, read: int) -> str:
    """The word that holds the last token that is read and the first that is not, else ""."""
    word_ids = encoding.word_ids
    if (
        not 0 < read < len(word_ids)
        or word_ids[read] is None
        or word_ids[read - 1] != word_ids[read]
    ):
        return ""
    spans = [
        span
        for number, span in zip(word_ids, encoding.offsets, strict=True)
        if number == word_ids[read]
    ]
    return text[spans[0][0] : spans[-1][1]]


def word_spans(pieces: WordPieces, text: str) -> list[tuple[int, int]]:
    """(start, end) in characters of every word as the tokenizer splits it; none overlap."""
    encoding = pieces.encoding(text)
    spans: dict[int, tuple[int, int]] = {}
    for number, (start, end) in zip(encoding.word_ids, encoding.offsets, strict=True):
        if number is not None:
            first, last = spans.get(number, (start, end))
            spans[number] = (min(first, start), max(last, end))
    return list(spans.values())


def tokens_before(pieces: WordPieces, text: str, places: Sequence[int]) -> list[int]:
    """For each place in characters, how many tokens of the text begin before it."""
    starts = [start for start, _ in pieces.encoding(text).offsets]
    return [bisect_left(starts, place) for place in places]


def token_windows(
    pieces: WordPieces, document: str, *, length: int, stride: int
) -> list[tuple[int, int]]:
    """(start, end) in characters of windows of `length` tokens, a new one every `stride`.

    A window never begins or ends within a word; together they cover the whole document.
    """
    if length < 8:
        raise CrossExamError(f"window length is {length} tokens: give at least 8")
    if not 1 <= stride <= length:
        raise CrossExamError(
            f"stride is {stride} tokens: give 1 to the window's length of {length}, so that no "
            "text is left out"
        )
    encoding = pieces.encoding(document)
    offsets, word_ids = encoding.offsets, encoding.word_ids
    if not offsets:
        return []
    starts = [i for i in range(len(offsets)) if i == 0 or word_ids[i] != word_ids[i - 1]]
    windows: list[tuple[int, int]] = []
    first = 0
    while True:
        last = first + length  # the first token beyond the window
        if last >= len(offsets):
            windows.append((offsets[first][0], len(document)))
            return windows
        fits = [i for i in starts if first < i <= last]
        end = fits[-1] if fits else last
        windows.append((offsets[first][0], offsets[end - 1][1]))
        following = [i for i in starts if first < i <= min(first + stride, end)]
        first = following[-1] if following else end
