"""Images as points: what an embedding keeps of their features, and which of them are nearest. Without Keras."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import Literal, get_args

import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.inspection.tsne import Descent, begin_tsne, descend

MIN_IMAGES = 4
"""Fewer make no picture: any three points lie in one plane."""
FIRST_COMPONENTS = 50
"""Principal components that t-SNE and UMAP are given, as in van der Maaten and Hinton (2008)."""
PERPLEXITY = 30.0

Method = Literal["pca", "tsne", "umap"]
METHODS: tuple[Method, ...] = get_args(Method)
Metric = Literal["cosine", "euclidean"]


@dataclass(frozen=True, eq=False)
class Embedding:
    """N images in `dimensions` numbers each.

    Attributes
    ----------
    method : str
        "pca", "tsne" or "umap".
    points : ndarray (N, dimensions), float32
    mean : ndarray (D,), float32
        Of the features.
    components : ndarray (dimensions, D), float32
        The principal axes: ``points = (features - mean) @ components.T`` where the method is "pca". Rows of zeros where
        the features vary in fewer directions.
    shares : tuple of float
        What each of these axes explains of the variance, 0 to 1.
    """

    method: Method
    points: np.ndarray
    mean: np.ndarray
    components: np.ndarray
    shares: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class BegunEmbedding:
    """An embedding whose points are still on their way; it travels between those who move them."""

    embedding: Embedding
    descent: Descent

    @property
    def share(self) -> float:
        """What is done of it, 0 to 1."""
        return self.descent.share


@dataclass(frozen=True, eq=False)
class ImageFeatures:
    """Features (N, D) float32 of some images at a layer, and the class that the net says of each, (N,) int64.

    `is_mean`: the layer gives maps, of which each is averaged over its places.
    """

    layer: str
    features: np.ndarray
    said: np.ndarray
    is_mean: bool


@dataclass(frozen=True, eq=False)
class TestSetFeatures(ImageFeatures):
    """Of some test images also their positions in the test set, labels (N,), and pixels (N, H, W, C) uint8 as fed.

    The labels are places in `classes`. `total` is how many test images there are.
    """

    __test__ = False  # not a pytest class

    images: np.ndarray
    indices: np.ndarray
    labels: np.ndarray
    classes: tuple[str, ...]
    total: int


@dataclass(frozen=True, eq=False)
class LikePlaces:
    """Of some test images the place where a layer gives most nearly the same as at one place of a picture.

    `indices` in the test set, `labels` and `places` (row * columns + column), each (N,) int64; `likeness` (N,) float32,
    the cosine of the angle, -1 to 1. `total` is how many test images there are.
    """

    indices: np.ndarray
    labels: np.ndarray
    places: np.ndarray
    likeness: np.ndarray
    total: int


def join_features(parts: Sequence[TestSetFeatures], classes: tuple[tuple[str, ...], Sequence[int]]) -> TestSetFeatures:
    """Join parts of one test set; `classes` are the net's names, and the place there of each class of the images."""
    names, places = classes
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("features", "said", "images", "indices", "labels")
    }
    return replace(parts[0], **{**joined, "labels": np.asarray(places)[joined["labels"]], "classes": names})


def possible_methods() -> tuple[Method, ...]:
    """Give all methods that can be had here; UMAP where the package umap-learn is installed."""
    return METHODS if find_spec("umap") else METHODS[:-1]


def require_possible(method: Method, *, dimensions: int, perplexity: float) -> None:
    """Raise InvalidInput unless images can be arranged so."""
    if dimensions not in (2, 3):
        raise InvalidInput(f"A picture has 2 or 3 dimensions. Received: {dimensions}.")
    if method == "tsne" and not perplexity >= 1:
        raise InvalidInput(f"The perplexity is a number of neighbours: expected 1 or more. Received: {perplexity}.")
    if method not in possible_methods():
        raise InvalidInput("UMAP is not installed here: pip install umap-learn, or take pca or tsne. Received: umap.")


