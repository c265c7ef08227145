"""The words of the field as frozen values: what every other module passes around.

Nothing here computes a ranking; everything here can be hashed, compared and
printed. Ids are strings everywhere, ranks start at 1, seconds are floats.
"""

from engine.types.aliases import Cancel, CountCallback, Floats, Log, ProgressCallback, Role
from engine.types.attention import AttentionMap, AttentionView
from engine.types.attribution import FLAGGED_ABOVE, Attribution, LabelScore
from engine.types.documents import CorpusInfo, Document, Qrel, Query, Snippet
from engine.types.errors import Cancelled, CrossExamError
from engine.types.models import BackendFigure, BackendSelection, Drift, ModelCard, stored_values
from engine.types.pairs import (
    LateMeasurement,
    TokenBudget,
    TokenizedPair,
    TokenMatches,
    Unreadable,
    Word,
    won_everywhere,
)
from engine.types.protocols import (
    DocumentStore,
    Encoder,
    Explainable,
    LexicalIndex,
    Reranker,
    Retriever,
    VectorIndex,
)
from engine.types.rankings import (
    COSINE,
    LOGIT,
    Agreement,
    Hit,
    ListQuality,
    Movement,
    Ranking,
    RankLookup,
    StageRank,
)
from engine.types.runs import Evaluation, Run
from engine.types.traces import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    FIRST_STAGES,
    HYBRID,
    RUNS_FOR,
    STAGES,
    ScoredBatch,
    SearchTrace,
    StageTiming,
    Usage,
)

__all__ = [
    "BI_ENCODER",
    "BLEND",
    "BM25",
    "COSINE",
    "CROSS_ENCODER",
    "FIRST_STAGES",
    "FLAGGED_ABOVE",
    "HYBRID",
    "LOGIT",
    "RUNS_FOR",
    "STAGES",
    "Agreement",
    "AttentionMap",
    "AttentionView",
    "Attribution",
    "BackendFigure",
    "BackendSelection",
    "Cancel",
    "Cancelled",
    "CorpusInfo",
    "CountCallback",
    "CrossExamError",
    "Document",
    "DocumentStore",
    "Drift",
    "Encoder",
    "Evaluation",
    "Explainable",
    "Floats",
    "Hit",
    "LabelScore",
    "LateMeasurement",
    "LexicalIndex",
    "ListQuality",
    "Log",
    "ModelCard",
    "Movement",
    "ProgressCallback",
    "Qrel",
    "Query",
    "RankLookup",
    "Ranking",
    "Reranker",
    "Retriever",
    "Role",
    "Run",
    "ScoredBatch",
    "SearchTrace",
    "Snippet",
    "StageRank",
    "StageTiming",
    "TokenBudget",
    "TokenMatches",
    "TokenizedPair",
    "Unreadable",
    "Usage",
    "VectorIndex",
    "Word",
    "stored_values",
    "won_everywhere",
]
