"""What a layer makes of many images, one row an image: the features that an embedding arranges."""

from typing import Any

import keras
import numpy as np

from cnnviz.datasets.registry import load_dataset
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.evaluation.predict import VALUES_PER_CALL, as_probabilities
from cnnviz.imaging.preprocess import fit_images
from cnnviz.inspection.projection import ImageFeatures, LikePlaces, TestSetFeatures
from cnnviz.models.build import output_activation, require_images
from cnnviz.models.keras_state import keras_lock


def default_layer(model: keras.Model) -> str:
    """Name the layer that the last one with weights reads; that one itself where the net ends with maps."""
    head = next((layer for layer in reversed(model.layers) if layer.weights), model.layers[-1])
    if len(model.output.shape) == 4:
        return head.name
    layer = _before(head)
    while isinstance(layer, keras.layers.Dropout):
        layer = _before(layer)
    return layer.name


def image_features(model: keras.Model, images: np.ndarray, layer: str = "") -> ImageFeatures:
    """Push images through a net, a bounded number at a time, and keep what a layer gives.

    Parameters
    ----------
    model : keras.Model
        Functional, takes raw pixels.
    images : ndarray (N, H, W, C), uint8
        Of the model's input shape.
    layer : str
        The penultimate one if it is empty.

    Raises
    ------
    InvalidInput
        The images have another shape.
    UnknownName
        There is no such layer.
    """
    require_images(model, images)
    name = layer or default_layer(model)
    if name not in [one.name for one in model.layers]:
        raise UnknownName.among("layer", name, [one.name for one in model.layers])
    with keras_lock:
        probe = keras.Model(model.inputs[0], [model.get_layer(name).output, model.output])
    step = max(1, VALUES_PER_CALL // max(int(np.prod(one.output.shape[1:])) for one in model.layers))
    features, scores = [], []
    for start in range(0, len(images), step):
        found, answers = (
            keras.ops.convert_to_numpy(out) for out in probe(images[start : start + step], training=False)
        )
        features.append(_as_rows(found))
        scores.append(answers)
    is_mean = len(probe.outputs[0].shape) == 4
    return ImageFeatures(name, np.concatenate(features), _said(np.concatenate(scores), model), is_mean)


def test_set_features(
    model: keras.Model, tested_on: str, options: dict[str, Any], layer: str, indices: range
) -> TestSetFeatures:
    """Give the features of those test images of a data set, brought into the net's shape; see `image_features`.

    Parameters
    ----------
    model : keras.Model
    tested_on, options
        Name or path of the data set, and as `load_dataset`.
    layer : str
        The penultimate one if it is empty.
    indices : range
        Places in the test set; those beyond its end are left out.
    """
    data = load_dataset(tested_on, **options)
    wanted = [index for index in indices if index < len(data.x_test)]
    if not wanted:
        raise InvalidInput(f"There are no such test images: expected 0 to {len(data.x_test) - 1}. Received: {indices}.")
    images = fit_images(data.x_test[wanted], tuple(model.input_shape[1:]))
    found = image_features(model, images, layer)
    labels = np.asarray(data.y_test)[wanted]
    classes, total = tuple(options.get("classes") or data.info.classes), len(data.x_test)
    return TestSetFeatures(
        **vars(found), images=images, indices=np.array(wanted), labels=labels, classes=classes, total=total
    )


def like_places(
    model: keras.Model, tested_on: str, options: dict[str, Any], layer: str, vector: np.ndarray, indices: range
) -> LikePlaces:
    """Find the place of each of those test images where a layer that gives maps gives most nearly `vector` (D,).

    The other parameters are those of `test_set_features`. Nothing but zeros has the likeness 0 to everything.
    """
    data = load_dataset(tested_on, **options)
    wanted = [index for index in indices if index < len(data.x_test)]
    images = fit_images(data.x_test[wanted], tuple(model.input_shape[1:]))
    with keras_lock:
        probe = keras.Model(model.inputs[0], model.get_layer(layer).output)
    step = max(1, VALUES_PER_CALL // max(int(np.prod(one.output.shape[1:])) for one in model.layers))
    places, likeness = [], []
    for start in range(0, len(images), step):
        found = keras.ops.convert_to_numpy(probe(images[start : start + step], training=False)).astype(np.float32)
        rows = found.reshape(len(found), -1, found.shape[-1])  # (N, places, D)
        lengths = np.linalg.norm(rows, axis=-1) * np.linalg.norm(vector)
        cosines = np.divide(rows @ vector, lengths, out=np.zeros_like(lengths), where=lengths > 0)
        places.append(cosines.argmax(axis=1))
        likeness.append(cosines.max(axis=1))
    labels = np.asarray(data.y_test)[wanted]
    return LikePlaces(np.array(wanted), labels, np.concatenate(places), np.concatenate(likeness), len(data.x_test))


def _before(layer: keras.layers.Layer) -> keras.layers.Layer:
    given = layer.input[0] if isinstance(layer.input, list) else layer.input
    return given._keras_history.operation


def _as_rows(values: np.ndarray) -> np.ndarray:
    """(N, D) of (N, H, W, D), the mean over the places, or of (N, D)."""
    return (values.mean(axis=(1, 2)) if values.ndim == 4 else values).astype(np.float32)


def _said(scores: np.ndarray, model: keras.Model) -> np.ndarray:
    """The class of each row of scores; -1 of a net that ends with maps."""
    if scores.ndim != 2:
        return np.full(len(scores), -1)
    return as_probabilities(scores, output_activation(model)).argmax(axis=1)
