"""One node of a net as PyTorch: the modules it needs, and the expression that applies them."""

from collections.abc import Callable
from typing import Any

from cnnviz.architecture.analysis.graph import Node
from cnnviz.architecture.analysis.rules_convolution import Sliding, window_of
from cnnviz.architecture.export.torch_terms import ACTIVATIONS, ARITHMETIC, Step
from cnnviz.architecture.spec.layers import (
    ActivationLayer,
    AvgPool,
    BatchNorm,
    Conv,
    Convolution,
    Dense,
    DepthwiseConv,
    Dropout,
    GlobalAvgPool,
    GlobalMaxPool,
    LayerNorm,
    LayerSpec,
    MaxPool,
    SeparableConv,
    SpatialDropout,
    TransposedConv,
)


def torch_step(node: Node, name: str) -> Step:
    """Return modules and expression for a node; `name` is a Python name for its modules."""
    return TORCH_STEPS[node.layer.kind](node.layer, name, node)


def _activated(code: str, layer: Convolution | Dense) -> str:
    return ACTIVATIONS[layer.activation].replace("{}", code)


def _bias(layer: Convolution | Dense) -> str:
    return "" if layer.bias else ", bias=False"


def _epsilon(layer: BatchNorm | LayerNorm) -> str:
    return "1e-3" if layer.epsilon == 1e-3 else str(layer.epsilon)


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
    layer: Conv | DepthwiseConv | SeparableConv, node: Node, *, channels: int, groups: int = 1, bias: bool
) -> tuple[str, str]:
    """Return an nn.Conv2d and its input."""
    padding, source = _padded(layer, node)
    stride = f", stride={layer.stride}" if layer.stride > 1 else ""
    dilation = f", dilation={layer.dilation}" if layer.dilation > 1 else ""
    more = (f", groups={groups}" if groups > 1 else "") + ("" if bias else ", bias=False")
    before = node.input_tensors[0].shape[-1]
    return f"nn.Conv2d({before}, {channels}, {layer.kernel}{stride}{padding}{dilation}{more})", source


def _conv(layer: Conv, name: str, node: Node) -> Step:
    module, source = _sliding(layer, node, channels=layer.filters, bias=layer.bias)
    return Step(_activated(f"self.{name}({source})", layer), {name: module}, (name,))


def _depthwise_conv(layer: DepthwiseConv, name: str, node: Node) -> Step:
    maps = node.input_tensors[0].shape[-1]
    module, source = _sliding(layer, node, channels=maps * layer.multiplier, groups=maps, bias=layer.bias)
    return Step(_activated(f"self.{name}({source})", layer), {name: module}, (name,))


def _separable_conv(layer: SeparableConv, name: str, node: Node) -> Step:
    maps = node.input_tensors[0].shape[-1]
    module, source = _sliding(layer, node, channels=maps, groups=maps, bias=False)
    depthwise, pointwise = f"{name}_depthwise", f"{name}_pointwise"
    parts = {depthwise: module, pointwise: f"nn.Conv2d({maps}, {layer.filters}, 1{_bias(layer)})"}
    return Step(_activated(f"self.{pointwise}(self.{depthwise}({source}))", layer), parts, tuple(parts))


def _transposed_conv(layer: TransposedConv, name: str, node: Node) -> Step:
    height, width, channels = node.input_tensors[0].shape
    overlap = layer.kernel - layer.stride
    pad = max(overlap, 0) // 2 if layer.padding == "same" else 0
    padding = f", padding={pad}" if pad else ""
    # a kernel smaller than its stride leaves gaps, also after the last value
    gap = f", output_padding={-overlap}" if overlap < 0 else ""
    more = f"stride={layer.stride}{padding}{gap}{_bias(layer)}"
    module = f"nn.ConvTranspose2d({channels}, {layer.filters}, {layer.kernel}, {more})"
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


def _batch_norm(layer: BatchNorm, name: str, node: Node) -> Step:
    shape = node.input_tensors[0].shape
    dimensions = 2 if len(shape) == 3 else 1
    return Step(
        f"self.{name}({{}})", {name: f"nn.BatchNorm{dimensions}d({shape[-1]}, eps={_epsilon(layer)}, momentum=0.01)"}
    )


def _layer_norm(layer: LayerNorm, name: str, node: Node) -> Step:
    shape = node.input_tensors[0].shape
    parts = {name: f"nn.LayerNorm({shape[-1]}, eps={_epsilon(layer)})"}
    if len(shape) == 1:
        return Step(f"self.{name}({{}})", parts)
    return Step(f"self.{name}({{}}.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)", parts)


def _flatten(layer: LayerSpec, name: str, node: Node) -> Step:  # noqa: ARG001
    maps = len(node.input_tensors[0].shape) == 3
    return Step("{}.permute(0, 2, 3, 1).flatten(1)" if maps else "{}.flatten(1)")


def _dense(layer: Dense, name: str, node: Node) -> Step:
    module = f"nn.Linear({node.input_tensors[0].shape[0]}, {layer.units}{_bias(layer)})"
    return Step(_activated(f"self.{name}({{}})", layer), {name: module}, (name,))


def _activation(layer: ActivationLayer, name: str, node: Node) -> Step:  # noqa: ARG001
    if layer.function in ("leaky_relu", "elu") and layer.slope is not None:
        return Step(f"F.{layer.function}({{}}, {layer.slope})")
    return Step(ACTIVATIONS[layer.function])


def _dropout(layer: Dropout | SpatialDropout, name: str, node: Node) -> Step:  # noqa: ARG001
    module = "Dropout" if layer.kind == "dropout" else "Dropout2d"
    return Step(f"self.{name}({{}})", {name: f"nn.{module}({layer.rate})"})


def _global_pool(layer: GlobalAvgPool | GlobalMaxPool, name: str, node: Node) -> Step:  # noqa: ARG001
    function = "mean" if layer.kind == "global_avg_pool" else "amax"
    return Step(f"{{}}.{function}((2, 3){', keepdim=True' if layer.keep_sides else ''})")


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
    "global_avg_pool": _global_pool,
    "global_max_pool": _global_pool,
    "dense": _dense,
    **ARITHMETIC,
    "concat": _fixed("torch.cat(({}), dim=1)"),
}
