"""Aligns two spellings of a word (letters and phones, or two sets of phones): each left item owns 0 to 2 right items.

Hard EM over many-to-one alignments, as in Jiampojamarn, Kondrak and Sherif (2007), "Applying many-to-many alignments
and hidden Markov models to letter-to-phoneme conversion". Differs: Viterbi instead of full expectation, one item on the
left, and tables learnt on a sample of the words.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

UNIT = re.compile("[ˈˌ]?.")
_WORST = -20.0


@dataclass(frozen=True)
class Pair:
    """A word's two spellings, item by item."""

    left: tuple[str, ...]
    right: tuple[str, ...]


def units(phones: str) -> tuple[str, ...]:
    """Phones one by one, a stress mark kept with the symbol after it."""
    return tuple(UNIT.findall(phones))


def bare(items: Sequence[str]) -> str:
    """Items joined without stress, as the alignment tables know them."""
    return "".join(items).replace("ˈ", "").replace("ˌ", "")


class Aligner:
    """Scores of (left item, right chunk), and the best alignment under them."""

    def __init__(self) -> None:
        self._scores: dict[tuple[str, str], float] = {}

    def fit(self, pairs: Sequence[Pair], rounds: int = 4) -> "Aligner":
        """Learns the scores from `pairs` by hard EM; the first round counts every pair near the diagonal."""
        counts: Counter[tuple[str, str]] = Counter()
        for pair in pairs:
            counts.update(_diagonal(pair))
        self._learn(counts)
        for _ in range(rounds):
            counts = Counter()
            for pair in pairs:
                chunks = self.align(pair)
                if chunks is not None:
                    counts.update((left, bare(chunk)) for left, chunk in zip(pair.left, chunks, strict=True))
            self._learn(counts)
        return self

    def _learn(self, counts: Counter[tuple[str, str]]) -> None:
        totals: Counter[str] = Counter()
        for (left, _), count in counts.items():
            totals[left] += count
        self._scores = {key: math.log(count / totals[key[0]]) for key, count in counts.items()}

    def align(self, pair: Pair) -> list[tuple[str, ...]] | None:
        """The right items that each left item owns, or None if there are too many of them."""
        right = [bare([item]) for item in pair.right]
        width = len(right) + 1
        best = [0.0] + [-math.inf] * (width - 1)
        steps: list[list[int]] = []
        for left in pair.left:
            reached = [-math.inf] * width
            step = [0] * width
            for j in range(width):
                for size in range(min(j, 2) + 1):
                    score = best[j - size] + self._scores.get((left, "".join(right[j - size : j])), _WORST)
                    if score > reached[j]:
                        reached[j], step[j] = score, size
            best = reached
            steps.append(step)
        return None if best[-1] == -math.inf else _trace(steps, pair.right)


def _trace(steps: list[list[int]], right: tuple[str, ...]) -> list[tuple[str, ...]]:
    chunks = []
    j = len(right)
    for step in reversed(steps):
        chunks.append(right[j - step[j] : j])
        j -= step[j]
    return chunks[::-1]


def _diagonal(pair: Pair) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    slope = len(pair.right) / len(pair.left)
    for i, left in enumerate(pair.left):
        counts[left, ""] += 1
        for j in range(max(0, round(i * slope) - 1), min(len(pair.right), round(i * slope) + 2)):
            counts[left, bare(pair.right[j : j + 1])] += 2
            if j + 1 < len(pair.right):
                counts[left, bare(pair.right[j : j + 2])] += 1
    return counts