def embed(
    features: np.ndarray,
    method: Method = "pca",
    *,
    dimensions: int = 2,
    seed: int = 0,
    perplexity: float = PERPLEXITY,
) -> Embedding:
    """Arrange images by their features.

    Parameters
    ----------
    features : ndarray (N, D), float32
    method : {"pca", "tsne", "umap"}
    dimensions : {2, 3}
    seed : int
        Of t-SNE and UMAP.
    perplexity : float
        Of t-SNE: about as many neighbours count as this. At most a third of the images.

    Raises
    ------
    InvalidInput
        There are fewer than four images, another number of dimensions, a perplexity below 1, or UMAP is not installed.

    Notes
    -----
    The sign of a principal axis is chosen so that its largest entry is positive. t-SNE and UMAP begin with the first
    50 principal components.

    References
    ----------
    L. van der Maaten, G. Hinton: Visualizing Data using t-SNE. JMLR 9, 2008.
    M. Wattenberg, F. Viegas, I. Johnson: How to Use t-SNE Effectively. Distill, 2016.
    L. McInnes, J. Healy, J. Melville: UMAP. arXiv:1802.03426, 2018.
    """
    found = begin_embedding(features, method, dimensions=dimensions, seed=seed, perplexity=perplexity)
    while isinstance(found, BegunEmbedding):
        found = go_on_embedding(found)
    return found


def begin_embedding(
    features: np.ndarray, method: Method, *, dimensions: int, seed: int, perplexity: float
) -> Embedding | BegunEmbedding:
    """Compute the first part of `embed`, whose parameters it takes and as which it raises."""
    require_possible(method, dimensions=dimensions, perplexity=perplexity)
    if len(features) < MIN_IMAGES:
        raise InvalidInput(
            f"Too few images to be arranged: expected at least {MIN_IMAGES}. Take more. Received: {len(features)}."
        )
    mean, axes, shares = principal_axes(features, max(dimensions, FIRST_COMPONENTS))
    projected = ((features - mean) @ axes.T).astype(np.float32)  # (N, 50)
    made = Embedding(method, projected[:, :dimensions], mean, axes[:dimensions], tuple(shares[:dimensions]))
    kept = projected[:, : sum(share > 0 for share in shares)]
    if not kept.size:
        return made  # the others would make a cloud of what is all the same
    if method == "tsne":
        return BegunEmbedding(made, begin_tsne(kept, dimensions, seed=seed, perplexity=perplexity))
    return replace(made, points=_umap(kept, dimensions, seed)) if method == "umap" else made


def go_on_embedding(begun: BegunEmbedding) -> Embedding | BegunEmbedding:
    """Compute the next part: after the last one what `embed` gives, wherever each of them was computed."""
    descent = descend(begun.descent)
    return replace(begun.embedding, points=descent.points) if descent.is_done else replace(begun, descent=descent)


def principal_axes(features: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Give the mean (D,), `count` principal axes (count, D), and what each explains of the variance, 0 to 1."""
    from sklearn.decomposition import PCA

    num_images, num_features = features.shape
    mean = features.mean(axis=0, dtype=np.float64)
    axes, shares = np.zeros((count, num_features)), [0.0] * count
    if not np.allclose(features, mean):
        solver = "covariance_eigh" if num_images > num_features else "full"
        found = PCA(min(count, *features.shape), svd_solver=solver).fit(features.astype(np.float64))
        axes[: len(found.components_)] = found.components_
        shares[: len(found.components_)] = [float(share) for share in found.explained_variance_ratio_]
    return mean.astype(np.float32), axes.astype(np.float32), shares


def nearest(
    features: np.ndarray, feature: np.ndarray, count: int, *, metric: Metric = "cosine"
) -> tuple[np.ndarray, np.ndarray]:
    """Find the images whose features are nearest.

    Parameters
    ----------
    features : ndarray (N, D)
    feature : ndarray (D,)
    count : int
    metric : {"cosine", "euclidean"}
        1 less the cosine of the angle between them, 0 to 2; or the length of the difference.

    Returns
    -------
    ndarray (count,), int; ndarray (count,), float
        Indices, nearest first, and distances. Nothing but zeros has the cosine distance 1 to everything.
    """
    features, feature = features.astype(np.float64), feature.astype(np.float64)
    if metric == "euclidean":
        distances = np.linalg.norm(features - feature, axis=1)
    else:
        lengths = np.linalg.norm(features, axis=1) * np.linalg.norm(feature)
        distances = 1 - np.divide(features @ feature, lengths, out=np.zeros(len(features)), where=lengths > 0)
    order = np.argsort(distances, kind="stable")[:count]
    return order, distances[order]


def _umap(features: np.ndarray, dimensions: int, seed: int) -> np.ndarray:
    from umap import UMAP

    neighbours = min(15, len(features) - 1)
    made = UMAP(n_components=dimensions, n_neighbors=neighbours, random_state=seed, n_jobs=1)  # more are not repeatable
    return made.fit_transform(features).astype(np.float32)
