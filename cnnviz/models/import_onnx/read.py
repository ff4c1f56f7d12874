"""Content of an ONNX file -> what was found of the net in it."""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from cnnviz.architecture.spec.layers import GlobalAvgPool, GlobalMaxPool
from cnnviz.models.foreign.imported import Found
from cnnviz.models.foreign.input_shape import Input, read_input, with_closed_sides
from cnnviz.models.foreign.limits import MAX_CLASSES, NotShown, brief, damaged, too_large
from cnnviz.models.foreign.steps import BEHIND, ForeignNet, Value
from cnnviz.models.import_onnx import arithmetic, layers, plain_steps
from cnnviz.models.import_onnx.file import ONNX_DOMAINS, OnnxFile, attributes, parse, shape_of
from cnnviz.models.import_onnx.folding import fold
from cnnviz.models.import_onnx.reading import Reading
from cnnviz.models.import_onnx.written_out import joined

UNKNOWN = "This operation is not known here."
MAX_FOLDED_BYTES = 100_000_000  # of all values that are computed of fixed ones, beyond the size of the file
MAX_CLASS_TEXT = 200_000  # characters
_CLASS_KEYS = ("names", "classes", "labels", "class_names")

OPERATIONS: dict[str, Callable[[Reading], Value]] = {
    "Conv": layers.conv,
    "ConvTranspose": layers.transposed_conv,
    "BatchNormalization": layers.batch_norm,
    "LayerNormalization": layers.layer_norm,
    "MaxPool": layers.max_pool,
    "AveragePool": layers.average_pool,
    "GlobalAveragePool": layers.global_pool(GlobalAvgPool),
    "GlobalMaxPool": layers.global_pool(GlobalMaxPool),
    "ReduceMean": layers.reduce(GlobalAvgPool),
    "ReduceMax": layers.reduce(GlobalMaxPool),
    "Gemm": layers.gemm,
    "MatMul": layers.mat_mul,
    **{
        name: plain_steps.function(function)
        for name, function in {
            "Relu": "relu",
            "Selu": "selu",
            "HardSwish": "hard_silu",
            "Sigmoid": "sigmoid",
            "Tanh": "tanh",
            "Softplus": "softplus",
            "Softsign": "softsign",
            "Exp": "exponential",
            "Mish": "mish",
        }.items()
    },
    "LeakyRelu": plain_steps.sloped("leaky_relu", 0.01),
    "Elu": plain_steps.sloped("elu", 1.0),
    "PRelu": plain_steps.prelu,
    "HardSigmoid": plain_steps.hard_sigmoid,
    "Gelu": plain_steps.gelu,
    "Clip": plain_steps.clip,
    "Softmax": plain_steps.softmax,
    "LogSoftmax": plain_steps.log_softmax,
    "Identity": plain_steps.passes,
    "Dropout": plain_steps.passes,
    "Cast": plain_steps.passes,
    "Flatten": plain_steps.flatten,
    "Reshape": plain_steps.reshape_to,
    "Squeeze": plain_steps.squeeze,
    "Unsqueeze": plain_steps.unsqueeze,
    "Transpose": plain_steps.transposed,
    "Pad": plain_steps.pad,
    "Slice": plain_steps.cut,
    "Resize": plain_steps.resize,
    "Upsample": plain_steps.resize,
    "Gather": arithmetic.gather,
    "Concat": arithmetic.concat,
    "Sum": arithmetic.merging("add"),
    "Mean": arithmetic.merging("average"),
    "Max": arithmetic.largest,
    "Min": arithmetic.merging("minimum"),
    "Neg": arithmetic.negative,
    "Add": arithmetic.arithmetic("add"),
    "Mul": arithmetic.arithmetic("multiply"),
    "Sub": arithmetic.arithmetic("subtract"),
    "Div": arithmetic.arithmetic("divide"),
}
"""Name of an operation -> what reads it."""

Given = dict[str, Any]
"""Name of a tensor -> a `Value` of the net, or fixed numbers."""


