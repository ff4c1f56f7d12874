"""Random nets for tests: possible, small, of every kind, with blocks in blocks."""

import random
from math import prod
from typing import Any, get_args

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.rules import RULES
from cnnviz.architecture.spec import MERGES, Activation, Architecture
from cnnviz.errors import InvalidArchitecture

ACTIVATIONS = list(get_args(Activation))
KINDS = [kind for kind in RULES if kind != "reshape"]  # which must know its input
BLOCKS = ["residual", "branches", "repeat"]
CONVOLUTIONS = ["conv", "depthwise_conv", "separable_conv"]
ENDS_MAPS = ["flatten", "global_avg_pool", "global_max_pool"]


def random_net(seed: int) -> Architecture:
    """Add random layers as long as they fit: the refusals are tested elsewhere, here only what is possible."""
    rng = random.Random(seed)
    height = rng.randint(3, 40)
    # two channels or more: Keras warns about a softmax over one value
    channels = rng.randint(2, 4)
    net = {
        "input_shape": (height, height + rng.randint(1, 20), channels),
        "layers": [{"kind": "dropout"}],
        "scaling": _scaling(rng, channels),
    }
    for _ in range(rng.randint(3, 9)):
        shape = analyze(Architecture.from_fields(net)).layers[-1].output_shape
        candidate = net | {"layers": [*net["layers"], _next_layer(rng, shape)]}
        try:
            analysis = analyze(Architecture.from_fields(candidate))
        except InvalidArchitecture:
            continue
        if analysis.totals.params < 200_000 and analysis.totals.memory_bytes < 4_000_000:
            net = candidate
    return Architecture.from_fields(net)


def _next_layer(rng: random.Random, shape: tuple[int, ...]) -> dict[str, Any]:
    if rng.random() < 0.05:
        height, width, channels = shape if len(shape) == 3 else (1, 1, shape[0])
        shapes = [(prod(shape),), (width, height, channels), (1, 1, prod(shape)), (height * channels, width, 1)]
        return {"kind": "reshape", "shape": rng.choice(shapes)}
    if len(shape) == 1 and rng.random() < 0.3:
        return {"kind": "dense", **_dense(rng, False)}
    return random_layer(rng)


