"""What tests of imported nets need: files of Keras nets with random weights, and our rebuild of what was read."""

import tempfile
from pathlib import Path

import keras
import numpy as np

from cnnviz.models.build import build_model
from cnnviz.models.foreign.imported import ImportedNet, with_scaling
from cnnviz.models.foreign.scalings import SCALINGS
from cnnviz.models.net_file import read_weights

KERAS_NAMES = {
    "depthwise": "depthwise_kernel",
    "pointwise": "pointwise_kernel",
    "mean": "moving_mean",
    "variance": "moving_variance",
}
TOLERANCE = 1e-5  # of the layer's largest |value|


def saved(model: keras.Model, ending: str = ".keras") -> bytes:
    """The content of the file that Keras writes."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"net{ending}"
        (model.save_weights if ending == ".weights.h5" else model.save)(path)
        return path.read_bytes()


def with_random_weights(model: keras.Model, seed: int = 0) -> keras.Model:
    """The same model, whose normalisations and biases do something."""
    rng = np.random.default_rng(seed)
    for variable in model.variables:
        if variable.name in ("gamma", "moving_variance", "variance"):
            variable.assign(rng.uniform(0.5, 1.5, variable.shape))
        elif variable.name in ("bias", "beta", "moving_mean", "mean", "alpha"):
            variable.assign(rng.normal(0, 0.2, variable.shape))
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
    return model


def rebuilt(net: ImportedNet) -> keras.Model:
    """Our Keras model of a net that was read, with the weights of its file."""
    model = build_model(net.architecture)
    for name, weights in read_weights(net.net).items():
        for weight, values in weights.items():
            getattr(model.get_layer(name), KERAS_NAMES.get(weight, weight)).assign(values)
    return model


def largest_difference(net: ImportedNet, foreign: keras.Model, seed: int = 0) -> float:
    """Of all layers of a net that was read, against the layers of the file: |difference| / largest |value| of a layer.

    Layers of nets in the net are left out, which Keras gives no values of; the output is compared always.
    """
    net = with_scaling(net, SCALINGS["0..255"])
    ours = rebuilt(net)
    pixels = np.random.default_rng(seed).integers(0, 256, (2, *net.architecture.input_shape)).astype(np.float32)
    given = pixels.reshape(2, *[side or net.architecture.input_shape[0] for side in foreign.input_shape[1:]])
    operations = {one.name: one for one in getattr(foreign, "operations", foreign.layers)}
    pairs = [
        (ours.get_layer(name).output, operations[source].output)
        for name, source in net.sources.items()
        if source in operations
    ]
    if net.followed_to is None:
        pairs.append((ours.output, foreign.outputs[0]))
    assert pairs
    mine = keras.Model(ours.input, [one for one, _ in pairs])(pixels, training=False)
    theirs = keras.Model(foreign.inputs[0], [other for _, other in pairs])(given, training=False)
    return max(relative(np.asarray(one), np.asarray(other)) for one, other in zip(mine, theirs, strict=True))


def relative(one: np.ndarray, other: np.ndarray) -> float:
    """Largest |difference| as a share of the largest |value|."""
    assert one.shape == other.shape
    return float(np.abs(one - other).max() / max(np.abs(other).max(), 1e-30))
