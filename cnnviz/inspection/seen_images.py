"""Test images that a net may have learned from, found by what it takes for alike and by hashes."""

from typing import Any

import keras
import numpy as np

from cnnviz.datasets.registry import load_dataset
from cnnviz.datasets.statistics.seen import SeenImages, alike_pairs, join_seen, seen_images
from cnnviz.imaging.preprocess import fit_images
from cnnviz.inspection.embeddings import image_features

NEAREST = 3, 20  # training images that each test image is compared with by pixels: of many test images, of few
NUM_PAIRS = 60_000
SMALLEST = 16  # pixels of a side: of smaller images, too many that are not one are alike, once they may be shifted
VALUES_AT_ONCE = 20_000_000  # cosines, 80 MB


def seen_test_images(model: keras.Model, tested_on: str, options: dict[str, Any], most: int) -> SeenImages:
    """Find the test images of a data set that are, exactly or nearly, among its training images.

    Parameters
    ----------
    model : keras.Model
        Its penultimate layer says which images are worth comparing.
    tested_on, options
        Name or path of the data set, and as `load_dataset`.
    most : int
        Training images that the net is asked about; of more some are taken, evenly. Hashes look at all.

    Returns
    -------
    SeenImages
        Of images of which a side has less than 16 pixels, those that the hashes find.
    """
    data = load_dataset(tested_on, **options)
    by_hash = seen_images(data)
    if min(data.x_test.shape[1:3]) < SMALLEST:
        return by_hash
    step = max(1, -(-len(data.x_train) // most))
    trained = np.arange(0, len(data.x_train), step)
    test, near = _nearest(_features(model, data.x_test), _features(model, data.x_train[::step]))
    return join_seen(data, by_hash, alike_pairs(data, test, trained[near]))


def _features(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Directions (N, D) of length 1 into which the features of images point."""
    rows = [
        image_features(model, fit_images(images[start : start + 512], tuple(model.input_shape[1:]))).features
        for start in range(0, len(images), 512)
    ]
    features = np.concatenate(rows)
    return features / np.maximum(np.linalg.norm(features, axis=1, keepdims=True), 1e-9)


def _nearest(test: np.ndarray, train: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Positions (K,) of test images and (K,) of the training images nearest to them, by cosine."""
    count = min(int(np.clip(NUM_PAIRS // len(test), *NEAREST)), len(train))
    step = max(1, VALUES_AT_ONCE // len(train))
    parts = [
        np.argpartition(-(test[start : start + step] @ train.T), count - 1, axis=1)[:, :count]
        for start in range(0, len(test), step)
    ]
    return np.repeat(np.arange(len(test)), count), np.concatenate(parts).ravel()
