"""Random nets for tests: possible, small, of every kind, with blocks in blocks."""

import random
from typing import Any

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.analysis.rules import RULES
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidArchitecture

ACTIVATIONS = ["linear", "relu", "leaky_relu", "elu", "gelu", "sigmoid", "tanh", "softmax"]
BLOCKS = ["residual", "branches", "repeat"]
CONVOLUTIONS = ["conv", "depthwise_conv", "separable_conv"]
ENDS_MAPS = ["flatten", "global_avg_pool", "global_max_pool"]


def random_net(seed: int) -> Architecture:
    """Add random layers as long as they fit: the refusals are tested elsewhere, here only what is possible."""
    rng = random.Random(seed)
    height = rng.randint(3, 40)
    # two channels or more: Keras warns about a softmax over one value
    net = {"input_shape": (height, height + rng.randint(1, 20), rng.randint(2, 4)), "layers": [{"kind": "dropout"}]}
    for _ in range(rng.randint(3, 9)):
        candidate = net | {"layers": [*net["layers"], random_layer(rng)]}
        try:
            analysis = analyze(Architecture.from_fields(candidate))
        except InvalidArchitecture:
            continue
        if analysis.totals.params < 200_000 and analysis.totals.memory_bytes < 4_000_000:
            net = candidate
    return Architecture.from_fields(net)


def random_layer(rng: random.Random, depth: int = 0) -> dict[str, Any]:
    if depth < 3 and rng.random() < 0.3:
        return _block(rng, depth)
    kind = rng.choice([*RULES, *CONVOLUTIONS, "conv", "max_pool", "avg_pool"])
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
        return {"kind": kind, "branches": [inside(0) for _ in range(rng.randint(2, 3))]}
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
    return {"units": rng.randint(2, 9), "activation": rng.choice(ACTIVATIONS)}


def _activation(rng: random.Random, inside: bool) -> dict[str, Any]:
    return {"function": rng.choice(ACTIVATIONS)}


def _dropout(rng: random.Random, inside: bool) -> dict[str, Any]:
    return {"rate": rng.choice([0.0, 0.5])}


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
}
