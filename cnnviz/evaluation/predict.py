"""Class probabilities of many images. The one file of this folder that imports Keras."""

from collections.abc import Callable

import keras
import numpy as np

from cnnviz.models.build import output_activation
from cnnviz.models.input_form import as_input

DIRECT_IMAGES = 640
"""Up to this many images plain calls are faster: `predict` costs about 300 ms before its first image."""
BATCH_SIZE = 256
VALUES_PER_CALL = 2_000_000
"""Of the images of one plain call, for which all maps are held in memory; a call costs about 10 ms however small."""


def predict_probabilities(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Say how probable each class is for each image.

    Parameters
    ----------
    model : keras.Model
        Takes raw pixels and ends in one score per class, or in one for the second of two classes.
    images : ndarray (N, H, W, C), uint8
        Of the model's `picture_shape`.

    Returns
    -------
    ndarray (N, num_classes), float32
        Rows sum to 1. A net with one output p gives [1 - p, p].

    Raises
    ------
    InvalidInput
        If the images have another shape.
    """
    return as_probabilities(predict_scores(model, as_input(model, images)), output_activation(model))


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
