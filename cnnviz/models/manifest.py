"""What the browser is told of a net's layers (see `assets/components/shared/nn`), made of its spec. Pure: no Keras."""

from collections.abc import Callable, Sequence
from itertools import count
from math import ceil
from typing import Any

from cnnviz.architecture.analysis.analyze import LayerReport, analyze
from cnnviz.architecture.analysis.graph import IMAGE, Node, Span, trace
from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.spec import Architecture, InputScaling
from cnnviz.architecture.spec.layers import ActivationLayer, BatchNorm, LayerNorm
from cnnviz.architecture.spec.naming import INPUT_NAME, RESCALING_NAME
from cnnviz.models.net_file import VERSION, Manifest, refuse_lacking

FIRST = 2  # layers before those of the spec: the input and its scaling

Settings = dict[str, Any]
Shape = tuple[int, ...]


def net_manifest(architecture: Architecture, classes: Sequence[str]) -> Manifest:
    """Describe a net for the browser.

    Parameters
    ----------
    architecture : Architecture
        Brought into the form of the images (`editing.adapt`).
    classes : sequence of str
        Name of each class, in the order of the labels.

    Returns
    -------
    dict
        For `net_file.pack_net`: each weight has its "shape" and, as its place ("variable"), 0, 1, 2 ... in the order
        of the layers and, in each, of `weight_shapes`.

    Raises
    ------
    NotInBrowser
        The browser engine lacks a layer of the net, or its weights are too large for a browser.
    """
    refuse_lacking(architecture)
    nodes, spans = trace(architecture)
    places = count()
    layers = [
        *_first_layers(architecture),
        *(
            _layer(node, report, places, _block(spans, position))
            for position, (node, report) in enumerate(zip(nodes, analyze(architecture).layers, strict=True))
        ),
    ]
    return {
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


def weight_shapes(node: Node) -> dict[str, Shape]:
    """Return the shape of each weight of a layer by its name, in the order in which they are counted."""
    named = _WEIGHTS.get(node.layer.kind, lambda _: {})(node)
    if getattr(node.layer, "bias", False):
        named["bias"] = node.effect.output.shape[-1:]
    return named


def _first_layers(architecture: Architecture) -> list[Settings]:
    shape, scaling = list(architecture.input_shape), architecture.scaling
    plain = {"shape": shape, "activation": "linear", "weights": {}, "params": 0, "macs": 0, "block": None}
    return [
        {"name": INPUT_NAME, "kind": "input", "title": "Input", "inputs": [], **plain},
        {
            "name": RESCALING_NAME,
            "kind": "rescaling",
            "title": "Scaling to 0 to 1" if scaling == InputScaling() else "Scaling of the pixels",
            "inputs": [0],
            "scale": scaling.scale,
            "shift": scaling.shift,
            **({"order": scaling.order} if scaling.order != "rgb" else {}),
            **plain,
        },
    ]


def _layer(node: Node, report: LayerReport, places: "count[int]", block: str | None) -> Settings:
    spec = node.layer
    weights = {name: {"shape": list(shape), "variable": next(places)} for name, shape in weight_shapes(node).items()}
    return {
        "name": node.name,
        "kind": spec.kind,
        "title": LAYER_KINDS[spec.kind].title,
        "inputs": [1 if place == IMAGE else place + FIRST for place in node.inputs],
        "shape": list(report.output_shape),
        "activation": _activation(node),
        **_SETTINGS.get(spec.kind, lambda _: {})(node),
        "weights": weights,
        **({"epsilon": spec.epsilon} if isinstance(spec, BatchNorm | LayerNorm) else {}),
        "params": report.params,
        "macs": report.macs,
        "block": block,
    }


def _activation(node: Node) -> str:
    spec: Any = node.layer
    if isinstance(spec, ActivationLayer):
        return spec.function
    return "clip" if spec.kind == "clip" else getattr(spec, "activation", "linear")


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


def _border(node: Node) -> Settings:
    spec: Any = node.layer
    return {"border": [spec.top, spec.bottom, spec.left, spec.right]}


def _fields(*names: str) -> Callable[[Node], Settings]:
    """The settings of the spec itself, under their names."""
    return lambda node: {name: getattr(node.layer, name) for name in names}


def _slope(node: Node) -> Settings:
    spec: Any = node.layer
    return {} if spec.slope is None else {"slope": spec.slope}


def _multiplied(node: Node) -> Settings:
    spec: Any = node.layer
    return {**_window(node), "multiplier": spec.multiplier}


_SETTINGS: dict[str, Callable[[Node], Settings]] = {
    "conv": _window,
    "depthwise_conv": _multiplied,
    "separable_conv": lambda node: {**_window(node), "multiplier": 1},
    "transposed_conv": _transposed,
    "max_pool": _window,
    "avg_pool": _window,
    "dropout": _fields("rate"),
    "spatial_dropout": _fields("rate"),
    "activation": _slope,
    "zero_padding": _border,
    "cropping": _border,
    "up_sampling": _fields("size", "interpolation"),
    "scaling": _fields("scale", "offset"),
    "clip": _fields("low", "high"),
}


def _kernel(node: Node) -> dict[str, Shape]:
    spec: Any = node.layer
    channels = node.input_tensors[0].shape[-1]
    size = (spec.kernel, spec.kernel)
    if spec.kind == "separable_conv":
        return {"depthwise": (*size, channels, 1), "pointwise": (1, 1, channels, spec.filters)}
    if spec.kind == "transposed_conv":
        return {"kernel": (*size, spec.filters, channels)}
    return {"kernel": (*size, channels, spec.multiplier if spec.kind == "depthwise_conv" else spec.filters)}


def _dense(node: Node) -> dict[str, Shape]:
    return {"kernel": (*node.input_tensors[0].shape, *node.effect.output.shape)}


def _channels(*names: str) -> Callable[[Node], dict[str, Shape]]:
    return lambda node: dict.fromkeys(names, node.effect.output.shape[-1:])


def _slopes(node: Node) -> dict[str, Shape]:
    spec: Any = node.layer
    shape = node.effect.output.shape
    return {"alpha": (1, 1, shape[-1]) if spec.shared == "maps" else shape}


_WEIGHTS: dict[str, Callable[[Node], dict[str, Shape]]] = {
    "conv": _kernel,
    "depthwise_conv": _kernel,
    "separable_conv": _kernel,
    "transposed_conv": _kernel,
    "dense": _dense,
    "batch_norm": _channels("gamma", "beta", "mean", "variance"),
    "layer_norm": _channels("gamma", "beta"),
    "prelu": _slopes,
}
"""Kind -> its weights but for the bias: name -> shape, as Keras lays them out."""
