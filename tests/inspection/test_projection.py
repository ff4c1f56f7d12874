import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.manifold import trustworthiness

from cnnviz.errors import InvalidInput
from cnnviz.inspection.projection import Method, embed, nearest, possible_methods

RNG = np.random.default_rng(5)
GROUPS = np.repeat([0, 1, 2], 20)
FEATURES = (RNG.normal(size=(60, 12)) + 9 * np.eye(3, 12)[GROUPS]).astype(np.float32)


def test_the_principal_axes_of_points_on_a_line_by_hand() -> None:
    line = np.array([[0, 0], [3, 4], [6, 8], [9, 12]], np.float32)
    found = embed(line)
    assert np.allclose(found.mean, [4.5, 6])
    assert np.allclose(found.components, [[0.6, 0.8], [0.8, -0.6]], atol=1e-6) or found.shares[1] < 1e-12
    assert np.allclose(found.points[:, 0], [-7.5, -2.5, 2.5, 7.5], atol=1e-5)
    assert np.allclose(found.shares, [1, 0])


@pytest.mark.parametrize("shape", [(60, 12), (9, 30)])
@pytest.mark.parametrize("dimensions", [2, 3])
def test_principal_components_are_those_of_scikit_learn(shape: tuple[int, int], dimensions: int) -> None:
    features = RNG.normal(size=shape).astype(np.float32) * np.arange(1, shape[1] + 1)
    oracle = PCA(dimensions, svd_solver="full").fit(features.astype(np.float64))
    found = embed(features.astype(np.float32), dimensions=dimensions)
    assert np.allclose(found.points, oracle.transform(features), rtol=1e-4, atol=1e-3)
    assert np.allclose(found.shares, oracle.explained_variance_ratio_)


@pytest.mark.parametrize("method", possible_methods())
def test_features_that_never_vary_are_one_point_and_explain_nothing(method: Method) -> None:
    found = embed(np.ones((5, 3), np.float32), method, dimensions=3)
    assert not found.points.any()
    assert found.shares == (0, 0, 0)


def test_fewer_features_than_dimensions_leave_the_others_zero() -> None:
    found = embed(np.arange(6, dtype=np.float32)[:, None], dimensions=3)
    assert found.points.shape == (6, 3)
    assert not found.points[:, 1:].any()


@pytest.mark.parametrize("dimensions", [2, 3])
def test_tsne_keeps_neighbours_together_and_gives_the_same_twice(dimensions: int) -> None:
    found = embed(FEATURES, "tsne", dimensions=dimensions, seed=3, perplexity=10)
    assert trustworthiness(FEATURES, found.points, n_neighbors=5) > 0.7
    centres = np.stack([found.points[group == GROUPS].mean(axis=0) for group in range(3)])
    nearest_centre = np.linalg.norm(found.points[:, None] - centres, axis=2).argmin(axis=1)
    assert (nearest_centre == GROUPS).mean() > 0.8
    again = embed(FEATURES, "tsne", dimensions=dimensions, seed=3, perplexity=10)
    assert np.array_equal(found.points, again.points)


def test_five_images_can_be_arranged_by_tsne_too() -> None:
    assert embed(FEATURES[:5], "tsne").points.shape == (5, 2)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"features": FEATURES[:3]}, "at least 4"),
        ({"dimensions": 4}, "2 or 3"),
        ({"method": "tsne", "perplexity": 0.5}, "perplexity"),
        ({"method": "tsne", "perplexity": float("nan")}, "perplexity"),
    ],
)
def test_what_cannot_be_arranged_is_refused(given: dict, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        embed(**{"features": FEATURES, **given})


@pytest.mark.skipif("umap" not in possible_methods(), reason="umap-learn is not installed")
@pytest.mark.parametrize("dimensions", [2, 3])
def test_umap_keeps_neighbours_together_and_gives_the_same_twice(dimensions: int) -> None:
    found = embed(FEATURES, "umap", dimensions=dimensions, seed=3)
    assert found.points.shape == (60, dimensions)
    assert trustworthiness(FEATURES, found.points, n_neighbors=5) > 0.8
    assert np.array_equal(found.points, embed(FEATURES, "umap", dimensions=dimensions, seed=3).points)
    assert embed(FEATURES[:4], "umap").points.shape == (4, 2)


@pytest.mark.skipif("umap" in possible_methods(), reason="umap-learn is installed")
def test_umap_that_is_not_installed_is_said() -> None:
    with pytest.raises(InvalidInput, match="not installed"):
        embed(FEATURES, "umap")


def test_the_nearest_by_hand() -> None:
    features = np.array([[1, 0], [0, 2], [3, 3], [0, 0], [-1, 0]], np.float32)
    order, distances = nearest(features, np.array([2, 0], np.float32), 5)
    assert order.tolist() == [0, 2, 1, 3, 4]
    assert np.allclose(distances, [0, 1 - 0.5**0.5, 1, 1, 2])
    order, distances = nearest(features, np.array([2, 0], np.float32), 2, metric="euclidean")
    assert order.tolist() == [0, 3]
    assert np.allclose(distances, [1, 2])
