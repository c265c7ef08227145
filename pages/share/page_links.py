"""What the link of each page can name beside the search, by the page's address."""

from __future__ import annotations

from engine.types.share.link_names import LinkNames
from pages.corpora.link_names import CORPORA_LINKS
from pages.explain.link_names import EXPLAIN_LINKS
from pages.latency.link_names import LATENCY_LINKS
from pages.learn.link_names import LEARN_LINKS
from pages.quality.link_names import QUALITY_LINKS
from pages.search.link_names import SEARCH_LINKS
from pages.share.link_names import SHARE_LINKS
from pages.training.link_names import TRAINING_LINKS

PAGE_LINKS: LinkNames = {
    **SEARCH_LINKS,
    **EXPLAIN_LINKS,
    **QUALITY_LINKS,
    **LATENCY_LINKS,
    **SHARE_LINKS,
    **CORPORA_LINKS,
    **TRAINING_LINKS,
    **LEARN_LINKS,
}