def random_layer(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    if depth < 3 and rng.random() < 0.3:
        return _block(rng, depth)
    kind = rng.choice([*KINDS, *CONVOLUTIONS, "conv", "max_pool", "avg_pool"])
    if depth and kind in ENDS_MAPS and rng.random() < 0.8:
        kind = "conv"
    fields = _FIELDS[kind](rng, depth > 0) if kind in _FIELDS else {}
    return {"kind": kind, **fields}


def _block(rng: random.Random, depth: int) -> dict[str, Any]:
    kind = rng.choice(BLOCKS)

    def inside(least: int = 1) -> list[dict[str, Any]]:
        return [random_layer(rng, depth + 1) for _ in range(rng.randint(least, 3))]

    if kind == "residual":
        shortcut = rng.choice(["identity", "projection", "projection"])
        return {"kind": kind, "layers": inside(), "shortcut": shortcut, "activation": rng.choice(ACTIVATIONS)}
    if kind == "branches":
        branches = [inside(0) for _ in range(rng.randint(2, 3))]
        if rng.random() < 0.5:  # something that changes no shape, or squeeze and excite, beside an empty path
            one = {"kind": "global_avg_pool", "keep_sides": True}
            branches = [[rng.choice([one, {"kind": "prelu"}, {"kind": "activation"}])], []]
        return {"kind": kind, "branches": branches, "merge": rng.choice(["concat", *MERGES])}
    return {"kind": kind, "layers": inside(), "times": rng.randint(1, 3)}


def _convolution(rng: random.Random, inside: bool) -> dict[str, Any]:
    stride, dilation = rng.choice([(1, 1), (1, 1), (2, 1), (3, 1), (1, 2), (1, 3)])
    padding = rng.choice(["same", "same", "same", "valid"]) if inside else rng.choice(["valid", "same"])
    return {
        "kernel": rng.randint(1, 5),
        "stride": 1 if inside and rng.random() < 0.6 else stride,
        "dilation": dilation,
        "padding": padding,
        "activation": rng.choice(ACTIVATIONS),
        "bias": rng.random() < 0.8,
        **rng.choice([{}, {}, {"l1": 0.01}, {"l2": 0.125}]),
    }


def _with_filters(rng: random.Random, inside: bool) -> dict[str, Any]:
    return {"filters": rng.randint(2, 6), **_convolution(rng, inside)}


def _transposed(rng: random.Random, inside: bool) -> dict[str, Any]:
    fields = _with_filters(rng, inside)
    del fields["dilation"]
    return fields


def _pool(rng: random.Random, inside: bool) -> dict[str, Any]:
    padding = "same" if inside else rng.choice(["valid", "same"])
    return {"size": rng.randint(1, 4), "stride": rng.choice([None, 1, 2, 3]), "padding": padding}


def _dense(rng: random.Random, inside: bool) -> dict[str, Any]:
    return {"units": rng.randint(2, 9), "activation": rng.choice(ACTIVATIONS), "bias": rng.random() < 0.8}


def _activation(rng: random.Random, inside: bool) -> dict[str, Any]:
    function = rng.choice([*ACTIVATIONS, "gelu_tanh", "leaky_relu", "elu"])
    return {"function": function, "slope": rng.choice([None, 0.1, 0.25]) if function in ("leaky_relu", "elu") else None}


def _dropout(rng: random.Random, inside: bool) -> dict[str, Any]:
    return {"rate": rng.choice([0.0, 0.5])}


def _normalisation(rng: random.Random, inside: bool) -> dict[str, Any]:
    return {"epsilon": rng.choice([1e-3, 1e-5, 0.01])}


def _global_pool(rng: random.Random, inside: bool) -> dict[str, Any]:
    return {"keep_sides": rng.random() < 0.3}


def _border(rng: random.Random, inside: bool) -> dict[str, Any]:
    return {side: rng.randint(0, 3) for side in ("top", "bottom", "left", "right")}


def _up_sampling(rng: random.Random, inside: bool) -> dict[str, Any]:
    return {"size": rng.randint(2, 3), "interpolation": rng.choice(["nearest", "bilinear"])}


def _factors(rng: random.Random, count: int) -> float | list[float]:
    return rng.choice([round(rng.uniform(-2, 2), 3), [round(rng.uniform(-2, 2), 3) for _ in range(count)]])


def _of_channels(rng: random.Random, inside: bool) -> dict[str, Any]:
    channels = rng.randint(2, 4)
    return {"scale": _factors(rng, channels), "offset": _factors(rng, channels)}


def _prelu(rng: random.Random, inside: bool) -> dict[str, Any]:
    return {"shared": rng.choice(["maps", "values"])}


def _clip(rng: random.Random, inside: bool) -> dict[str, Any]:
    return rng.choice([{}, {"low": -0.25, "high": 0.5}])


def _scaling(rng: random.Random, channels: int) -> dict[str, Any]:
    mean = [round(rng.uniform(-1, 0), 3) for _ in range(channels)]
    order = "bgr" if channels == 3 and rng.random() < 0.3 else "rgb"
    usual = {"order": order}
    return rng.choice([usual, usual, {"scale": 2 / 255, "shift": -1, "order": order}, {"scale": 0.02, "shift": mean}])


_FIELDS = {
    "conv": _with_filters,
    "depthwise_conv": lambda rng, inside: {"multiplier": rng.randint(1, 3), **_convolution(rng, inside)},
    "separable_conv": _with_filters,
    "transposed_conv": _transposed,
    "max_pool": _pool,
    "avg_pool": _pool,
    "dense": _dense,
    "activation": _activation,
    "dropout": _dropout,
    "spatial_dropout": _dropout,
    "batch_norm": _normalisation,
    "layer_norm": _normalisation,
    "global_avg_pool": _global_pool,
    "global_max_pool": _global_pool,
    "zero_padding": _border,
    "cropping": _border,
    "up_sampling": _up_sampling,
    "scaling": _of_channels,
    "prelu": _prelu,
    "clip": _clip,
}
