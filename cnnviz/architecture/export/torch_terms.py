"""What PyTorch code is made of: a step, the activation functions, and the layers of plain arithmetic."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cnnviz.architecture.analysis.graph import Node
from cnnviz.architecture.spec.arithmetic import (
    Clip,
    Cropping,
    Factors,
    Merge,
    PReLU,
    Reshape,
    Scaling,
    UpSampling,
    ZeroPadding,
)

ACTIVATIONS = {
    "linear": "{}",
    "relu": "F.relu({})",
    "leaky_relu": "F.leaky_relu({}, 0.2)",
    "elu": "F.elu({})",
    "gelu": "F.gelu({})",
    "gelu_tanh": 'F.gelu({}, approximate="tanh")',
    "sigmoid": "torch.sigmoid({})",
    "tanh": "torch.tanh({})",
    "softmax": "F.softmax({}, dim=1)",
    "relu6": "F.relu6({})",
    "silu": "F.silu({})",
    "hard_sigmoid": "F.hardsigmoid({})",
    "hard_silu": "F.hardswish({})",
    "softplus": "F.softplus({})",
    "softsign": "F.softsign({})",
    "selu": "F.selu({})",
    "exponential": "torch.exp({})",
    "mish": "F.mish({})",
}
"""Name of an activation function -> its code, with {} for the input."""


@dataclass(frozen=True)
class Step:
    """`parts` are modules by name, `code` the expression over them with {} for the input.

    `held_small` names the modules whose weights l1 and l2 hold small; `joint` stands between several inputs.
    """

    code: str
    parts: dict[str, str] = field(default_factory=dict)
    held_small: tuple[str, ...] = ()
    joint: str = ", "

    def expression(self, sources: Sequence[str]) -> str:
        """Return the code that computes the step of the variables `sources`."""
        return self.code.replace("{}", self.joint.join(sources))


def times_plus(scale: Factors, offset: Factors, *, sides: str = "-1, 1, 1") -> str:
    """Return the code of input x scale + offset, each one number or one for each channel.

    `sides` is the shape of the channels beside the input: that of maps, or "-1" for a vector.
    """
    product = "{} / 255" if scale == 1 / 255 else f"{{}} * {_factors(scale, sides)}"
    return f"{product} + {_factors(offset, sides)}" if offset else product


def _factors(factors: Factors, sides: str) -> str:
    if isinstance(factors, tuple):
        return f"{{}}.new_tensor({list(factors)}).view({sides})"
    return str(factors)


def _border(layer: ZeroPadding | Cropping, name: str, node: Node) -> Step:  # noqa: ARG001
    if layer.kind == "zero_padding":
        return Step(f"F.pad({{}}, ({layer.left}, {layer.right}, {layer.top}, {layer.bottom}))")
    height, width, _ = node.input_tensors[0].shape
    rows, columns = f"{layer.top}:{height - layer.bottom}", f"{layer.left}:{width - layer.right}"
    return Step(f"{{}}[:, :, {rows}, {columns}]")


def _up_sampling(layer: UpSampling, name: str, node: Node) -> Step:  # noqa: ARG001
    more = ", align_corners=False" if layer.interpolation == "bilinear" else ""
    return Step(f'F.interpolate({{}}, scale_factor={layer.size}, mode="{layer.interpolation}"{more})')


def _scaling(layer: Scaling, name: str, node: Node) -> Step:  # noqa: ARG001
    sides = "-1, 1, 1" if len(node.input_tensors[0].shape) == 3 else "-1"
    return Step(times_plus(layer.scale, layer.offset, sides=sides))


def _prelu(layer: PReLU, name: str, node: Node) -> Step:
    *sides, channels = node.input_tensors[0].shape
    if layer.shared == "maps" or not sides:
        return Step(f"self.{name}({{}})", {name: f"nn.PReLU({channels}, init=0.0)"})
    slopes = f"nn.Parameter(torch.zeros({channels}, {', '.join(map(str, sides))}))"
    return Step(f"torch.where({{}} < 0, {{}} * self.{name}, {{}})", {name: slopes})


def _clip(layer: Clip, name: str, node: Node) -> Step:  # noqa: ARG001
    return Step(f"torch.clamp({{}}, {layer.low}, {layer.high})")


def _reshape(layer: Reshape, name: str, node: Node) -> Step:  # noqa: ARG001
    values = "{}.permute(0, 2, 3, 1)" if len(node.input_tensors[0].shape) == 3 else "{}"
    shaped = f"{values}.reshape(-1, {', '.join(map(str, layer.shape))})"
    return Step(f"{shaped}.permute(0, 3, 1, 2)" if len(layer.shape) == 3 else shaped)


def _add(layer: Merge, name: str, node: Node) -> Step:  # noqa: ARG001
    return Step("torch.add({})") if len(node.inputs) == 2 else Step("({})", joint=" + ")


def _multiply(layer: Merge, name: str, node: Node) -> Step:  # noqa: ARG001
    return Step("({})", joint=" * ")


def _average(layer: Merge, name: str, node: Node) -> Step:  # noqa: ARG001
    return Step(f"({{}}) / {len(node.inputs)}", joint=" + ")


def _maximum(layer: Merge, name: str, node: Node) -> Step:  # noqa: ARG001
    return Step("torch.stack(torch.broadcast_tensors({})).amax(0)")


ARITHMETIC: dict[str, Callable[[Any, str, Node], Step]] = {
    "zero_padding": _border,
    "cropping": _border,
    "up_sampling": _up_sampling,
    "scaling": _scaling,
    "prelu": _prelu,
    "clip": _clip,
    "reshape": _reshape,
    "add": _add,
    "multiply": _multiply,
    "average": _average,
    "maximum": _maximum,
}
"""Kind -> its step in PyTorch."""
