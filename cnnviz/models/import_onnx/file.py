"""Content of an ONNX file -> its graph and its numbers, looked at before anything is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
import onnx

from cnnviz.errors import InvalidModel
from cnnviz.models.foreign.limits import MAX_STEPS, MAX_TEXT, NotShown, brief, damaged, num_values, too_large

ONNX_DOMAINS = ("", "ai.onnx")
TYPES: dict[int, Any] = {
    onnx.TensorProto.FLOAT: np.dtype("<f4"),
    onnx.TensorProto.DOUBLE: np.dtype("<f8"),
    onnx.TensorProto.FLOAT16: np.dtype("<f2"),
    onnx.TensorProto.INT32: np.dtype("<i4"),
    onnx.TensorProto.INT64: np.dtype("<i8"),
    onnx.TensorProto.UINT8: np.dtype("<u1"),
    onnx.TensorProto.INT8: np.dtype("<i1"),
    onnx.TensorProto.BOOL: np.dtype("?"),
}
_FIELDS = {
    onnx.TensorProto.FLOAT: "float_data",
    onnx.TensorProto.DOUBLE: "double_data",
    onnx.TensorProto.INT64: "int64_data",
}


@dataclass(frozen=True)
class OnnxFile:
    """A parsed file.

    Attributes
    ----------
    graph : GraphProto
    constants : dict
        Name -> values of what the file brings along.
    inputs : tuple
        ValueInfo of those inputs that are no constants.
    metadata : mapping
    producer : str
    opset : int
        The version of ONNX's own operations.
    """

    graph: Any
    constants: dict[str, np.ndarray]
    inputs: tuple[Any, ...]
    metadata: Mapping[str, str]
    producer: str
    opset: int


def parse(data: bytes) -> OnnxFile:
    """Parse a file.

    Raises
    ------
    InvalidModel
        It is no ONNX file, its numbers lie in other files, or it is too large.
    """
    try:
        model = onnx.ModelProto.FromString(data)
    except Exception as error:  # of protobuf, which is onnx's matter
        raise _no_onnx(data) from error
    graph = model.graph
    if not graph.node or not graph.output:
        raise _no_onnx(data)
    if len(graph.node) > MAX_STEPS or len(graph.initializer) > MAX_STEPS:
        raise too_large(f"{MAX_STEPS:,} steps", f"{len(graph.node):,} steps")
    if len(model.functions) or len(graph.sparse_initializer):
        raise damaged("functions and sparse weights in it are not read", "functions or sparse weights")
    names = [name for node in graph.node for name in (node.name, *node.input, *node.output)]
    if max(map(len, names), default=0) > 5 * MAX_TEXT:
        raise damaged("a name in it is far too long", max(names, key=len))
    constants: dict[str, np.ndarray] = {}
    for tensor in graph.initializer:
        constants[tensor.name] = array(tensor)
    inputs = tuple(each for each in graph.input if each.name not in constants)
    metadata = {each.key: each.value for each in model.metadata_props}
    opset = max((each.version for each in model.opset_import if each.domain in ONNX_DOMAINS), default=1)
    return OnnxFile(graph, constants, inputs, metadata, brief(model.producer_name), opset)


def array(tensor: Any) -> np.ndarray:
    """Read the numbers of a tensor; raises InvalidModel where they are elsewhere, or too few or many for its shape."""
    shape = tuple(tensor.dims)
    if tensor.external_data or tensor.data_location == onnx.TensorProto.EXTERNAL:
        raise InvalidModel(
            "The numbers of this ONNX file lie in another file, which is not opened: expected one file. Save it with "
            f"everything inside (in PyTorch: external_data=False). Received: {brief(tensor.name)!r} elsewhere."
        )
    size = num_values(shape, tensor.name)
    kind = TYPES.get(tensor.data_type)
    if kind is None:
        return np.zeros(0, np.float32) if size == 0 else _unknown(tensor)
    if tensor.raw_data:
        values = np.frombuffer(tensor.raw_data, kind) if len(tensor.raw_data) == size * kind.itemsize else None
    else:
        field = getattr(tensor, _FIELDS.get(tensor.data_type, "int32_data"))
        values = np.array(field, dtype=np.uint16).view(np.float16) if kind.str == "<f2" else np.array(field, dtype=kind)
        values = values if values.size == size else None
    if values is None:
        raise damaged(f"{brief(tensor.name)!r} has not as many numbers as its shape says", shape)
    return values.reshape(shape)


def attributes(node: Any) -> dict[str, Any]:
    """Read the attributes of a node; raises NotShown for graphs in it, and for other things that are no numbers."""
    found: dict[str, Any] = {}
    for each in node.attribute:
        kind = each.type
        if kind == onnx.AttributeProto.FLOAT:
            found[each.name] = float(each.f)
        elif kind == onnx.AttributeProto.INT:
            found[each.name] = int(each.i)
        elif kind == onnx.AttributeProto.STRING:
            found[each.name] = each.s[:MAX_TEXT].decode(errors="replace")
        elif kind == onnx.AttributeProto.TENSOR:
            found[each.name] = array(each.t)
        elif kind == onnx.AttributeProto.FLOATS:
            found[each.name] = tuple(each.floats)
        elif kind == onnx.AttributeProto.INTS:
            found[each.name] = tuple(each.ints)
        elif kind in (onnx.AttributeProto.GRAPH, onnx.AttributeProto.GRAPHS):
            raise NotShown("It chooses or repeats nets of its own while it computes, which is not shown.")
        else:
            raise NotShown(f"Its attribute {brief(each.name)} holds no numbers.")
    return found


def shape_of(value: Any) -> tuple[int | None, ...]:
    """The shape of an input of the graph, its batch first; None for sides that are open."""
    tensor = value.type.tensor_type
    if not tensor.HasField("shape") or len(tensor.shape.dim) > 6:
        raise damaged("it does not say which pictures it takes", brief(value.name))
    sides = [each.dim_value if each.HasField("dim_value") and each.dim_value > 0 else None for each in tensor.shape.dim]
    if any(side is not None and side > 2**24 for side in sides) or prod(side or 1 for side in sides) > 2**31:
        raise too_large(
            "16 million numbers as its input", f"{len(sides)} sides, the longest {max(map(int, filter(None, sides))):,}"
        )
    return tuple(sides)


def _unknown(tensor: Any) -> np.ndarray:
    return np.full((), np.nan, np.float32) if tensor.name else np.zeros(0, np.float32)


def _no_onnx(data: bytes) -> InvalidModel:
    return InvalidModel(
        "This is no net: expected a .keras file, a whole-model .h5 file or an ONNX file. Save the net with "
        "model.save('model.keras') in Keras, or torch.onnx.export in PyTorch. "
        f"Received: {len(data):,} bytes that begin with {data[:4]!r}."
    )
