"""Models by name, each loaded once and shared by everyone who asks for it."""

from __future__ import annotations

from engine.types import BI_ENCODER, CROSS_ENCODER, Log, Reranker
from engine.types.aliases import silent
from engine.types.ranker_names import parsed
from engine.types.registries.rankers import MAXSIM
from models.bi_encoders.bi_encoder import BiEncoder
from models.cross_encoders.cross_encoder import CrossEncoder
from models.late_interaction.maxsim import LateInteraction
from models.late_interaction.maxsim_loading import load_late_interaction
from models.loading import cross_encoder_parts, load_bi_encoder, load_cross_encoder
from workbench.keyed_cache import KeyedCache
from workbench.registries.rankers import RANKER_LOADERS


class ModelLoader:
    """The default bi-encoder and cross-encoder, and every other model by its name."""

    def __init__(self, *, bi_encoder: str, cross_encoder: str, fetch: bool = False) -> None:
        self.bi_encoder_name = bi_encoder
        self.cross_encoder_name = cross_encoder
        self.fetch = fetch
        self._encoders = KeyedCache[str, BiEncoder]()
        self._cross_encoders = KeyedCache[str, CrossEncoder]()
        self._references = KeyedCache[str, CrossEncoder]()
        self._late_interaction = KeyedCache[str, LateInteraction]()
        self._rerankers = KeyedCache[str, Reranker]()

    @property
    def default_names(self) -> dict[str, str]:
        """The names of the default bi-encoder and cross-encoder, by their stages."""
        return {BI_ENCODER: self.bi_encoder_name, CROSS_ENCODER: self.cross_encoder_name}

    def bi_encoder(self, log: Log = silent) -> BiEncoder:
        """The default bi-encoder."""
        return self.encoder(self.bi_encoder_name, log)

    def cross_encoder(self, log: Log = silent) -> CrossEncoder:
        """The default cross-encoder."""
        name = self.cross_encoder_name
        return self._cross_encoders.get(
            name, lambda: load_cross_encoder(name, fetch=self.fetch, log=log)
        )

    def torch_cross_encoder(self, log: Log = silent) -> CrossEncoder:
        """The default cross-encoder by torch in fp32, whatever runs it: the reference."""

        def load() -> CrossEncoder:
            parts = cross_encoder_parts(self.cross_encoder_name, fetch=self.fetch, log=log)
            return parts.model(parts.source.build("torch", log))

        return self._references.get(self.cross_encoder_name, load)

    def encoder(self, name: str, log: Log = silent) -> BiEncoder:
        """The bi-encoder of that name; "" is the default one."""
        name = name or self.bi_encoder_name
        return self._encoders.get(name, lambda: load_bi_encoder(name, fetch=self.fetch, log=log))

    def late_interaction(self, name: str = "", log: Log = silent) -> LateInteraction:
        """The late-interaction model of that folder or hub name; "" is the packaged one."""
        return self._late_interaction.get(
            name, lambda: load_late_interaction(name, fetch=self.fetch, log=log)
        )

    def reranker(self, name: str, log: Log = silent, *, key: str = "") -> Reranker:
        """The additional reranker of that name (see `engine.types.ranker_names`).

        Local ones are kept. `key` is for a remote one; without it, its key comes from the
        environment.
        """
        ranker_name = parsed(name)
        loader = RANKER_LOADERS.of(ranker_name.kind)

        def load() -> Reranker:
            return loader.load(self, ranker_name, log, key)

        return self._rerankers.get(name, load) if loader.kept else load()

    def fresh_bi_encoder(self, name: str = "") -> BiEncoder:
        """That bi-encoder loaded anew from its files, which remembers no text; it is not kept."""
        return load_bi_encoder(name or self.bi_encoder_name, fetch=self.fetch)

    def fresh_cross_encoder(self) -> CrossEncoder:
        """The default cross-encoder loaded anew from its files; it is not kept."""
        return load_cross_encoder(self.cross_encoder_name, fetch=self.fetch)

    def forget_reranker(self, model: str) -> None:
        """Load this additional reranker anew when it is next asked for, with all its labels."""
        self._rerankers.forget(lambda name: name.partition("#")[0] == model)
        self._late_interaction.forget(lambda name: f"{MAXSIM}:{name}" == model)

    def forget_encoder(self, model: str) -> None:
        """Load this additional bi-encoder anew when it is next asked for."""
        self._encoders.forget(lambda name: name == model and name != self.bi_encoder_name)
