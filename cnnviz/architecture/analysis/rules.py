"""What one layer does to what flows through the net: one small function per kind, one table.

A new kind of layer is a class in `kinds`, a member of `spec.Layer` and an entry in `RULES`; blocks
(`residual`, `branches`, `repeat`) and the backbones are taken apart by `graph`.
"""

from dataclasses import replace
from math import prod

from cnnviz.architecture.analysis.checks import need_maps, need_vector
from cnnviz.architecture.analysis.rules_convolution import conv, depthwise_conv, pool, separable_conv, transposed_conv
from cnnviz.architecture.analysis.tensors import Effect, Rule, Signal
from cnnviz.architecture.spec.base import LayerSpec
from cnnviz.architecture.spec.layers import BatchNorm, Dense, GlobalAvgPool, GlobalMaxPool, LayerNorm


def _keep(layer: LayerSpec, name: str, signal: Signal) -> Effect:  # noqa: ARG001 (every rule takes the same three)
    return Effect(signal)


def _keep_maps(layer: LayerSpec, name: str, signal: Signal) -> Effect:
    need_maps(layer, name, signal)
    return Effect(signal)


def _batch_norm(layer: BatchNorm, name: str, signal: Signal) -> Effect:  # noqa: ARG001
    channels = signal.shape[-1]
    # scale and shift are learned; the moving mean and variance are kept, but not by gradient descent
    return Effect(
        signal,
        params=4 * channels,
        trainable_params=2 * channels,
        params_formula=f"4 x {channels:,} = {4 * channels:,}",
    )


def _layer_norm(layer: LayerNorm, name: str, signal: Signal) -> Effect:  # noqa: ARG001
    channels = signal.shape[-1]
    return Effect(
        signal,
        params=2 * channels,
        trainable_params=2 * channels,
        params_formula=f"2 x {channels:,} = {2 * channels:,}",
    )


def _flatten(layer: LayerSpec, name: str, signal: Signal) -> Effect:  # noqa: ARG001
    size = prod(signal.shape)
    factors = " x ".join(f"{side:,}" for side in signal.shape)
    formula = f"{factors} = {size:,}" if len(signal.shape) > 1 else ""
    return Effect(replace(signal, shape=(size,)), shape_formula=formula)


def _global_pool(layer: GlobalAvgPool | GlobalMaxPool, name: str, signal: Signal) -> Effect:
    need_maps(layer, name, signal)
    channels = signal.shape[-1]
    what = "mean" if layer.kind == "global_avg_pool" else "maximum"
    return Effect(
        replace(signal, shape=(channels,), extent=signal.reach - 1),
        shape_formula=f"one {what} for each of {channels:,} maps = {channels:,}",
    )


def _dense(layer: Dense, name: str, signal: Signal) -> Effect:
    need_vector(layer, name, signal)
    inputs = signal.shape[0]
    params = inputs * layer.units + layer.units
    return Effect(
        replace(signal, shape=(layer.units,), extent=signal.reach - 1),
        params=params,
        trainable_params=params,
        params_formula=f"{inputs:,} x {layer.units:,} + {layer.units:,} = {params:,}",
        shape_formula=f"{layer.units:,} unit{'s' if layer.units > 1 else ''}, a value each",
        macs=inputs * layer.units,
        macs_formula=f"{inputs:,} x {layer.units:,} = {inputs * layer.units:,}",
    )


RULES: dict[str, Rule] = {
    "conv": conv,
    "depthwise_conv": depthwise_conv,
    "separable_conv": separable_conv,
    "transposed_conv": transposed_conv,
    "max_pool": pool,
    "avg_pool": pool,
    "batch_norm": _batch_norm,
    "layer_norm": _layer_norm,
    "activation": _keep,
    "dropout": _keep,
    "spatial_dropout": _keep_maps,
    "flatten": _flatten,
    "global_avg_pool": _global_pool,
    "global_max_pool": _global_pool,
    "dense": _dense,
}
