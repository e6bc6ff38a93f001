"""The training of the clause model: its solver against the closed form, and what it is not trained on."""

import numpy as np

from bench.script.read import read_gold
from bench.script.train import HELD_BACK, Rows, training_items


def test_the_weights_are_those_of_ridge_regression() -> None:
    texts = [{"a", "b"}, {"b", "c"}, {"a", "c", "d"}, {"d"}]
    place = {p: i for i, p in enumerate("abcd")}
    rows = Rows.of(texts, place, np.array([1.0, 2.0, 0.5, 1.5]))
    both = rows.beside(rows, 0.5)
    dense = np.zeros((both.rows, both.columns))
    dense[both.row, both.column] = both.value
    goal = np.array([1.0, -0.5, 0.25, -0.75])
    closed = dense.T @ np.linalg.solve(dense @ dense.T + 0.7 * np.eye(4), goal)
    assert np.allclose(both.weights(goal, 0.7), closed, atol=1e-3)
    assert np.allclose((dense[:, :4] ** 2).sum(1), 1.0)


def test_neither_the_public_test_split_nor_the_half_held_back_is_trained_on() -> None:
    items = training_items()
    assert HELD_BACK not in {i.split for i in items}
    assert not {i.text for i in read_gold("test")} & {i.text for i in items}
