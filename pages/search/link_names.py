"""What a link of Compare or Diagnose can name beside the search itself."""

from __future__ import annotations

from engine.types import CROSS_ENCODER
from engine.types.diagnosis.cases import MOST_TOP, TOP
from engine.types.quality.contexts import MOST_TOKENS, TOKENIZERS, USUAL_TOKENS
from engine.types.share.link_names import (
    LONGEST_ID,
    LinkName,
    as_list,
    choice,
    identifier,
    listed,
    number,
    switch,
    text,
)

ROWS = (10, 20, 50)
LONGEST_LOOKUP = 500
LONGEST_PASTED = 20_000

_STAGE = text("", LONGEST_ID).read
COLUMNS = LinkName(
    "columns",
    listed(_STAGE),
    None,
    "names of rankings, with commas between them",
    key="_columns",
    write=as_list,
)
BASELINE = identifier("baseline", "the name of a ranking", key="_baseline")
WHERE = text("where", LONGEST_LOOKUP)
WHERE_DOCUMENT = identifier("where_doc", "the id of a document", key="where_which")
TOKEN_BUDGET = switch("token_budget")
TOKENS = number("tokens", 1, MOST_TOKENS, USUAL_TOKENS, key="context_tokens")
TOKENIZER = choice(
    "tokenizer", {each: each for each in TOKENIZERS}, CROSS_ENCODER, key="context_tokenizer"
)

EXPECTED = text("expected", LONGEST_LOOKUP)
WITHIN = number("within", 1, MOST_TOP, TOP)
WISH = choice("wish", {"in": True, "out": False}, True)
EXPECTED_DOCUMENT = identifier(
    "expected_doc", "the id of a document that the text fits", key="_expected_which"
)
PASTED = text("pasted", LONGEST_PASTED, key="pasted_document")
ACRONYM = text("acronym", LONGEST_LOOKUP)
EXPANSION = text("expansion", LONGEST_LOOKUP)
NEW_TITLE = text("new_title", LONGEST_LOOKUP)

SEARCH_LINKS = {
    "compare": (
        COLUMNS,
        BASELINE,
        choice("rows", {str(rows): rows for rows in ROWS}, ROWS[0]),
        switch("by_document"),
        WHERE,
        WHERE_DOCUMENT,
        TOKEN_BUDGET,
        TOKENS,
        TOKENIZER,
    ),
    "diagnose": (EXPECTED, EXPECTED_DOCUMENT, PASTED, WITHIN, WISH, ACRONYM, EXPANSION, NEW_TITLE),
}
