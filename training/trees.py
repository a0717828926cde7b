"""Decision trees over categories, grown by information gain: the learner behind phone conventions and letter-to-sound.

Follows Black, Lenzo and Pagel (1998), "Issues in building general letter to sound rules". Differs: every test asks
whether one feature equals one value, and growth stops on a gain in bits rather than by pruning on held-out data.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class Node:
    """A test (`feature` equals `value`?) with two branches, or a leaf with its commonest label."""

    label: int
    feature: int = -1
    value: int = 0
    yes: "Node | None" = None
    no: "Node | None" = None


@dataclass(frozen=True)
class Growth:
    """When to split: both sides keep `leaf` samples, and the whole node saves `gain` bits."""

    leaf: int = 2
    gain: float = 4.0


def grow(features: IntArray, labels: IntArray, growth: Growth) -> Node:
    """A tree for `features` [N, F] (small non-negative integers) and `labels` [N]."""
    present, local = np.unique(labels, return_inverse=True)
    node = _grow(features, local.astype(np.int64), len(present), growth)
    return _relabel(node, present)


def _grow(features: IntArray, labels: IntArray, kinds: int, growth: Growth) -> Node:
    totals = np.bincount(labels, minlength=kinds)
    label = int(totals.argmax())
    if totals[label] == len(labels) or len(labels) < 2 * growth.leaf:
        return Node(label)
    best_gain, best_feature, best_value = growth.gain, -1, 0
    for feature in range(features.shape[1]):
        column = features[:, feature]
        counts = np.bincount(column * kinds + labels, minlength=(int(column.max()) + 1) * kinds).reshape(-1, kinds)
        gains = _gains(counts, totals, growth.leaf)
        value = int(gains.argmax())
        if gains[value] > best_gain:
            best_gain, best_feature, best_value = float(gains[value]), feature, value
    if best_feature < 0:
        return Node(label)
    chosen = features[:, best_feature] == best_value
    yes = _grow(features[chosen], labels[chosen], kinds, growth)
    no = _grow(features[~chosen], labels[~chosen], kinds, growth)
    if yes.feature < 0 and no.feature < 0 and yes.label == no.label:
        return Node(label)
    return Node(label, best_feature, best_value, yes, no)


def _gains(counts: NDArray[np.int64], totals: NDArray[np.int64], leaf: int) -> NDArray[np.float64]:
    inside = counts.sum(1)
    gains: NDArray[np.float64] = _bits(totals[None]) - _bits(counts) - _bits(totals[None] - counts)
    gains[(inside < leaf) | (totals.sum() - inside < leaf)] = -1.0
    return gains


def _bits(counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Bits to write the labels of each row, given how many there are of each."""
    total = counts.sum(1).astype(np.float64)
    logs = np.log2(np.maximum(counts, 1))
    bits: NDArray[np.float64] = total * np.log2(np.maximum(total, 1)) - (counts * logs).sum(1)
    return bits


def _relabel(node: Node, names: NDArray[np.int64]) -> Node:
    label = int(names[node.label])
    if node.yes is None or node.no is None:
        return Node(label)
    return Node(label, node.feature, node.value, _relabel(node.yes, names), _relabel(node.no, names))


def predict(node: Node, features: Sequence[int]) -> int:
    """The label of one sample."""
    while node.yes is not None and node.no is not None:
        node = node.yes if features[node.feature] == node.value else node.no
    return node.label
