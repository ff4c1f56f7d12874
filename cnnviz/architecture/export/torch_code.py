"""A net as PyTorch code: the same weights give the same answers as in Keras.

Maps are (N, C, H, W) there, so flattening and normalising over channels go by Keras's order of
axes; where Keras pads unevenly ('same' with an even kernel or a stride), the padding is a step.
"""

from cnnviz.architecture.analysis.graph import IMAGE, Node
from cnnviz.architecture.export.torch_steps import torch_step
from cnnviz.architecture.export.torch_terms import times_plus
from cnnviz.architecture.export.variables import python_names, traced, variables
from cnnviz.architecture.spec import Architecture, InputScaling
from cnnviz.architecture.spec.layers import Backbone, WeightedSpec

_HEADER = "import torch\nfrom torch import nn\nfrom torch.nn import functional as F\n"


def torch_module(architecture: Architecture) -> str:
    """Return code of a module `Net` that takes raw pixels (N, C, H, W), 0 to 255.

    Where PyTorch has no such net (a backbone), the code is a comment that says so.

    Raises
    ------
    InvalidArchitecture
        The net is impossible.
    """
    nodes = traced(architecture)
    if any(isinstance(node.layer, Backbone) for node in nodes):
        return "# PyTorch has other weights for this backbone than Keras, so its code would be another net.\n"
    names = python_names(nodes)
    parts, steps = _parts_and_steps(nodes, names)
    image = variables(nodes, names)[IMAGE]
    result = variables(nodes, names)[len(nodes) - 1]
    return (
        f"{_HEADER}\n\n"
        f"class Net(nn.Module):\n"
        f'    """{_summary(architecture, nodes[-1])}"""\n\n'
        f"    def __init__(self):\n"
        f"        super().__init__()\n"
        f"{_lines(parts)}\n"
        f"    def forward(self, x):\n"
        f"        {image} = {_scaled(architecture.scaling)}\n"
        f"{_lines(steps)}"
        f"        return {result}\n"
        f"{_penalty(nodes, names)}\n\n"
        f"model = Net()\n"
    )


def _scaled(scaling: InputScaling) -> str:
    if scaling == InputScaling():
        return "x / 255  # pixels 0 to 255 become 0 to 1"
    pixels = "x.flip(1)" if scaling.order == "bgr" else "x"
    return f"{times_plus(scaling.scale, scaling.shift).replace('{}', pixels)}  # what the net makes of 0 to 255"


def _parts_and_steps(nodes: tuple[Node, ...], names: list[str]) -> tuple[list[str], list[str]]:
    """Lines of `__init__` and of `forward`."""
    held = variables(nodes, names)
    parts, steps = [], []
    for position, node in enumerate(nodes):
        step = torch_step(node, names[position])
        parts += [f"self.{name} = {module}" for name, module in step.parts.items()]
        expression = step.expression([held[index] for index in node.inputs])
        steps.append(f"{held[position]} = {expression}  # {_shape(node)}")
    return parts, steps


def _summary(architecture: Architecture, last: Node) -> str:
    height, width, channels = architecture.input_shape
    ends_in_softmax = "softmax" in (getattr(last.layer, "activation", ""), getattr(last.layer, "function", ""))
    hint = " For nn.CrossEntropyLoss leave out the softmax." if ends_in_softmax else ""
    return f"Pixels of 0 to 255, (N, {channels}, {height}, {width}), become {_shape(last)}.{hint}"


def _shape(node: Node) -> str:
    *sides, channels = node.effect.output.shape
    return f"({', '.join(map(str, ('N', channels, *sides)))})"


def _penalty(nodes: tuple[Node, ...], names: list[str]) -> str:
    terms = []
    for node, name in zip(nodes, names, strict=True):
        layer = node.layer
        if not isinstance(layer, WeightedSpec):
            continue
        for weight in torch_step(node, name).held_small:
            if layer.l1:
                terms.append(f"{layer.l1} * self.{weight}.weight.abs().sum()")
            if layer.l2:
                terms.append(f"{layer.l2} * self.{weight}.weight.square().sum()")
    if not terms:
        return ""
    return (
        "\n    def penalty(self):\n"
        '        """Add this to the loss: it holds the kernels small."""\n'
        "        return (\n            " + "\n            + ".join(terms) + "\n        )\n"
    )


def _lines(lines: list[str]) -> str:
    return "".join(f"        {line}\n" for line in lines)