def read_onnx(data: bytes, name: str, input_shape: Sequence[int] | None) -> Found:
    """Read the content of an ONNX file; raises InvalidModel."""
    file = parse(data)
    if not file.inputs:
        raise damaged("it takes no picture", file.producer)
    batch, *sides = shape_of(file.inputs[0]) or (1,)
    wanted = read_input(sides, input_shape)
    outputs = [output.name for output in file.graph.output]
    nodes = joined(file.graph.node, file.constants, outputs)
    uses = Counter(each for node in nodes for each in set(node.input))
    uses.update(outputs)

    def follow(given: Input) -> tuple[ForeignNet, Given]:
        net = ForeignNet(given.shape, is_first=given.is_first)
        tensors: Given = {**file.constants, file.inputs[0].name: given.begin(net)}
        for other in file.inputs[1:]:
            tensors[other.name] = net.lacks(other.name, "input", [], "It is a second input; nets are shown with one.")
        budget = len(data) + MAX_FOLDED_BYTES
        for node in nodes:
            budget -= _step(net, node, tensors, uses, (file.opset, batch or 1))
            if budget < 0:
                raise too_large("100 MB of fixed numbers", "more of them")
        return net, tensors

    net, tensors = with_closed_sides(wanted, follow)
    values = tuple(each for each in map(tensors.get, outputs) if isinstance(each, Value))
    if not values:
        raise damaged("no step of it gives its output", brief(outputs[0]))
    return Found(net, values, name or brief(file.graph.name), (name, file.graph.name), _classes(file), is_onnx=True)


def _step(net: ForeignNet, node: Any, tensors: Given, uses: Mapping[str, int], versions: tuple[int, int]) -> int:
    """Read a step; returns how many bytes of fixed numbers it has made."""
    output = node.output[0] if node.output else ""
    names = (output or brief(node.name), brief(node.op_type))
    inputs = tuple(tensors.get(each) if each else None for each in node.input)
    values = [each for each in inputs if isinstance(each, Value)]
    missing = next((each for each in node.input if each and each not in tensors), None)
    if missing is not None or output in tensors or not output:
        raise damaged("its steps are not in order, or go round in circles", missing or output)
    try:
        if node.domain not in ONNX_DOMAINS:
            raise NotShown(UNKNOWN)
        if any(value.shape is None for value in values):
            raise NotShown(BEHIND)
        fields = attributes(node)
        if not values or node.op_type == "Shape":
            shapes = [_as_shape(each, versions[1]) if isinstance(each, Value) else each for each in inputs]
            tensors[output] = fold(node.op_type, shapes, fields)
            return int(tensors[output].nbytes)
        read = OPERATIONS.get(node.op_type)
        if read is None:
            raise NotShown(UNKNOWN)
        tensors[output] = read(Reading(net, names, inputs, fields, versions[0], uses, versions[1]))
    except NotShown as error:
        tensors[output] = net.lacks(*names, values, str(error))
    for other in node.output[1:]:
        if other:
            tensors[other] = Value(names[0], None)
    return 0


def _as_shape(value: Value, batch: int) -> np.ndarray:
    """An array of the value's shape in the file that takes no memory."""
    return np.broadcast_to(np.False_, (batch, *value.in_file))


def _classes(file: OnnxFile) -> tuple[str, ...]:
    """Names of classes that the file's metadata say: a list, or numbers with names, as JSON or as Python writes it."""
    text = next((file.metadata[key] for key in _CLASS_KEYS if key in file.metadata), "")[:MAX_CLASS_TEXT].strip()
    try:
        found = json.loads(text) if text else ()
    except (ValueError, RecursionError):
        found = _as_python(text) or re.split(r"[,;\n]", text)
    if isinstance(found, dict):
        found = [found[key] for key in sorted(found, key=lambda key: (len(str(key)), str(key)))]
    if not isinstance(found, list) or len(found) > MAX_CLASSES:
        return ()
    names = tuple(brief(str(each).strip(), 60) for each in found)
    return names if all(names) and len(set(names)) == len(names) else ()


def _as_python(text: str) -> dict[str, str]:
    """{0: 'cat', 1: "dog"}."""
    pairs = re.findall(r"(\d{1,6})\s*:\s*(?:'([^']*)'|\"([^\"]*)\")", text) if text.startswith("{") else []
    return {number: one or other for number, one, other in pairs}
