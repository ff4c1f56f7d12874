"""Arithmetic that a net of Keras does without a layer: `keras.ops` in Keras 3, operations of TensorFlow in Keras 2."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from cnnviz.architecture.spec.arithmetic import Clip, Scaling
from cnnviz.architecture.spec.layers import GlobalAvgPool, GlobalMaxPool
from cnnviz.models.foreign.layouts import reorder_channels
from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.merging import merge
from cnnviz.models.foreign.steps import Value
from cnnviz.models.foreign.windows import spec
from cnnviz.models.import_keras.plain_layers import activate, identity, reshape_to
from cnnviz.models.import_keras.reading import Reading
from cnnviz.models.import_keras.settings import FUNCTIONS, Settings, as_numbers

Read = Callable[[Reading], Value]


def operation_of(class_name: str, module: str, fields: Any) -> Read | None:
    """Return the function that reads an operation; None for one that is not known."""
    if class_name in ("TFOpLambda", "TensorFlowOpLayer"):
        word = str(fields.get("function", "")).rpartition(".")[2].strip("_").lower()
        return _OPERATIONS.get(word)
    if not module or module.startswith("keras.src.ops."):  # .h5 files name no modules
        return _OPERATIONS.get(class_name.lower())
    return None


def _arithmetic(kind: str) -> Read:
    def read_arithmetic(read: Reading) -> Value:
        constants = _constants(read)
        if len(read.values) == 2 and not constants and kind != "divide":
            return merge(read.net, read.names, read.values, kind)
        numbers = as_numbers(constants[0], 4096) if len(constants) == 1 else None
        if len(read.values) != 1 or numbers is None:
            raise NotShown("It computes with other things than values of the net and fixed numbers.")
        factors = numbers[0] if len(numbers) == 1 else numbers
        layer = _SCALINGS[kind](factors, read.is_constant_first)
        return read.net.add(*read.names, [read.value], layer)

    return read_arithmetic


def _of_each(factors: Any, function: Callable[[float], float]) -> Any:
    try:
        return tuple(map(function, factors)) if isinstance(factors, tuple) else function(factors)
    except ZeroDivisionError:
        raise NotShown("It divides by zero.") from None


def _divided(factors: Any, is_first: bool) -> Any:
    if is_first:
        raise NotShown("It divides a number by values of the net.")
    return spec(Scaling, scale=_of_each(factors, lambda each: 1 / each))


def _subtracted(factors: Any, is_first: bool) -> Any:
    if is_first:
        return spec(Scaling, scale=-1.0, offset=factors)
    return spec(Scaling, offset=_of_each(factors, lambda each: -each))


_SCALINGS: dict[str, Callable[[Any, bool], Any]] = {
    "add": lambda factors, _: spec(Scaling, offset=factors),
    "multiply": lambda factors, _: spec(Scaling, scale=factors),
    "subtract": _subtracted,
    "divide": _divided,
}


def _negative(read: Reading) -> Value:
    return read.net.add(*read.names, [read.value], spec(Scaling, scale=-1.0))


def _cast(read: Reading) -> Value:
    kind = str(_option(read, "dtype", default=next(iter(_constants(read)), "")))
    if "float" not in kind:
        raise NotShown("It makes whole numbers of the values.")
    return identity(read)


def _function(name: Any) -> Read:
    def read_function(read: Reading) -> Value:
        function = name
        for field in ("approximate",):
            if name == "gelu" and _option(read, field, default=True):
                function = "gelu_tanh"
        slope = _option(read, "negative_slope", default=None) if name == "leaky_relu" else None
        return activate(read, function, **({} if slope is None else {"slope": slope}))

    return read_function


def _clip(read: Reading) -> Value:
    limits = [_option(read, name, default=None) for name in ("x_min", "x_max")]
    limits = limits if None not in limits else _constants(read)
    if len(limits) != 2:
        raise NotShown("Its limits are not fixed numbers.")
    return read.net.add(*read.names, [read.value], spec(Clip, low=limits[0], high=limits[1]))


def _pool(make: Any) -> Read:
    def read_pool(read: Reading) -> Value:
        axes = _option(read, "axis", default=None)
        wanted = [2, 3] if read.value.is_first else [1, 2]
        if not isinstance(axes, list | tuple) or sorted(axis % 4 for axis in axes if isinstance(axis, int)) != wanted:
            raise NotShown("It does not go over height and width.")
        layer = spec(make, keep_sides=bool(_option(read, "keepdims", default=False)))
        return read.net.add(*read.names, [read.value], layer)

    return read_pool


def _reshape(read: Reading) -> Value:
    shape = _option(read, "newshape", default=None) or next(iter(_constants(read)), None)
    if not isinstance(shape, list) or len(shape) < 2 or shape[0] not in (-1, None):
        raise NotShown("Its shape is none.")
    return reshape_to(replace(read, settings=Settings({"target_shape": shape[1:]})))


def _flip(read: Reading) -> Value:
    channels, axis = read.value.maps[2], _option(read, "axis", default=None)
    if not read.is_channel_axis(axis) and axis != 3:
        raise NotShown("It turns maps round.")
    return reorder_channels(read.net, read.names, read.value, np.arange(channels)[::-1])


def _constants(read: Reading) -> list[Any]:
    """Fixed arguments, whether Keras gave them by place or by name."""
    return [each[1] if isinstance(each, tuple) else each for each in read.constants]


def _merging(kind: str) -> Read:
    return lambda read: merge(read.net, read.names, read.values, kind) if len(read.values) > 1 else _no_paths()


def _no_paths() -> Value:
    raise NotShown("It compares values of the net with fixed numbers.")


def _option(read: Reading, name: str, *, default: Any) -> Any:
    for each in read.constants:
        if isinstance(each, tuple) and each[0] == name:
            return each[1]
    return read.settings.get(name, default)


_OPERATIONS: dict[str, Read] = {
    **{name: _function(function) for name, function in FUNCTIONS.items()},
    **{name.replace("_", ""): _function(function) for name, function in FUNCTIONS.items()},
    **{name: _arithmetic("add") for name in ("add", "radd", "addv2")},
    **{name: _arithmetic("multiply") for name in ("multiply", "mul", "rmul")},
    **{name: _arithmetic("subtract") for name in ("subtract", "sub")},
    **{name: _arithmetic("divide") for name in ("divide", "truediv", "truedivide", "realdiv")},
    **dict.fromkeys(("negative", "neg"), _negative),
    "cast": _cast,
    "maximum": _merging("maximum"),
    "minimum": _merging("minimum"),
    "clip": _clip,
    "flip": _flip,
    "mean": _pool(GlobalAvgPool),
    "reduce_mean": _pool(GlobalAvgPool),
    "max": _pool(GlobalMaxPool),
    "reduce_max": _pool(GlobalMaxPool),
    "reshape": _reshape,
}
"""Name of an operation, in small letters -> what reads it."""
