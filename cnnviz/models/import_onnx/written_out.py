"""Functions that an exporter has written out in many steps (GELU, softplus), told by the values that they give."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from math import pi, sqrt
from typing import Any

import numpy as np
from onnx import NodeProto, helper
from scipy.special import erf

from cnnviz.models.import_onnx.file import array

Array = np.ndarray
MAX_STEPS = 12  # that one function is written out in
STARTS = {"Erf", "Pow", "Tanh", "Softplus", "Exp", "Log", "Where"}
"""Operations without which no function of the table is written out."""
POINTS = np.r_[np.linspace(-8, 8, 161), -30.0, 30.0]

OPERATIONS: dict[str, Callable[..., Array]] = {
    "Add": np.add,
    "Sub": np.subtract,
    "Mul": np.multiply,
    "Div": np.divide,
    "Pow": np.power,
    "Neg": np.negative,
    "Sqrt": np.sqrt,
    "Erf": erf,
    "Tanh": np.tanh,
    "Exp": np.exp,
    "Log": np.log,
    "Softplus": lambda x: np.logaddexp(x, 0),
    "Greater": np.greater,
    "Where": np.where,
    "Cast": np.asarray,
    "Identity": np.asarray,
}
"""Of one value at a time."""

FUNCTIONS: dict[tuple[str, str], Callable[[Array], Array]] = {
    ("Gelu", "none"): lambda x: x * (1 + erf(x / sqrt(2))) / 2,
    ("Gelu", "tanh"): lambda x: x * (1 + np.tanh(sqrt(2 / pi) * (x + 0.044715 * x**3))) / 2,
    ("Softplus", ""): lambda x: np.logaddexp(x, 0),
    ("Mish", ""): lambda x: x * np.tanh(np.logaddexp(x, 0)),
}
"""Operation of ONNX, with its `approximate` -> its values."""
_VALUES = {name: function(POINTS) for name, function in FUNCTIONS.items()}
_DIFFERENCE = 1e-5


def joined(nodes: Iterable[NodeProto], constants: Mapping[str, Array], kept: Iterable[str]) -> list[NodeProto]:
    """Return the same steps, where those that are one function together are one step.

    Parameters
    ----------
    nodes : iterable of NodeProto
        In the order in which they are computed.
    constants : mapping
        Name -> values of what the file brings along.
    kept : iterable of str
        Names of tensors that have to stay.

    Returns
    -------
    list of NodeProto
        The step in place of others gives what the last of them gave.
    """
    found = list(nodes)
    uses = Counter(each for node in found for each in node.input)
    uses.update(kept)
    makers: dict[str, tuple[int, NodeProto]] = {}
    fixed = {name: values for name, values in constants.items() if values.size == 1}
    dropped: set[str] = set()
    for place, node in enumerate(found):
        if len(node.output) != 1:
            continue
        _note_fixed(node, fixed)
        makers[node.output[0]] = place, node
        written_out = _written_out(node, makers, fixed, uses)
        if written_out is not None:
            one, inside = written_out
            found[place] = one
            makers[node.output[0]] = place, one
            dropped |= inside
    return [node for node in found if not (set(node.output) & dropped)]


def _note_fixed(node: NodeProto, fixed: dict[str, Array]) -> None:
    """Remember single numbers that a step gives."""
    if node.op_type == "Constant":
        values = [each for each in node.attribute if each.name in ("value", "value_float")]
        for each in values:
            number = np.asarray(each.f) if each.name == "value_float" else _number(each.t)
            if number is not None:
                fixed[node.output[0]] = number
    elif node.op_type in OPERATIONS and node.input and all(each in fixed for each in node.input):
        with suppress(ValueError, TypeError), np.errstate(all="ignore"):
            fixed[node.output[0]] = np.asarray(_computed(node, fixed))


def _number(tensor: Any) -> Array | None:
    return array(tensor) if np.prod(tensor.dims, dtype=np.float64) == 1 else None


def _written_out(
    last: NodeProto, makers: Mapping[str, tuple[int, NodeProto]], fixed: Mapping[str, Array], uses: Mapping[str, int]
) -> tuple[NodeProto, set[str]] | None:
    """The one step that `last` and those before it are, and the names of what these give; None where they are none."""
    region: list[NodeProto] = []
    open_ends = {last.output[0]}
    while len(region) < MAX_STEPS:
        name = max(open_ends, key=lambda each: makers[each][0] if each in makers else -1)
        _, node = makers.get(name, (-1, None))
        if node is None or node.op_type not in OPERATIONS or (region and uses[name] > _uses_in(region, name)):
            return None
        region.append(node)
        open_ends = (open_ends - {name}) | {each for each in node.input if each not in fixed}
        if len(open_ends) == 1 and STARTS & {each.op_type for each in region}:
            (source,) = open_ends
            function = _function_of(region, source, fixed)
            if function is not None:
                return _step(function, source, last), {each.output[0] for each in region[1:]}
        if not open_ends:
            return None
    return None


def _uses_in(region: Iterable[NodeProto], name: str) -> int:
    return sum(list(node.input).count(name) for node in region)


def _function_of(region: list[NodeProto], source: str, fixed: Mapping[str, Array]) -> tuple[str, str] | None:
    values: dict[str, Array] = {**fixed, source: POINTS}
    try:
        with np.errstate(all="ignore"):
            for node in reversed(region):
                values[node.output[0]] = np.asarray(_computed(node, values))
            last = values[region[0].output[0]]
            return next((name for name, known in _VALUES.items() if np.abs(last - known).max() < _DIFFERENCE), None)
    except (KeyError, ValueError, TypeError):
        return None


def _computed(node: NodeProto, values: Mapping[str, Array]) -> Array:
    given = [values[each].reshape(-1) for each in node.input]
    return OPERATIONS[node.op_type](*(each.astype(np.float64) if each.dtype.kind in "fiu" else each for each in given))


def _step(function: tuple[str, str], source: str, last: NodeProto) -> NodeProto:
    operation, approximate = function
    attributes = {"approximate": approximate} if approximate else {}
    return helper.make_node(operation, [source], list(last.output), name=last.name, **attributes)
