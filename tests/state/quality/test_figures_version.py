"""What is kept of a corpus' figures goes by the judgments that came with it, too."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from corpora.stores.corpus import Corpus
from engine.types import Qrel, Query
from state.app_resources import LoadedCorpus
from state.quality.figures import version
from tests.tiny import QUERY, Tiny, tiny_searcher


def test_other_judgments_of_the_same_documents_are_another_version() -> None:
    searcher, _ = tiny_searcher([Tiny("d1", snakes=1, angle=0.1, logit=1.0)])
    corpus = Corpus(
        searcher.corpus,
        cast("Any", searcher.store),
        queries=(Query("1", QUERY),),
        qrels=(Qrel("1", "d1", 2),),
    )
    loaded = LoadedCorpus(corpus, searcher)
    opened_anew = LoadedCorpus(replace(corpus, qrels=(Qrel("1", "d1", 0),)), searcher)
    assert version(loaded, "mean") == version(loaded, "mean")
    assert version(loaded, "mean") != version(opened_anew, "mean")
