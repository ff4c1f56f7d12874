"""A Keras model -> the file that the browser computes it from (`assets/components/shared/nn`)."""

from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

import keras
import numpy as np

from cnnviz.architecture.analysis.analyze import LayerReport, analyze
from cnnviz.architecture.analysis.graph import IMAGE, Node, Span, trace
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.naming import INPUT_NAME, RESCALING_NAME
from cnnviz.errors import InvalidModel
from cnnviz.models.build import build_model
from cnnviz.models.net_file import VERSION, Manifest, pack_net, read_weights, refuse_lacking

FIRST = 2  # layers before those of the spec: the input and its scaling

Settings = dict[str, Any]


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
        See `net_file`; the weights are those of now.

    Raises
    ------
    NotInBrowser
        The browser engine lacks a layer of the net, or its weights are too large for a browser.
    """
    refuse_lacking(architecture)
    nodes, spans = trace(architecture)
    places = {id(variable): place for place, variable in enumerate(model.variables)}
    layers = [
        *_first_layers(architecture.input_shape),
        *(
            _layer(node, report, _computed(model.get_layer(node.name), node.layer.kind, places), _block(spans, place))
            for place, (node, report) in enumerate(zip(nodes, analyze(architecture).layers, strict=True))
        ),
    ]
    manifest: Manifest = {
        "version": VERSION,
        "name": architecture.name,
        "input_shape": list(architecture.input_shape),
        "classes": list(classes),
        "output": layers[-1]["activation"],
        "macs": sum(layer["macs"] for layer in layers),
        "params": sum(layer["params"] for layer in layers),
        "layers": layers,
        "blocks": [
            {"name": span.name, "kind": span.kind, "first": span.first + FIRST, "stop": span.stop + FIRST}
            for span in spans
        ],
    }
    return pack_net(manifest, [keras.ops.convert_to_numpy(variable) for variable in model.variables])


def model_from_net(architecture: Architecture, net: bytes) -> keras.Model:
    """Build a net with the weights of its file for browsers: the way back from `net_file`.

    Raises
    ------
    InvalidModel
        A weight is missing or has another shape: the file is of another net.
    """
    model, given = build_model(architecture), read_weights(net)
    for node in trace(architecture)[0]:
        for name, attribute in WEIGHTS.get(node.layer.kind, {}).items():
            variable = getattr(model.get_layer(node.name), attribute, None)
            if variable is not None:
                variable.assign(_fitting(given.get(node.name, {}).get(name), tuple(variable.shape), node.name))
    return model


def _fitting(values: np.ndarray | None, shape: tuple[int, ...], layer: str) -> np.ndarray:
    if values is None or values.shape != shape:
        raise InvalidModel(
            f"The weights of '{layer}' are not those of this net: expected the shape {shape}. Bring its file again. "
            f"Received: {'none' if values is None else values.shape}."
        )
    return values


def _first_layers(shape: tuple[int, ...]) -> list[Settings]:
    plain = {"shape": list(shape), "activation": "linear", "weights": {}, "params": 0, "macs": 0, "block": None}
    return [
        {"name": INPUT_NAME, "kind": "input", "title": "Input", "inputs": [], **plain},
        {
            "name": RESCALING_NAME,
            "kind": "rescaling",
            "title": "Scaling to 0 to 1",
            "inputs": [0],
            "scale": 1 / 255,
            "shift": 0.0,
            **plain,
        },
    ]


def _layer(node: Node, report: LayerReport, computed: Settings, block: str | None) -> Settings:
    spec = node.layer
    return {
        "name": node.name,
        "kind": spec.kind,
        "title": LAYER_KINDS[spec.kind].title,
        "inputs": [1 if place == IMAGE else place + FIRST for place in node.inputs],
        "shape": list(report.output_shape),
        "activation": getattr(spec, "function" if spec.kind == "activation" else "activation", "linear"),
        **_SETTINGS.get(spec.kind, lambda _: {})(node),
        **computed,
        "params": report.params,
        "macs": report.macs,
        "block": block,
    }


def _computed(layer: keras.layers.Layer, kind: str, places: dict[int, int]) -> Settings:
    """What only the Keras layer knows: shape and place among the model's variables of its weights, its epsilon."""
    named = ((name, getattr(layer, attribute, None)) for name, attribute in WEIGHTS.get(kind, {}).items())
    weights = {
        name: {"shape": list(variable.shape), "variable": places[id(variable)]}
        for name, variable in named
        if variable is not None
    }
    return {"weights": weights, **({"epsilon": layer.epsilon} if kind in ("batch_norm", "layer_norm") else {})}


def _block(spans: Sequence[Span], place: int) -> str | None:
    """Name of the innermost block that a node stands in."""
    around = [span for span in spans if span.first <= place < span.stop]
    return max(around, key=lambda span: span.depth).name if around else None


def _window(node: Node) -> Settings:
    spec: Any = node.layer
    stride, dilation = spec.stride or spec.size, getattr(spec, "dilation", 1)
    size = getattr(spec, "size", None) or spec.kernel
    height, width, _ = node.input_tensors[0].shape
    padding = [*_same(height, size, stride, dilation), *_same(width, size, stride, dilation)]
    return {
        "size": [size, size],
        "stride": [stride, stride],
        "dilation": [dilation, dilation],
        "padding": padding if spec.padding == "same" else [0, 0, 0, 0],
    }


def _transposed(node: Node) -> Settings:
    """As a convolution from the output to the input would pad: these rows and columns of the sum are cut off."""
    spec: Any = node.layer
    cut = max(spec.kernel - spec.stride, 0) if spec.padding == "same" else 0
    return {
        "size": [spec.kernel, spec.kernel],
        "stride": [spec.stride, spec.stride],
        "dilation": [1, 1],
        "padding": [cut // 2, cut - cut // 2] * 2,
    }


def _same(length: int, size: int, stride: int, dilation: int) -> tuple[int, int]:
    total = max((ceil(length / stride) - 1) * stride + dilation * (size - 1) + 1 - length, 0)
    return total // 2, total - total // 2


_SETTINGS: dict[str, Callable[[Node], Settings]] = {
    "conv": _window,
    "depthwise_conv": lambda node: {**_window(node), "multiplier": getattr(node.layer, "multiplier", 1)},
    "separable_conv": lambda node: {**_window(node), "multiplier": 1},
    "transposed_conv": _transposed,
    "max_pool": _window,
    "avg_pool": _window,
    "dropout": lambda node: {"rate": getattr(node.layer, "rate", 0.0)},
    "spatial_dropout": lambda node: {"rate": getattr(node.layer, "rate", 0.0)},
}

_KERNEL = {"kernel": "kernel", "bias": "bias"}
WEIGHTS: dict[str, dict[str, str]] = {
    "conv": _KERNEL,
    "depthwise_conv": _KERNEL,
    "separable_conv": {"depthwise": "depthwise_kernel", "pointwise": "pointwise_kernel", "bias": "bias"},
    "transposed_conv": _KERNEL,
    "dense": _KERNEL,
    "batch_norm": {"gamma": "gamma", "beta": "beta", "mean": "moving_mean", "variance": "moving_variance"},
    "layer_norm": {"gamma": "gamma", "beta": "beta"},
}
"""Kind -> name of a weight in the file -> attribute of the Keras layer."""
