"""One node of a net as PyTorch: the modules it needs, and the expression that applies them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cnnviz.architecture.analysis.graph import Node
from cnnviz.architecture.analysis.rules_convolution import Sliding, window_of
from cnnviz.architecture.spec.layers import (
    ActivationLayer,
    AvgPool,
    Conv,
    Convolution,
    Dense,
    DepthwiseConv,
    Dropout,
    LayerSpec,
    MaxPool,
    SeparableConv,
    SpatialDropout,
    TransposedConv,
)

_ACTIVATIONS = {
    "linear": "{}",
    "relu": "F.relu({})",
    "leaky_relu": "F.leaky_relu({}, 0.2)",
    "elu": "F.elu({})",
    "gelu": "F.gelu({})",
    "sigmoid": "torch.sigmoid({})",
    "tanh": "torch.tanh({})",
    "softmax": "F.softmax({}, dim=1)",
}


@dataclass(frozen=True)
class Step:
    """`parts` are modules by name, `code` the expression over them with {} for the input.

    `held_small` names the modules whose weights l1 and l2 hold small.
    """

    code: str
    parts: dict[str, str] = field(default_factory=dict)
    held_small: tuple[str, ...] = ()

    def expression(self, sources: Sequence[str]) -> str:
        """Return the code that computes the step of the variables `sources`."""
        return self.code.replace("{}", ", ".join(sources))


def torch_step(node: Node, name: str) -> Step:
    """Return modules and expression for a node; `name` is a Python name for its modules."""
    return TORCH_STEPS[node.layer.kind](node.layer, name, node)


def _activated(code: str, layer: Convolution | Dense) -> str:
    return _ACTIVATIONS[layer.activation].replace("{}", code)


def _pads(layer: Sliding, node: Node) -> tuple[int, int, int, int]:
    """Left, right, top, bottom: the order of `F.pad`."""
    height, width, _ = node.input_tensors[0].shape
    window = window_of(layer)
    return (*window.pads(width), *window.pads(height))


def _padded(layer: Sliding, node: Node, *, value: str = "") -> tuple[str, str]:
    """Return the padding as an argument where it is even, and the input with its padding where it is not."""
    left, right, top, bottom = _pads(layer, node)
    if left == right and top == bottom:
        both = str(top) if top == left else f"({top}, {left})"
        return (f", padding={both}" if top or left else ""), "{}"
    return "", f"F.pad({{}}, ({left}, {right}, {top}, {bottom}){value})"


def _sliding(
    layer: Conv | DepthwiseConv | SeparableConv, node: Node, *, channels: int, groups: int = 1, bias: bool = True
) -> tuple[str, str]:
    """Return an nn.Conv2d and its input."""
    padding, source = _padded(layer, node)
    stride = f", stride={layer.stride}" if layer.stride > 1 else ""
    dilation = f", dilation={layer.dilation}" if layer.dilation > 1 else ""
    more = (f", groups={groups}" if groups > 1 else "") + ("" if bias else ", bias=False")
    before = node.input_tensors[0].shape[-1]
    return f"nn.Conv2d({before}, {channels}, {layer.kernel}{stride}{padding}{dilation}{more})", source


def _conv(layer: Conv, name: str, node: Node) -> Step:
    module, source = _sliding(layer, node, channels=layer.filters)
    return Step(_activated(f"self.{name}({source})", layer), {name: module}, (name,))


def _depthwise_conv(layer: DepthwiseConv, name: str, node: Node) -> Step:
    maps = node.input_tensors[0].shape[-1]
    module, source = _sliding(layer, node, channels=maps * layer.multiplier, groups=maps)
    return Step(_activated(f"self.{name}({source})", layer), {name: module}, (name,))


def _separable_conv(layer: SeparableConv, name: str, node: Node) -> Step:
    maps = node.input_tensors[0].shape[-1]
    module, source = _sliding(layer, node, channels=maps, groups=maps, bias=False)
    depthwise, pointwise = f"{name}_depthwise", f"{name}_pointwise"
    parts = {depthwise: module, pointwise: f"nn.Conv2d({maps}, {layer.filters}, 1)"}
    return Step(_activated(f"self.{pointwise}(self.{depthwise}({source}))", layer), parts, tuple(parts))


def _transposed_conv(layer: TransposedConv, name: str, node: Node) -> Step:
    height, width, channels = node.input_tensors[0].shape
    overlap = layer.kernel - layer.stride
    pad = max(overlap, 0) // 2 if layer.padding == "same" else 0
    padding = f", padding={pad}" if pad else ""
    # a kernel smaller than its stride leaves gaps, also after the last value
    gap = f", output_padding={-overlap}" if overlap < 0 else ""
    module = f"nn.ConvTranspose2d({channels}, {layer.filters}, {layer.kernel}, stride={layer.stride}{padding}{gap})"
    uneven = layer.padding == "same" and overlap > 0 and overlap % 2
    cut = f"[:, :, :{height * layer.stride}, :{width * layer.stride}]" if uneven else ""
    return Step(_activated(f"self.{name}({{}}){cut}", layer), {name: module}, (name,))


def _max_pool(layer: MaxPool, name: str, node: Node) -> Step:  # noqa: ARG001 (every step takes the same three)
    padding, source = _padded(layer, node, value=', value=float("-inf")')
    return Step(f"F.max_pool2d({source}, {layer.size}, {layer.stride or layer.size}{padding})")


def _avg_pool(layer: AvgPool, name: str, node: Node) -> Step:  # noqa: ARG001
    padding, source = _padded(layer, node)
    window = f"{layer.size}, {layer.stride or layer.size}"
    if source == "{}":
        border = f"{padding}, count_include_pad=False" if padding else ""
        return Step(f"F.avg_pool2d({{}}, {window}{border})")
    # the mean is that of the pixels inside, so the zeros of an uneven border must not count
    share = source.replace("{}", "torch.ones_like({})")
    return Step(f"F.avg_pool2d({source}, {window}) / F.avg_pool2d({share}, {window})")


def _batch_norm(layer: LayerSpec, name: str, node: Node) -> Step:  # noqa: ARG001
    shape = node.input_tensors[0].shape
    dimensions = 2 if len(shape) == 3 else 1
    return Step(f"self.{name}({{}})", {name: f"nn.BatchNorm{dimensions}d({shape[-1]}, eps=1e-3, momentum=0.01)"})


def _layer_norm(layer: LayerSpec, name: str, node: Node) -> Step:  # noqa: ARG001
    shape = node.input_tensors[0].shape
    parts = {name: f"nn.LayerNorm({shape[-1]}, eps=1e-3)"}
    if len(shape) == 1:
        return Step(f"self.{name}({{}})", parts)
    return Step(f"self.{name}({{}}.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)", parts)


def _flatten(layer: LayerSpec, name: str, node: Node) -> Step:  # noqa: ARG001
    maps = len(node.input_tensors[0].shape) == 3
    return Step("{}.permute(0, 2, 3, 1).flatten(1)" if maps else "{}.flatten(1)")


def _dense(layer: Dense, name: str, node: Node) -> Step:
    module = f"nn.Linear({node.input_tensors[0].shape[0]}, {layer.units})"
    return Step(_activated(f"self.{name}({{}})", layer), {name: module}, (name,))


def _activation(layer: ActivationLayer, name: str, node: Node) -> Step:  # noqa: ARG001
    return Step(_ACTIVATIONS[layer.function])


def _dropout(layer: Dropout | SpatialDropout, name: str, node: Node) -> Step:  # noqa: ARG001
    module = "Dropout" if layer.kind == "dropout" else "Dropout2d"
    return Step(f"self.{name}({{}})", {name: f"nn.{module}({layer.rate})"})


def _fixed(code: str) -> Callable[[LayerSpec, str, Node], Step]:
    return lambda layer, name, node: Step(code)  # noqa: ARG005


TORCH_STEPS: dict[str, Callable[[Any, str, Node], Step]] = {
    "conv": _conv,
    "depthwise_conv": _depthwise_conv,
    "separable_conv": _separable_conv,
    "transposed_conv": _transposed_conv,
    "max_pool": _max_pool,
    "avg_pool": _avg_pool,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "activation": _activation,
    "dropout": _dropout,
    "spatial_dropout": _dropout,
    "flatten": _flatten,
    "global_avg_pool": _fixed("{}.mean((2, 3))"),
    "global_max_pool": _fixed("{}.amax((2, 3))"),
    "dense": _dense,
    "add": _fixed("torch.add({})"),
    "concat": _fixed("torch.cat(({}), dim=1)"),
}
