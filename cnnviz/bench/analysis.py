"""Time of the static analysis that each move of a slider asks for: the costs of a net, and the difference to before."""

import statistics
import time
from typing import Any

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.editing.diff import delta
from cnnviz.architecture.editing.edit import with_settings
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import Architecture, BatchNorm, Conv, Dense, GlobalAvgPool

NUM_LAYERS = 50
ROUNDS = 200
GOAL_MS = 20.0


def measure() -> dict[str, Any]:
    """Time `analyze` and `delta` after a change of one layer.

    Returns
    -------
    dict
        "median_ms" and "p95_ms" of a chain of 50 layers, "resnet_ms" (median) of a net with skip connections,
        "goal_ms", "text".
    """
    chain, resnet = _chain(), get_preset("resnet-like").architecture
    times, others = _times(chain), _times(resnet)
    median, slow = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    skips = statistics.median(others)
    return {
        "median_ms": round(median, 2),
        "p95_ms": round(slow, 2),
        "resnet_ms": round(skips, 2),
        "goal_ms": GOAL_MS,
        "text": f"{NUM_LAYERS} layers analysed and compared in {median:.2f} ms, p95 {slow:.2f} ms, "
        f"a net with skips in {skips:.2f} ms (goal {GOAL_MS:g} ms)",
    }


def _chain() -> Architecture:
    """48 alternating convolutions and normalisations, and an output layer."""
    body = (Conv(filters=32, padding="same", activation="relu"), BatchNorm()) * (NUM_LAYERS // 2 - 1)
    return Architecture(input_shape=(64, 48, 3), layers=(*body, GlobalAvgPool(), Dense(units=10)))


def _times(net: Architecture) -> list[float]:
    """Milliseconds of each round; every round has another net, so that no cache is hit."""
    before = analyze(net)
    times = []
    for number in range(ROUNDS):
        moved = with_settings(net, (0,), filters=16, l2=number / ROUNDS)
        started = time.perf_counter()
        delta(before, analyze(moved))
        times.append(1000 * (time.perf_counter() - started))
    return times
