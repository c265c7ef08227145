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
    word_numbers: list[int] = []
    offsets: list[tuple[int, int]] = []
    n_read = 0
    last_of_segment: dict[
        str, tuple[int | None, int, int]
    ] = {}  # of each side: tokenizer's word, ours, end
    for is_special, tokenizer_word, (start, end) in zip(
        encoding.special_tokens_mask, encoding.word_ids, encoding.offsets, strict=True
    ):
        if is_special:
            segments.append("special")
            word_numbers.append(-1)
            offsets.append((0, 0))
            continue
        segment = "query" if n_read < query_tokens else "document"
        n_read += 1
        segments.append(segment)
        text = texts[segment]
        previous = last_of_segment.get(segment)
        begins = text[start:end][:1].isspace()
        if previous is None:
            word = 0
        elif begins or tokenizer_word != previous[0] or text[previous[2] : start].isspace():
            word = previous[1] + 1
        else:
            word = previous[1]
        last_of_segment[segment] = (
            tokenizer_word,
            word,
            max(end, previous[2] if previous is not None else 0),
        )
        word_numbers.append(word)
        offsets.append(_without_blanks(text, start, end))
    return TokenizedPair(
        tokens=tuple(encoding.tokens),
        segment=tuple(segments),
        word_index=tuple(word_numbers),
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
