"""Documents that say nearly the same, found by MinHash and checked exactly.

Broder 1997, "On the resemblance and containment of documents": the share of equal minima
estimates the Jaccard similarity of two sets; bands of minima bring likely pairs together.
What the bands bring together is then compared exactly, so every pair that is listed is one;
a pair at the threshold itself can be missed.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.types import Cancel, Cancelled, CountCallback

WORDS = 3  # a shingle
BANDS, ROWS = 24, 4  # a pair of similarity 0.8 is missed once in 300,000, one of 0.7 in 700
PRIME = (1 << 31) - 1
LARGEST_GROUP = 50  # of equal band values; beyond it each is compared with the first alone
TOLD_EVERY = 500


@dataclass(frozen=True, slots=True)
class NearPair:
    """Two documents and the Jaccard similarity of their word triples, 1 for the same words."""

    left: int
    right: int
    similarity: float


def near_duplicates(
    texts: Sequence[str],
    *,
    words: Callable[[str], list[str]],
    threshold: float = 0.8,
    on_progress: CountCallback | None = None,
    cancel: Cancel | None = None,
) -> list[NearPair]:
    """The pairs at or above the threshold, most alike first; texts without words are left out."""
    shingled = [shingles(words(text)) for text in texts]
    random = np.random.default_rng(0)
    factors = random.integers(1, PRIME, (BANDS * ROWS, 1), dtype=np.int64)
    shifts = random.integers(0, PRIME, (BANDS * ROWS, 1), dtype=np.int64)
    minima = np.full((len(texts), BANDS * ROWS), -1, dtype=np.int32)
    for position, hashes in enumerate(shingled):
        if position % TOLD_EVERY == 0:
            if cancel is not None and cancel():
                raise Cancelled("looking for near-duplicates was cancelled")
            if on_progress is not None:
                on_progress(position, len(texts))
        if len(hashes):
            minima[position] = ((factors * hashes + shifts) % PRIME).min(axis=1)
    pairs: dict[tuple[int, int], float] = {}
    for band in range(BANDS):
        for group in _groups(minima[:, band * ROWS : (band + 1) * ROWS]):
            for left, right in _candidates(group):
                if (left, right) not in pairs:
                    pairs[left, right] = jaccard(shingled[left], shingled[right])
    near_pairs = [NearPair(left, right, s) for (left, right), s in pairs.items() if s >= threshold]
    return sorted(near_pairs, key=lambda pair: (-pair.similarity, pair.left, pair.right))


def shingles(words: Sequence[str]) -> NDArray[np.int64]:
    """Hashes of the distinct runs of three words; of all words where there are fewer."""
    runs = [" ".join(words[i : i + WORDS]) for i in range(max(1, len(words) - WORDS + 1))]
    hashes = {zlib.crc32(run.encode("utf-8", "replace")) for run in runs if run}
    return np.array(sorted(hashes), dtype=np.int64) & (PRIME - 1)


def jaccard(left: NDArray[np.int64], right: NDArray[np.int64]) -> float:
    """The share of the shingles of either that both have."""
    n_shared = len(np.intersect1d(left, right))
    return n_shared / (len(np.union1d(left, right)) or 1)


def _groups(band: NDArray[np.int32]) -> Iterator[list[int]]:
    """The positions that share all minima of a band, in rising order, where several do."""
    _, group, sizes = np.unique(band, axis=0, return_inverse=True, return_counts=True)
    order = np.argsort(group.ravel(), kind="stable")
    ends = np.cumsum(sizes)
    for end, size in zip(ends.tolist(), sizes.tolist(), strict=True):
        if size > 1 and band[order[end - 1], 0] >= 0:  # -1: no words
            yield order[end - size : end].tolist()


def _candidates(group: Sequence[int]) -> Iterator[tuple[int, int]]:
    if len(group) > LARGEST_GROUP:
        yield from ((group[0], other) for other in group[1:])
        return
    for number, left in enumerate(group):
        yield from ((left, right) for right in group[number + 1 :])
