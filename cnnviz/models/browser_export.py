"""A Keras model -> the file that the browser computes it from (`assets/components/shared/nn`)."""

from collections.abc import Sequence

import keras

from cnnviz.architecture.spec import Architecture
from cnnviz.models.manifest import net_manifest
from cnnviz.models.net_file import pack_net


def net_file(model: keras.Model, architecture: Architecture, classes: Sequence[str]) -> bytes:
    """Write a net for the browser.

    Parameters
    ----------
    model : keras.Model
        As `build_model` makes it of `architecture`.
    architecture : Architecture
        Brought into the form of the images (`editing.adapt`).
    classes : sequence of str
        Name of each class, in the order of the labels.

    Returns
    -------
    bytes
        See `net_file`; the weights are those of now, and their places those among the variables of the model.

    Raises
    ------
    NotInBrowser
        The browser engine lacks a layer of the net, or its weights are too large for a browser.
    """
    manifest = net_manifest(architecture, classes)
    places = {id(variable): place for place, variable in enumerate(model.variables)}
    for entry in manifest["layers"]:
        for name, weight in entry["weights"].items():
            variable = getattr(model.get_layer(entry["name"]), WEIGHTS[entry["kind"]][name])
            weight["variable"] = places[id(variable)]
    return pack_net(manifest, [keras.ops.convert_to_numpy(variable) for variable in model.variables])


_KERNEL = {"kernel": "kernel", "bias": "bias"}
WEIGHTS: dict[str, dict[str, str]] = {
    "conv": _KERNEL,
    "depthwise_conv": _KERNEL,
    "separable_conv": {"depthwise": "depthwise_kernel", "pointwise": "pointwise_kernel", "bias": "bias"},
    "transposed_conv": _KERNEL,
    "dense": _KERNEL,
    "batch_norm": {"gamma": "gamma", "beta": "beta", "mean": "moving_mean", "variance": "moving_variance"},
    "layer_norm": {"gamma": "gamma", "beta": "beta"},
    "prelu": {"alpha": "alpha"},
}
"""Kind -> name of a weight in the file -> attribute of the Keras layer."""
