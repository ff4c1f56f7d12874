"""Principal axes and nearest rows of the browser: hand numbers, scikit-learn, brute force."""

from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page
from sklearn.decomposition import PCA

from cnnviz.inspection.projection import nearest

AXES = """async ({ rows, wanted }) => {
  const { principalAxes, project } = await import("/shared/nn/principal_axes.js");
  const [count, size] = [rows.length, rows[0].length];
  const all = Float32Array.from(rows.flat());
  const job = principalAxes(all, count, size, wanted);
  let step = job.next();
  while (!step.done) step = job.next();
  const points = rows.map((_, row) => project(step.value, all, row * size));
  const { mean, axes, shares } = step.value;
  return { mean: [...mean], axes: axes.map((axis) => [...axis]), shares, points };
}"""
NEAREST = """async ({ rows, one, count, metric }) => {
  const { distancesFrom, nearest } = await import("/shared/nn/nearest.js");
  return nearest(distancesFrom(Float32Array.from(rows.flat()), Float32Array.from(one), metric), count);
}"""


def axes(page: Page, rows: np.ndarray, wanted: int) -> dict[str, Any]:
    return page.evaluate(AXES, {"rows": rows.tolist(), "wanted": wanted})


def test_points_on_a_line_by_hand(modules: Page) -> None:
    found = axes(modules, np.array([[0, 0], [3, 4], [6, 8], [9, 12]]), 2)
    assert np.allclose(found["mean"], [4.5, 6])
    assert np.allclose(found["axes"][0], [0.6, 0.8])
    assert np.allclose(found["shares"], [1, 0])
    assert np.allclose(np.array(found["points"])[:, 0], [-7.5, -2.5, 2.5, 7.5], atol=1e-5)


@pytest.mark.parametrize(("count", "size"), [(90, 12), (40, 150), (300, 64), (5, 3), (4, 2)])
def test_they_are_those_of_scikit_learn_up_to_sign(modules: Page, count: int, size: int) -> None:
    rng = np.random.default_rng(count)
    rows = np.maximum(rng.normal(size=(count, size)) * rng.uniform(0.2, 3, size) + 0.3, 0).astype(np.float32)
    wanted = min(3, size)
    oracle = PCA(wanted, svd_solver="full").fit(rows.astype(np.float64))
    found = axes(modules, rows, wanted)
    signs = np.sign((np.array(found["axes"]) * oracle.components_).sum(axis=1))
    assert np.allclose(np.array(found["axes"]) * signs[:, None], oracle.components_, atol=1e-4)
    assert np.allclose(found["shares"], oracle.explained_variance_ratio_, atol=1e-6)
    expected = oracle.transform(rows)
    assert np.abs(np.array(found["points"]) * signs - expected).max() <= 1e-4 * np.abs(expected).max()


def test_rows_that_are_all_the_same_have_no_axes(modules: Page) -> None:
    found = axes(modules, np.ones((6, 4)), 3)
    assert not np.any(found["axes"])
    assert found["shares"] == [0, 0, 0]
    assert not np.any(found["points"])


def test_a_single_feature_has_one_axis(modules: Page) -> None:
    found = axes(modules, np.arange(6.0)[:, None], 3)
    assert np.allclose(found["shares"], [1, 0, 0])
    assert np.allclose(np.array(found["points"])[:, 0], np.arange(6) - 2.5)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_the_nearest_are_those_of_brute_force(modules: Page, metric: str) -> None:
    rng = np.random.default_rng(2)
    rows = np.maximum(rng.normal(size=(70, 9)), 0).astype(np.float32)
    rows[3] = 0
    one = np.maximum(rng.normal(size=9), 0).astype(np.float32)
    given = {"rows": rows.tolist(), "one": one.tolist(), "count": 8, "metric": metric}
    found = modules.evaluate(NEAREST, given)
    order, distances = nearest(rows, one, 8, metric=metric)
    assert [each["index"] for each in found] == order.tolist()
    assert np.allclose([each["distance"] for each in found], distances, atol=1e-6)
