"""What a link of Compare or Diagnose can name beside the search itself."""

from __future__ import annotations

from engine.types.diagnosis.cases import MOST_TOP, TOP
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

EXPECTED = text("expected", LONGEST_LOOKUP)
WITHIN = number("within", 1, MOST_TOP, TOP)
WISH = choice("wish", {"in": True, "out": False}, True)

SEARCH_LINKS = {
    "compare": (
        COLUMNS,
        BASELINE,
        choice("rows", {str(rows): rows for rows in ROWS}, ROWS[0]),
        switch("by_document"),
        WHERE,
        WHERE_DOCUMENT,
    ),
    "diagnose": (EXPECTED, WITHIN, WISH),
}
