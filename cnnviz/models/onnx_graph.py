"""An ONNX graph as it is written down node by node, and the activation functions in it. Pure."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from onnx import NodeProto, TensorProto, helper, numpy_helper

from cnnviz.architecture.spec.layers import ActivationLayer

MAPS, AS_IN_KERAS = (0, 3, 1, 2), (0, 2, 3, 1)
"""Orders of axes: from (N, H, W, C) to ONNX's (N, C, H, W), and back."""


class Graph:
    """Nodes and constants in order; methods take and give names of values."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []
        self.num_values = 0

    def new_name(self, stem: str) -> str:
        """Return a name that no value has: none of a layer has a colon."""
        self.num_values += 1
        return f"{stem}:{self.num_values}"

    def constant(self, values: Any, dtype: type = np.float32) -> str:
        """Keep an array in the file."""
        name = self.new_name("constant")
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values, dtype), name))
        return name

    def apply(self, operation: str, *inputs: str, **attributes: Any) -> str:
        """Add a node; returns the name of its only output."""
        name = self.new_name(operation.lower())
        self.nodes.append(helper.make_node(operation, list(inputs), [name], name=name, **attributes))
        return name

    def transpose(self, value: str, order: Sequence[int]) -> str:
        """Put the axes of a value into another order."""
        return self.apply("Transpose", value, perm=list(order))

    def reshape(self, value: str, shape: Sequence[int]) -> str:
        """Give each image's values another shape."""
        return self.apply("Reshape", value, self.constant([0, *shape], np.int64))  # 0: as many images as come in

    def rename(self, value: str, name: str) -> None:
        """Give the output of the last node a name, that of its layer."""
        assert self.nodes[-1].output[0] == value
        self.nodes[-1].output[0] = name
        self.nodes[-1].name = name

    def activate(self, value: str, layer: ActivationLayer) -> str:
        """Apply an activation function; softmax runs over the channels."""
        function = layer.function
        if function in _PLAIN:
            operation, attributes = _PLAIN[function]
            return self.apply(operation, value, **attributes)
        return _OTHERS[function](self, value, layer)

    def clip(self, value: str, low: float, high: float) -> str:
        """Bring what lies outside to the nearer end."""
        return self.apply("Clip", value, self.constant(low), self.constant(high))


_PLAIN: dict[str, tuple[str, dict[str, Any]]] = {
    "relu": ("Relu", {}),
    "gelu": ("Gelu", {}),
    "gelu_tanh": ("Gelu", {"approximate": "tanh"}),
    "sigmoid": ("Sigmoid", {}),
    "tanh": ("Tanh", {}),
    "softmax": ("Softmax", {"axis": 1}),
    "hard_sigmoid": ("HardSigmoid", {"alpha": 1 / 6, "beta": 0.5}),
    "hard_silu": ("HardSwish", {}),
    "softplus": ("Softplus", {}),
    "softsign": ("Softsign", {}),
    "selu": ("Selu", {}),
    "exponential": ("Exp", {}),
    "mish": ("Mish", {}),
}
_OTHERS: dict[str, Callable[[Graph, str, ActivationLayer], str]] = {
    "linear": lambda _, value, __: value,
    "leaky_relu": lambda graph, value, layer: graph.apply("LeakyRelu", value, alpha=layer.negative_slope),
    "elu": lambda graph, value, layer: graph.apply("Elu", value, alpha=layer.negative_slope),
    "relu6": lambda graph, value, _: graph.clip(value, 0.0, 6.0),
    "silu": lambda graph, value, _: graph.apply("Mul", value, graph.apply("Sigmoid", value)),
}
