"""What is looked at inside a net after each epoch: how large its weights and gradients are, what is dead in it."""

from collections.abc import Mapping
from typing import Any
from weakref import WeakKeyDictionary

import keras
import numpy as np

from cnnviz.models.lock import keras_lock

MAX_IMAGES = 256

_probes: WeakKeyDictionary[keras.Model, tuple[list[str], keras.Model]] = WeakKeyDictionary()


def layer_statistics(
    model: keras.Model, images: np.ndarray, labels: np.ndarray, *, squares: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Look into a compiled model between two epochs, by one plain call on at most 256 images.

    Parameters
    ----------
    model : keras.Model
        Functional, takes raw pixels, ends in one probability per class or in one for the second of two.
    images : ndarray (N, H, W, C), uint8
        Of all classes, mixed.
    labels : ndarray (N,), int
    squares : mapping, optional
        Squared gradient norms by variable path, for an optimizer that remembers none (`gradients.StepGradients`).

    Returns
    -------
    dict, ready for JSON
        "norms": {layer: {"weights", "gradients", "dead"}}, each only where there is such a thing: Euclidean norms of
        the layer's trainable variables and of their gradient, and the share of its ReLU units (of its maps) that
        are 0 for all images. "top_class": {"class", "predicted", "true"}: the class that most images are taken
        for, the share of images taken for it, and the share that is of it.

    Notes
    -----
    Keras has no call for gradients that all backends know, so they are read from the optimizer's memory: the root
    mean square over the last batches for Adam, AdamW and RMSprop, the mean's norm for SGD with momentum. SGD without
    it remembers nothing: there `squares` has the gradient of one batch.
    """
    images, labels = images[:MAX_IMAGES], labels[:MAX_IMAGES]
    names, probe = _probe(model)
    answers = keras.tree.flatten(probe(images, training=False))  # Keras takes a list of one apart
    *peaks, outputs = (keras.ops.convert_to_numpy(values) for values in answers)
    norms: dict[str, dict[str, float]] = {}
    for layer in model.layers:
        if layer.trainable_variables:
            norms[layer.name] = _norms(layer, model.optimizer, squares or {})
    for name, values in zip(names, peaks, strict=True):
        norms.setdefault(name, {})["dead"] = float((values.max(axis=0) == 0).mean())
    return {"norms": norms, "top_class": _top_class(outputs, labels)}


def _probe(model: keras.Model) -> tuple[list[str], keras.Model]:
    """Names of the layers that end in a ReLU, and a model that gives the peak of each of their units and the answers.

    A peak (N, units) is taken beside the net, so that whole maps need not be copied.
    """
    with keras_lock:
        if model not in _probes:
            relus = [layer for layer in model.layers if _is_relu(layer)]
            outputs = [*(_peaks(layer.output) for layer in relus), model.outputs[0]]
            _probes[model] = [layer.name for layer in relus], keras.Model(model.inputs[0], outputs)
        return _probes[model]


def _is_relu(layer: keras.layers.Layer) -> bool:
    return isinstance(layer, keras.layers.ReLU) or getattr(layer, "activation", None) is keras.activations.relu


def _peaks(values: keras.KerasTensor) -> keras.KerasTensor:
    """The largest answer of each unit (last axis) to each image; a ReLU gives nothing below 0."""
    places = tuple(range(1, len(values.shape) - 1))
    return keras.ops.max(values, axis=places) if places else values


def _top_class(outputs: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    guesses = (outputs[:, 0] > 0.5).astype(int) if outputs.shape[1] == 1 else outputs.argmax(axis=1)
    top = int(np.bincount(guesses).argmax())
    return {"class": top, "predicted": float((guesses == top).mean()), "true": float((labels == top).mean())}


def _norms(layer: keras.layers.Layer, optimizer: Any, squared: Mapping[str, float]) -> dict[str, float]:
    squares = [float((_array(variable) ** 2).sum()) for variable in layer.trainable_variables]
    norms = {"weights": float(np.sqrt(sum(squares)))}
    gradients = [
        squared.get(variable.path, _squared_gradient(variable, optimizer)) for variable in layer.trainable_variables
    ]
    if None not in gradients:
        norms["gradients"] = float(np.sqrt(sum(gradients)))
    return norms


def _squared_gradient(variable: keras.Variable, optimizer: Any) -> float | None:
    """Sum of the squared gradient of a variable as the optimizer remembers it; None if it remembers nothing."""
    optimizer = getattr(optimizer, "inner_optimizer", optimizer)  # of mixed precision
    steps = int(optimizer.iterations)
    own_name = variable.path.replace("/", "_")
    memory = {v.name.removeprefix(f"{own_name}_"): v for v in optimizer.variables if v.name.startswith(f"{own_name}_")}
    if steps and "velocity" in memory:  # a moving mean of the squares that began at 0
        decay = getattr(optimizer, "beta_2", None) or getattr(optimizer, "rho", 0.9)
        return float(_array(memory["velocity"]).sum()) / (1 - decay**steps)
    if steps and "momentum" in memory:
        rate = float(optimizer.learning_rate) / (1 - optimizer.momentum)
        return float((_array(memory["momentum"]) / rate).__pow__(2).sum())
    return None


def _array(variable: keras.Variable) -> np.ndarray:
    return keras.ops.convert_to_numpy(variable).astype(np.float64)
