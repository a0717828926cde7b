"""Trees reproduce what their features decide, and do not split on noise."""

import numpy as np

from training.trees import Growth, grow, predict


def test_exclusive_or_is_learnt_with_depth() -> None:
    source = np.random.default_rng(0)
    features = source.integers(0, 3, (400, 3))
    labels = np.where(features[:, 0] == 1, features[:, 1], features[:, 2] + 5)
    tree = grow(features, labels, Growth(1, 0.5))
    assert [predict(tree, row) for row in features.tolist()] == labels.tolist()


def test_noise_makes_a_leaf_of_the_commonest_label() -> None:
    source = np.random.default_rng(1)
    features = source.integers(0, 4, (300, 5))
    labels = (source.random(300) < 0.2).astype(np.int64) + 7
    tree = grow(features, labels, Growth(2, 30.0))
    assert tree.feature == -1
    assert tree.label == 7


def test_leaf_limit_holds() -> None:
    features = np.array([[0], [0], [0], [1]])
    labels = np.array([3, 3, 3, 4])
    assert grow(features, labels, Growth(2, 0.1)).feature == -1
    assert predict(grow(features, labels, Growth(1, 0.1)), [1]) == 4
