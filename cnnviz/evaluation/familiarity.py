"""How far an image is from those that a net learned from: what a classifier cannot say, because it must name a class.

A net of ten digits calls a letter one of them, often with 97 %. But the values of its maps for a letter are unlike
those for any digit: for each class they lie near the span of a few main directions (principal components) around its
mean. The distance to the nearest of these spans tells digits from what is none (subspace method: Oja 1983; the residual
as novelty score: Wang et al. 2022, https://arxiv.org/abs/2203.10807). `shared/nn/familiarity.js` is the twin of
`Familiarity.distances`. Pure: NumPy, no Keras.
"""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidInput

DIRECTIONS = 26  # of a class, beside its mean
QUANTILE = 0.96  # of the images set aside that count as familiar; those beyond it are the odd ones among them
SET_ASIDE = 5  # each so many-th image of a class is measured with what the others give, as what is drawn later is
LEVELS = 127  # a vector is kept in 8 bits a number


@dataclass(frozen=True, eq=False)
class Familiarity:
    """What is known of the training images of a net.

    Attributes
    ----------
    layer : str
        The layer whose values are compared, scaled to length 1.
    vectors : (num_classes, 1 + DIRECTIONS, D) float32
        Of each class its mean, then its main directions.
    threshold : float
        A distance above it is one of an image unlike those.
    """

    layer: str
    vectors: np.ndarray
    threshold: float

    def distances(self, values: np.ndarray) -> np.ndarray:
        """Distance (N,) of the layer's values (N, D) to the nearest class, 0 to 2."""
        unit = _unit(values)
        found = []
        for mean, *directions in self.vectors:
            away = unit - mean
            along = away @ np.array(directions).T
            found.append((away**2).sum(axis=1) - (along**2).sum(axis=1))
        return np.sqrt(np.maximum(np.min(found, axis=0), 0))

    def doubts(self, values: np.ndarray) -> bool:
        """Whether the layer's values for one image, of any shape, are unlike those of all training images."""
        return bool(self.distances(values.reshape(1, -1))[0] > self.threshold)

    def to_manifest(self) -> dict[str, Any]:
        """As plain JSON, 8 bits a number: an entry of a net's manifest."""
        scale = np.abs(self.vectors).max(axis=2) / LEVELS
        steps = np.rint(self.vectors / np.maximum(scale, 1e-12)[..., None]).astype(np.int8)
        return {
            "layer": self.layer,
            "shape": list(self.vectors.shape),
            "scale": [float(one) for one in scale.ravel()],
            "steps": base64.b64encode(steps.tobytes()).decode(),
            "threshold": self.threshold,
        }

    @classmethod
    def from_manifest(cls, entry: dict[str, Any]) -> "Familiarity":
        """Read what `to_manifest` wrote."""
        steps = np.frombuffer(base64.b64decode(entry["steps"]), np.int8).reshape(entry["shape"])
        scale = np.array(entry["scale"], np.float32).reshape(*entry["shape"][:2], 1)
        return cls(entry["layer"], steps * scale, entry["threshold"])


def fit_familiarity(layer: str, values: np.ndarray, labels: np.ndarray) -> Familiarity:
    """Learn what is familiar.

    Parameters
    ----------
    layer : str
    values : (N, D) float32
        Of that layer, for each training image.
    labels : (N,) int
        From 0; each class has more than twice as many images as DIRECTIONS.

    Raises
    ------
    InvalidInput
        A class has fewer, or an image has no more values than that: its class would leave nothing of it.
    """
    fewest = min(int(np.bincount(labels).min()), values.shape[1])
    if fewest <= 2 * DIRECTIONS:
        raise InvalidInput(
            f"Too little to tell what is familiar: expected more than {2 * DIRECTIONS} images of a class, and as many "
            f"values of each. Received: {fewest}."
        )
    is_aside = np.zeros(len(labels), bool)
    for label in range(int(labels.max()) + 1):
        is_aside[np.flatnonzero(labels == label)[::SET_ASIDE]] = True
    aside = _spans(layer, values[~is_aside], labels[~is_aside]).distances(values[is_aside])
    exact = _spans(layer, values, labels)
    kept = Familiarity.from_manifest(exact.to_manifest())  # an image is compared with what is kept
    return Familiarity(layer, kept.vectors, float(np.quantile(aside, QUANTILE)))


def _spans(layer: str, values: np.ndarray, labels: np.ndarray) -> Familiarity:
    """Mean and main directions of each class, without a threshold."""
    unit = _unit(values)
    vectors = []
    for label in range(int(labels.max()) + 1):
        own = unit[labels == label].astype(np.float64)
        mean = own.mean(axis=0)
        _, _, directions = np.linalg.svd(own - mean, full_matrices=False)
        vectors.append([mean, *directions[:DIRECTIONS]])
    return Familiarity(layer, np.array(vectors, np.float32), 0.0)


def last_maps(net: Architecture) -> str | None:
    """Name of the last layer that gives maps, which tells a digit from what is none; None: there is no such layer."""
    return next((layer.name for layer in reversed(analyze(net).layers) if len(layer.output_shape) == 3), None)


def _unit(values: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(values, axis=1, keepdims=True)
    return values / np.maximum(length, 1e-12)


def doubt_text(label: str) -> str:
    """Say in a sentence that an image is unlike those that the net learned from."""
    return f"perhaps none of these: it is unlike what the net learned from. Of its classes it is most like {label}."
