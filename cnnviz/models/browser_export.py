"""A Keras model -> the file that the browser computes it from (`assets/components/shared/nn`)."""

from collections.abc import Sequence

import keras
import numpy as np

from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidModel
from cnnviz.models.build import build_model
from cnnviz.models.manifest import net_manifest
from cnnviz.models.net_file import pack_net, read_weights


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


def model_from_net(architecture: Architecture, net: bytes) -> keras.Model:
    """Build a net with the weights of its file for browsers: the way back from `net_file`.

    Raises
    ------
    InvalidModel
        A weight is missing or has another shape: the file is of another net.
    """
    model = build_model(architecture)
    set_weights(model, architecture, net)
    return model


def set_weights(model: keras.Model, architecture: Architecture, net: bytes, *, besides: str = "") -> None:
    """Give a model the weights of a net's file for browsers, layer by layer by name.

    Parameters
    ----------
    model : keras.Model
        As `build_model` makes it of `architecture`.
    architecture : Architecture
    net : bytes
        See `net_file`.
    besides : str
        Name of a layer that keeps its own.

    Raises
    ------
    InvalidModel
        A weight is missing or has another shape: the file is of another net.
    """
    given, titles = read_weights(net), layer_titles(architecture)
    for node in trace(architecture)[0]:
        for name, attribute in WEIGHTS.get(node.layer.kind, {}).items():
            variable = getattr(model.get_layer(node.name), attribute, None)
            if variable is not None and node.name != besides:
                variable.assign(_fitting(given.get(node.name, {}).get(name), tuple(variable.shape), titles[node.name]))


def _fitting(values: np.ndarray | None, shape: tuple[int, ...], title: str) -> np.ndarray:
    if values is None or values.shape != shape:
        raise InvalidModel(
            f"The weights of {title} are not those of this net: expected the shape {shape}. Bring its file again. "
            f"Received: {'none' if values is None else values.shape}."
        )
    return values


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
