"""What each kind of layer is in ONNX, and one table of them. Pure."""

from collections.abc import Callable
from typing import Any

import numpy as np

from cnnviz.architecture.analysis.graph import Node
from cnnviz.architecture.analysis.rules_convolution import upsampling_of, window_of
from cnnviz.architecture.spec.arithmetic import Factors
from cnnviz.models.onnx_graph import AS_IN_KERAS, MAPS, Graph

Weights = dict[str, np.ndarray]
Step = Callable[[Graph, Node, list[str], Weights], str]
"""The graph, the step of the net, the values that it reads, its weights -> the value that it gives, not activated."""


def times_plus(graph: Graph, value: str, scale: Factors, shift: Factors, *, is_maps: bool) -> str:
    """Add value x scale + shift, each one number or one for each channel."""

    def constant(factors: Factors) -> str:
        return graph.constant(np.reshape(factors, (-1, 1, 1)) if is_maps else factors)

    return graph.apply("Add", graph.apply("Mul", value, constant(scale)), constant(shift))


def _is_maps(node: Node) -> bool:
    return len(node.input_tensors[0].shape) == 3


def _with_bias(graph: Graph, weights: Weights) -> list[str]:
    return [graph.constant(weights["bias"])] if "bias" in weights else []


def _slid(node: Node) -> dict[str, Any]:
    """The attributes of what slides a window."""
    spec: Any = node.layer
    window = window_of(spec)
    height, width, _ = node.input_tensors[0].shape
    pads = zip(window.pads(height), window.pads(width), strict=True)  # (top, left), (bottom, right)
    dilations = {} if spec.kind.endswith("pool") else {"dilations": [window.dilation] * 2}
    return {
        "kernel_shape": [window.size] * 2,
        "strides": [window.stride] * 2,
        "pads": [pad for pair in pads for pad in pair],
        **dilations,
    }


def _conv(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:
    kernel = graph.constant(weights["kernel"].transpose(3, 2, 0, 1))
    return graph.apply("Conv", *values, kernel, *_with_bias(graph, weights), **_slid(node))


def _each_map(graph: Graph, node: Node, value: str, kernel: np.ndarray, biases: list[str]) -> str:
    """A depthwise convolution; kernel (h, w, C, m)."""
    height, width, channels, times = kernel.shape
    own = graph.constant(kernel.transpose(2, 3, 0, 1).reshape(channels * times, 1, height, width))
    return graph.apply("Conv", value, own, *biases, group=channels, **_slid(node))


def _depthwise(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:
    return _each_map(graph, node, values[0], weights["kernel"], _with_bias(graph, weights))


def _separable(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:
    between = _each_map(graph, node, values[0], weights["depthwise"], [])
    mixing = graph.constant(weights["pointwise"].transpose(3, 2, 0, 1))
    return graph.apply("Conv", between, mixing, *_with_bias(graph, weights))


def _transposed(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:
    spread = upsampling_of(node.layer)  # type: ignore[arg-type]  # a transposed convolution
    overlap = spread.size - spread.stride
    first = spread.crop()
    last = max(overlap, 0) - first if spread.padding == "same" else 0
    return graph.apply(
        "ConvTranspose",
        *values,
        graph.constant(weights["kernel"].transpose(3, 2, 0, 1)),
        *_with_bias(graph, weights),
        strides=[spread.stride] * 2,
        pads=[first, first, last, last],
        output_padding=[max(-overlap, 0)]
        * 2,  # a kernel smaller than its stride leaves gaps, also after the last value
    )


def _dense(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
    return graph.apply("Gemm", *values, graph.constant(weights["kernel"]), *_with_bias(graph, weights))


def _pool(operation: str) -> Step:
    return lambda graph, node, values, _: graph.apply(operation, *values, **_slid(node))


def _batch_norm(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:
    spec: Any = node.layer
    kept = [graph.constant(weights[name]) for name in ("gamma", "beta", "mean", "variance")]
    return graph.apply("BatchNormalization", *values, *kept, epsilon=spec.epsilon)


def _layer_norm(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:
    spec: Any = node.layer
    kept = [graph.constant(weights[name]) for name in ("gamma", "beta")]
    value = graph.transpose(values[0], AS_IN_KERAS) if _is_maps(node) else values[0]
    value = graph.apply("LayerNormalization", value, *kept, axis=-1, epsilon=spec.epsilon)
    return graph.transpose(value, MAPS) if _is_maps(node) else value


def _reshape(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
    shape = node.effect.output.shape
    value = graph.transpose(values[0], AS_IN_KERAS) if _is_maps(node) else values[0]
    value = graph.reshape(value, shape)
    return graph.transpose(value, MAPS) if len(shape) == 3 else value


def _global_pool(operation: str) -> Step:
    def step(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
        pooled = graph.apply(operation, *values)
        shape = node.effect.output.shape
        return pooled if len(shape) == 3 else graph.reshape(pooled, shape)

    return step


def _activation(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
    spec: Any = node.layer
    return graph.activate(values[0], spec)


def _zero_padding(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
    spec: Any = node.layer
    pads = [0, 0, spec.top, spec.left, 0, 0, spec.bottom, spec.right]
    return graph.apply("Pad", *values, graph.constant(pads, np.int64))


def _cropping(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
    spec: Any = node.layer
    height, width, _ = node.input_tensors[0].shape
    places = ([spec.top, spec.left], [height - spec.bottom, width - spec.right], [2, 3])
    return graph.apply("Slice", *values, *(graph.constant(one, np.int64) for one in places))


def _up_sampling(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
    spec: Any = node.layer
    scales = graph.constant([1, 1, spec.size, spec.size])
    if spec.interpolation == "bilinear":
        return graph.apply("Resize", *values, "", scales, mode="linear")
    how = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
    return graph.apply("Resize", *values, "", scales, **how)


def _scaling(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
    spec: Any = node.layer
    return times_plus(graph, values[0], spec.scale, spec.offset, is_maps=_is_maps(node))


def _prelu(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:
    alpha = weights["alpha"]
    return graph.apply("PRelu", *values, graph.constant(alpha.transpose(2, 0, 1) if _is_maps(node) else alpha))


def _clip(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
    spec: Any = node.layer
    return graph.clip(values[0], spec.low, spec.high)


def _multiply(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
    product, *others = values
    for other in others:
        product = graph.apply("Mul", product, other)
    return product


def _together(operation: str, **attributes: Any) -> Step:
    return lambda graph, _, values, __: graph.apply(operation, *values, **attributes)


def _same(graph: Graph, node: Node, values: list[str], weights: Weights) -> str:  # noqa: ARG001
    return values[0]


STEPS: dict[str, Step] = {
    "conv": _conv,
    "depthwise_conv": _depthwise,
    "separable_conv": _separable,
    "transposed_conv": _transposed,
    "max_pool": _pool("MaxPool"),
    "avg_pool": _pool("AveragePool"),
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "activation": _activation,
    "dropout": _same,
    "spatial_dropout": _same,
    "flatten": _reshape,
    "global_avg_pool": _global_pool("GlobalAveragePool"),
    "global_max_pool": _global_pool("GlobalMaxPool"),
    "dense": _dense,
    "zero_padding": _zero_padding,
    "cropping": _cropping,
    "up_sampling": _up_sampling,
    "scaling": _scaling,
    "prelu": _prelu,
    "clip": _clip,
    "reshape": _reshape,
    "add": _together("Sum"),
    "multiply": _multiply,
    "average": _together("Mean"),
    "maximum": _together("Max"),
    "concat": _together("Concat", axis=1),
}
"""Kind -> its step."""
