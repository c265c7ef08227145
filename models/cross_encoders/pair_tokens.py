"""The tokens of a pair with their words, whatever family their tokenizer is of.

A tokenizer numbers the words of a text itself, but sentence pieces and byte pairs may carry
the blank before a word, or number a whole text as one word; so blanks part words here too.
"""

from __future__ import annotations

from tokenizers import Encoding

from engine.types import TokenizedPair


def tokenized_pair(
    encoding: Encoding,
    query: str,
    document: str,
    *,
    query_tokens: int,
    n_truncated_query: int = 0,
    n_truncated_doc: int = 0,
) -> TokenizedPair:
    """The pair of an encoding; the texts are those that were encoded, prompts included.

    `query_tokens` of the tokens that no template put in are the query's, the others the
    document's: two texts that were encoded apart do not tell it themselves.
    """
    texts = {"query": query, "document": document}
    segments: list[str] = []
    words: list[int] = []
    offsets: list[tuple[int, int]] = []
    read = 0
    last: dict[str, tuple[int | None, int, int]] = {}  # of each side: tokenizer's word, ours, end
    for special, number, (start, end) in zip(
        encoding.special_tokens_mask, encoding.word_ids, encoding.offsets, strict=True
    ):
        if special:
            segments.append("special")
            words.append(-1)
            offsets.append((0, 0))
            continue
        segment = "query" if read < query_tokens else "document"
        read += 1
        segments.append(segment)
        text = texts[segment]
        before = last.get(segment)
        begins = text[start:end][:1].isspace()
        if before is None:
            word = 0
        elif begins or number != before[0] or text[before[2] : start].isspace():
            word = before[1] + 1
        else:
            word = before[1]
        last[segment] = (number, word, max(end, before[2] if before is not None else 0))
        words.append(word)
        offsets.append(_without_blanks(text, start, end))
    return TokenizedPair(
        tokens=tuple(encoding.tokens),
        segment=tuple(segments),
        word_index=tuple(words),
        offsets=tuple(offsets),
        n_truncated_query=n_truncated_query,
        n_truncated_doc=n_truncated_doc,
        query=query,
        document=document,
    )


def _without_blanks(text: str, start: int, end: int) -> tuple[int, int]:
    """The place of a piece without the blanks around it."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    return start, max(start, start + len(piece.strip()))
