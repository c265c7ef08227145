"""What explains the models' scores, each built once and shared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.explain.explainable import why_no_attention, why_not_explained
from engine.types import CrossExamError, Log, Unreadable
from engine.types.aliases import silent
from models.cross_encoders.explained import ExplainedCrossEncoder
from workbench.keyed_cache import KeyedCache
from workbench.model_loader import ModelLoader

if TYPE_CHECKING:
    from models.bi_encoders.bi_attribution import TextExplainer
    from models.cross_encoders.attribution import PairExplainer


class Explainers:
    """Explains the default models, or additional ones by name; torch is loaded when needed."""

    def __init__(self, models: ModelLoader) -> None:
        self._models = models
        self._pair_explainers = KeyedCache[str, "PairExplainer"]()
        self._text_explainers = KeyedCache[str, "TextExplainer"]()

    def explained(self, name: str = "", log: Log = silent) -> ExplainedCrossEncoder:
        """The cross-encoder that explanations speak of: the default one, or an additional one.

        Raises CrossExamError that says why where that reranker cannot be explained.
        """
        if not name:
            return self._models.cross_encoder(log)
        reason = why_not_explained(name)
        reranker = self._models.reranker(name, log) if not reason else None
        if not isinstance(reranker, ExplainedCrossEncoder):
            raise CrossExamError(f"{name} cannot be explained: {reason or 'choose another'}")
        return reranker

    def attending(self, name: str = "", log: Log = silent) -> ExplainedCrossEncoder:
        """Like `explained`; raises CrossExamError too where it has no attention."""
        if name and (reason := why_no_attention(name)):
            raise CrossExamError(f"{name} cannot be explained: {reason}")
        return self.explained(name, log)

    def pair_explainer(self, log: Log = silent, *, reranker: str = "") -> PairExplainer:
        """What explains a cross-encoder's logits, in fp32 torch."""
        cross = self.explained(reranker, log)

        def make() -> PairExplainer:
            from models.cross_encoders.attribution import PairExplainer

            log("loading the fp32 model for explanations")
            return PairExplainer(cross)

        return self._pair_explainers.get(reranker, make)

    def text_explainer(self, name: str = "", log: Log = silent) -> TextExplainer:
        """What explains a bi-encoder's cosines, in fp32 torch.

        Of the default bi-encoder, or of the additional one of that model name.
        """
        bi = self._models.encoder(name, log)

        def make() -> TextExplainer:
            from models.bi_encoders.bi_attribution import TextExplainer

            return TextExplainer(bi)

        return self._text_explainers.get(bi.name, make)

    def cosine(self, query: str, document: str) -> float:
        """What the default bi-encoder gives a pair."""
        bi = self._models.bi_encoder()
        query_vector = bi.encode([query], role="query")[0]
        document_vector = bi.encode([document], role="document")[0]
        return float(query_vector @ document_vector)

    def unreadable(self, text: str, *, reranker: str = "") -> dict[str, Unreadable]:
        """What of a text each model cannot read, by its name in a sentence.

        `reranker` is the additional cross-encoder that stands in for the default one.
        """
        bi = self._models.bi_encoder().unreadable(text)
        name = reranker.rsplit("/", 1)[-1] or "the cross-encoder"
        return {"the bi-encoder": bi, name: self.explained(reranker).unreadable(text)}

    def forget_reranker(self, model: str) -> None:
        """Make what explains this additional reranker anew when it is next asked for."""
        self._pair_explainers.forget(lambda name: name.partition("#")[0] == model)

    def forget_encoder(self, model: str) -> None:
        """Make what explains this additional bi-encoder anew when it is next asked for."""
        self._text_explainers.forget(lambda name: name == model)
