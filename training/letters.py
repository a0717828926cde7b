"""Trains the letter-to-sound trees of `tts.text.letters` from a pronouncing dictionary."""

import json
import random
import struct
import zlib
from collections import Counter
from collections.abc import Mapping

import numpy as np

from training.graphones import Aligner, Pair, units
from training.trees import Growth, Node, grow
from tts.text.letters import ALPHABET, LEAF, MAGIC, features, letter_id

_SAMPLE = 15_000
_LABELS = 250
GROWTH = Growth(leaf=1, gain=2.5)


def train(entries: Mapping[str, str], growth: Growth = GROWTH) -> bytes:
    """The trees learnt from `entries` (words of a to z only), in the format that `LetterRules` reads."""
    pairs = [Pair(tuple(word), units(phones)) for word, phones in entries.items() if " " not in phones]
    random.Random(0).shuffle(pairs)
    aligner = Aligner().fit(pairs[:_SAMPLE], 3)
    aligned = [(pair, chunks) for pair in pairs if (chunks := aligner.align(pair))]
    counts = Counter("".join(chunk) for _, chunks in aligned for chunk in chunks)
    labels = [label for label, _ in counts.most_common(_LABELS)]
    ids = {label: i for i, label in enumerate(labels)}
    rows: list[list[list[int]]] = [[] for _ in ALPHABET]
    targets: list[list[int]] = [[] for _ in ALPHABET]
    for pair, chunks in aligned:
        spoken = ["".join(chunk) for chunk in chunks]
        if all(chunk in ids for chunk in spoken):
            _collect("".join(pair.left), [ids[chunk] for chunk in spoken], labels, rows, targets)
    trees = [_tree(row, target, growth) for row, target in zip(rows, targets, strict=True)]
    return _encode(trees, labels)


def _collect(
    word: str, chosen: list[int], labels: list[str], rows: list[list[list[int]]], targets: list[list[int]]
) -> None:
    stressed = False
    for at, label in enumerate(chosen):
        tree = letter_id(word, at) - 1
        rows[tree].append(features(word, at, chosen[:at], stressed))
        targets[tree].append(label)
        stressed = stressed or "ˈ" in labels[label]


def _tree(rows: list[list[int]], targets: list[int], growth: Growth) -> Node:
    return grow(np.array(rows, np.int64), np.array(targets, np.int64), growth) if rows else Node(0)


def _encode(trees: list[Node], labels: list[str]) -> bytes:
    tests, values = bytearray(), bytearray()
    skips: list[int] = []
    roots = []
    for tree in trees:
        roots.append(len(tests))
        _flatten(tree, tests, values, skips)
    header = json.dumps({"labels": labels, "roots": roots, "nodes": len(tests)}).encode()
    planes = b"".join(bytes(skip >> 8 * k & 255 for skip in skips) for k in range(3))
    body = struct.pack("<I", len(header)) + header + bytes(tests) + bytes(values) + planes
    return MAGIC + zlib.compress(body, 9)


def _flatten(node: Node, tests: bytearray, values: bytearray, skips: list[int]) -> None:
    here = len(tests)
    leaf = node.yes is None or node.no is None
    tests.append(LEAF if leaf else node.feature)
    values.append(node.label if leaf else node.value)
    skips.append(0)
    if node.yes is not None and node.no is not None:
        _flatten(node.yes, tests, values, skips)
        skips[here] = len(tests) - here
        _flatten(node.no, tests, values, skips)
