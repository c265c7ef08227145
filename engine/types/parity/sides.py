"""What can stand on one side of a comparison of two rankers, and how it is written.

exact, fast, fastest            the app's own cross-encoder in that mode, as a search scores
backend                         the backend that was selected for it, nothing scored again in fp32
torch                           the same weights by torch in fp32: the reference
saved:ID#RERANKER               the scores that a saved run of Quality kept (saved:newest too)
tei:http://127.0.0.1:8080 …     any reranker, as `engine.types.ranker_names` writes it
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.types.errors import CrossExamError
from engine.types.ranker_names import parsed
from engine.types.registries.search_parameters import EXACT, FAST, FASTEST

BACKEND, TORCH = "backend", "torch"
OWN_MODES = {
    EXACT: "exact: every score in fp32",
    FAST: "fast: near ties of the first ten again in fp32",
    FASTEST: "fastest: int8 where it was measured to be faster",
    BACKEND: "the selected backend alone",
    TORCH: "torch in fp32",
}
SAVED = "saved:"
USAGE = f"{', '.join(OWN_MODES)} (the app's own cross-encoder), saved:ID, or a ranker's name"


@dataclass(frozen=True, slots=True)
class ParitySide:
    """One side, taken apart: a `mode` of the app's own cross-encoder, or a `ranker`, or a run.

    `run_id` names a saved run, and `kept` the reranker whose scores it kept ("": the only one).
    """

    name: str
    mode: str = ""
    ranker: str = ""
    run_id: str = ""
    kept: str = ""

    @property
    def remote(self) -> bool:
        """Whether texts leave this process to be scored."""
        return bool(self.ranker) and parsed(self.ranker).remote


def side_of(text: str) -> ParitySide:
    """The side that a name stands for; raises CrossExamError where it stands for none."""
    name = text.strip()
    if name in OWN_MODES:
        return ParitySide(name, mode=name)
    if name.startswith(SAVED):
        run_id, _, kept = name.removeprefix(SAVED).partition("#")
        if not run_id:
            raise CrossExamError(f"{name!r} names no saved run: give saved:ID, or saved:newest")
        return ParitySide(name, run_id=run_id, kept=kept)
    ranker = parsed(name)
    if ranker.retrieves:
        raise CrossExamError(
            f"{name!r} retrieves and does not score given candidates: give a reranker, or {USAGE}"
        )
    return ParitySide(name, ranker=name)
