"""What a link of the Corpora page can name."""

from __future__ import annotations

from engine.types.share.link_names import choice, identifier
from state.corpora.view import VIEW

THIS, IMPORT, LIBRARY, BACKEND = "This corpus", "Import", "Library", "Index backend"
RUNS = "Attached runs"
_VIEWS = {"this": THIS, "import": IMPORT, "library": LIBRARY, "runs": RUNS, "index": BACKEND}
MAP = identifier("map", "a kind of map", key="map_method")

CORPORA_LINKS = {"corpora": (choice("view", _VIEWS, THIS, key=VIEW), MAP)}
