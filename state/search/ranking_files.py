"""The files of a visitor's search, made on the click that asks for one."""

from __future__ import annotations

from engine.search.export.ranking_files import RankingExport
from engine.search.settings import Settings
from engine.types import SearchTrace
from state.app_resources import LoadedCorpus, workbench
from workbench.search.ranking_export import ranking_export


def ranking_files(loaded: LoadedCorpus, trace: SearchTrace, settings: Settings) -> RankingExport:
    """The search, ready to be written as CSV, TREC run or JSON."""
    return ranking_export(workbench(), loaded.corpus, loaded.searcher, trace, settings)
