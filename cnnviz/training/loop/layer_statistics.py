"""What is looked at inside a net after each epoch: how large its weights and gradients are, what is dead in it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from weakref import WeakKeyDictionary

import keras
import numpy as np

from cnnviz.models.keras_state import keras_lock

MAX_IMAGES = 256
GRADIENT_IMAGES = 16  # with 32 an epoch of one second costs 0.7 % more; a compiled function pays after 7 epochs only

Loss = Callable[[Sequence[Any]], Any]  # from values of the trainable variables to a scalar
_probes: WeakKeyDictionary[keras.Model, tuple[list[str], keras.Model]] = WeakKeyDictionary()


def layer_statistics(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> dict[str, Any]:
    """Look into a compiled model between two epochs, which it leaves as it is.

    Parameters
    ----------
    model : keras.Model
        Functional, takes raw pixels, ends in one probability per class or in one for the second of two.
    images : ndarray (N, H, W, C), uint8
        Of all classes, mixed. At most 256 count; gradients are taken on the first 16.
    labels : ndarray (N,), int

    Returns
    -------
    dict, ready for JSON
        "norms": {layer: {"weights", "gradients", "dead"}}, each only where there is such a thing: Euclidean norms of
        the layer's trainable variables and of their gradient, and the share of its ReLU units (of its maps) that
        are 0 for all images. "top_class": {"class", "predicted", "true"}: the class that most images are taken
        for, the share of images taken for it, and the share that is of it. "images": {"same"}: the share that is one
        and the same picture, in every pixel.
    """
    images, labels = images[:MAX_IMAGES], labels[:MAX_IMAGES]
    names, probe = _probe(model)
    answers = keras.tree.flatten(probe(images, training=False))  # Keras takes a list of one apart
    *peaks, outputs = (keras.ops.convert_to_numpy(values) for values in answers)
    gradients = squared_gradients(model, images[:GRADIENT_IMAGES], labels[:GRADIENT_IMAGES])
    norms: dict[str, dict[str, float]] = {}
    for layer in model.layers:
        if layer.trainable_variables:
            norms[layer.name] = _norms(layer, gradients)
    for name, values in zip(names, peaks, strict=True):
        norms.setdefault(name, {})["dead"] = float((values.max(axis=0) == 0).mean())
    return {"norms": norms, "top_class": _top_class(outputs, labels), "images": {"same": _same_share(images)}}


def _same_share(images: np.ndarray) -> float:
    """Share of the images that the most common picture has; 0 where no two are the same."""
    most = max(Counter(image.tobytes() for image in images).values(), default=0)
    return most / len(images) if most > 1 else 0.0


def squared_gradients(model: keras.Model, images: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """Sum of the squared gradient of each trainable variable, by its path.

    Parameters
    ----------
    model : keras.Model
        Compiled; its weights, its statistics and its random numbers stay as they are.
    images, labels : ndarray (N, H, W, C) uint8 and (N,) int

    Notes
    -----
    Of the loss of these images, regularisation included, as a training step computes it (`training=True`): batch
    normalisation by the statistics of the batch, dropout and augmentation at work. So the numbers are of what
    moves the weights, for every optimizer alike; the moving averages of a batch normalisation, which after a
    short epoch are still near their start, would give gradients that no step ever has. Class weights do not count.

    With 16 bits small gradients would be 0, so the loss is scaled as the optimizer scales it, and the gradients are
    divided by that again. Where it makes one too large for 16 bits, it is halved, which the optimizer does as well.
    """
    variables = model.trainable_variables
    labels = keras.ops.convert_to_tensor(labels)
    scale = float(keras.ops.convert_to_numpy(model.optimizer.scale_loss(keras.ops.ones(()))))  # 1 with 32 bits

    def loss(values: Sequence[Any]) -> Any:
        with keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True))):
            return scale * model.compute_loss(y=labels, y_pred=model(images, training=True), training=True)

    while True:
        gradients = _GRADIENTS[keras.config.backend()](loss, [variable.value for variable in variables])
        squares = [0.0 if one is None else float(((_array(one) / scale) ** 2).sum()) for one in gradients]
        if scale <= 1 or np.isfinite(squares).all():
            return dict(zip((variable.path for variable in variables), squares, strict=True))
        scale /= 2


def _tensorflow_gradients(loss: Loss, values: list[Any]) -> Sequence[Any]:
    import tensorflow as tf

    values = [tf.convert_to_tensor(value) for value in values]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(values)
        result = loss(values)
    return tape.gradient(result, values)


def _torch_gradients(loss: Loss, values: list[Any]) -> Sequence[Any]:
    import torch

    values = [value.detach().clone().requires_grad_() for value in values]
    with torch.enable_grad():
        result = loss(values)
    return torch.autograd.grad(result, values, allow_unused=True)


def _jax_gradients(loss: Loss, values: list[Any]) -> Sequence[Any]:
    import jax

    return jax.grad(loss)(values)


_GRADIENTS: dict[str, Callable[[Loss, list[Any]], Sequence[Any]]] = {
    "tensorflow": _tensorflow_gradients,
    "torch": _torch_gradients,
    "jax": _jax_gradients,
}
"""By Keras's backend: it has no call for gradients that all of them know."""


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


def _norms(layer: keras.layers.Layer, gradients: Mapping[str, float]) -> dict[str, float]:
    weights = sum(float((_array(variable) ** 2).sum()) for variable in layer.trainable_variables)
    gradient = sum(gradients[variable.path] for variable in layer.trainable_variables)
    return {"weights": float(np.sqrt(weights)), "gradients": float(np.sqrt(gradient))}


def _array(values: Any) -> np.ndarray:
    return keras.ops.convert_to_numpy(values).astype(np.float64)
