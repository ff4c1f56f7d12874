"""Class probabilities of many images. The one file of this folder that imports Keras."""

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import load_dataset
from cnnviz.evaluation.corruptions import Level, corrupt
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.imaging.preprocess import fit_images
from cnnviz.models.build import output_activation, require_images

DIRECT_IMAGES = 640
"""Up to this many images plain calls are faster: `predict` costs about 300 ms before its first image."""
BATCH_SIZE = 256
VALUES_PER_CALL = 2_000_000
"""Of the images of one plain call, for which all maps are held in memory; a call costs about 10 ms however small."""
VALUES_PER_PART = 100_000_000
"""Of the images of a test set that are held in a net's shape at once."""


def predict_probabilities(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Say how probable each class is for each image.

    Parameters
    ----------
    model : keras.Model
        Takes raw pixels and ends in one score per class, or in one for the second of two classes.
    images : ndarray (N, H, W, C), uint8
        Of the model's input shape.

    Returns
    -------
    ndarray (N, num_classes), float32
        Rows sum to 1. A net with one output p gives [1 - p, p].

    Raises
    ------
    InvalidInput
        If the images have another shape.
    """
    require_images(model, images)
    return as_probabilities(predict_scores(model, images), output_activation(model))


def test_set_answers(
    model: keras.Model, tested_on: str, options: dict[str, Any]
) -> tuple[TestPredictions, DatasetInfo, tuple[str, ...]]:
    """Say what a net answers to the test images of a data set, which are brought into its shape.

    Parameters
    ----------
    model : keras.Model
        As for `predict_probabilities`.
    tested_on, options
        Name or path of the data set, and as `load_dataset`.

    Returns
    -------
    (TestPredictions, DatasetInfo, tuple of str)
        The columns in the net's order, labels and classes in that of the data set; what the set is, and its notes.
    """
    data, shape = load_dataset(tested_on, **options), tuple(model.input_shape[1:])
    step = max(1, VALUES_PER_PART // int(np.prod(shape)))
    starts = range(0, len(data.x_test), step)
    parts = [predict_probabilities(model, fit_images(data.x_test[start : start + step], shape)) for start in starts]
    return TestPredictions(np.concatenate(parts), data.y_test, data.info.classes), data.info, data.notes


def changed_answers(
    model: keras.Model, tested_on: str, options: dict[str, Any], level: Level, start: int, stop: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Say what a net answers to some test images that are changed.

    Parameters
    ----------
    model, tested_on, options
        As for `test_set_answers`.
    level : Level
        What is done to the images once they are in the net's shape.
    start, stop : int
        Which of the test images.

    Returns
    -------
    said : ndarray (n,), int64
        The most probable class of each, as places of the net's answers.
    sure : ndarray (n,), float32
        Its probability.
    labels : ndarray (n,), int64
        In the order of the data set's classes.
    """
    data, shape = load_dataset(tested_on, **options), tuple(model.input_shape[1:])
    images = fit_images(data.x_test[start:stop], shape)
    probabilities = predict_probabilities(model, corrupt(images, level, np.arange(start, start + len(images))))
    return probabilities.argmax(axis=1), probabilities.max(axis=1), data.y_test[start:stop]


def predict_scores(
    model: keras.Model, images: np.ndarray, *, after_batch: Callable[[], None] = lambda: None
) -> np.ndarray:
    """Scores (N, C) of images of the model's input shape, as the model gives them.

    `after_batch()` is called after each batch and may end it by an exception.
    """
    if len(images) == 0:
        return np.zeros((0, model.output_shape[-1]), np.float32)
    if len(images) > DIRECT_IMAGES:
        between = keras.callbacks.LambdaCallback(on_predict_batch_end=lambda batch, logs: after_batch())  # noqa: ARG005
        return model.predict(images, batch_size=BATCH_SIZE, verbose=0, callbacks=[between])
    parts = []
    step = max(1, VALUES_PER_CALL // images[0].size)
    for start in range(0, len(images), step):
        parts.append(keras.ops.convert_to_numpy(model(images[start : start + step], training=False)))
        after_batch()
    return np.concatenate(parts)


def as_probabilities(scores: np.ndarray, activation: str) -> np.ndarray:
    """Turn (N, C) scores into rows that sum to 1; scores of a net without softmax or sigmoid count as logits."""
    scores = scores.astype(np.float32)
    if scores.shape[1] == 1:
        second = scores if activation == "sigmoid" else 1 / (1 + np.exp(-scores))
        return np.concatenate([1 - second, second], axis=1)
    if activation not in ("softmax", "sigmoid"):
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    total = scores.sum(axis=1, keepdims=True)
    return np.divide(scores, total, out=np.full_like(scores, 1 / scores.shape[1]), where=total > 0)
