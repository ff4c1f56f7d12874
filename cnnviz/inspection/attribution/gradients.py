"""Attribution by the slope of a class's score: to the values of a layer, and to the places of its maps."""

import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.inspection.attribution.occlusion import baseline_pixels
from cnnviz.inspection.attribution.parts import Parts, at_once
from cnnviz.inspection.attribution.scored_net import ScoredNet

SAMPLES_IN_A_PART = 5
STEPS_IN_A_PART = 10


def saliency(net: ScoredNet, pixels: np.ndarray, class_index: int) -> Parts:
    """Slope of the score; pixels (1, H, W, C), 0 to 1."""
    _, slopes = net.slopes(pixels, class_index)
    return at_once(slopes[0])


def gradient_x_input(net: ScoredNet, pixels: np.ndarray, class_index: int) -> Parts:
    """Slope of the score times the value."""
    values, slopes = net.slopes(pixels, class_index)
    return at_once((values * slopes)[0])


def smoothgrad(net: ScoredNet, pixels: np.ndarray, class_index: int, *, samples: int, noise: float, seed: int) -> Parts:
    """Mean slope over noisy copies, noise of a Gauss distribution; pixels beyond black and white are let be."""
    counts = [min(SAMPLES_IN_A_PART, samples - first) for first in range(0, samples, SAMPLES_IN_A_PART)]

    def part(number: int) -> np.ndarray:
        generator = np.random.default_rng(seed)  # its numbers come in a row, so those of the parts before come first
        *_, drawn = (generator.normal(0, noise, (count, *pixels.shape[1:])) for count in counts[: number + 1])
        _, slopes = net.slopes(pixels + drawn.astype(np.float32), class_index)
        return slopes.sum(axis=0, dtype=np.float64)

    return Parts(len(counts), part, lambda total: (total / samples, {}))


def integrated_gradients(net: ScoredNet, pixels: np.ndarray, class_index: int, *, steps: int, baseline: str) -> Parts:
    """Slope, summed along the straight way from a baseline to the image (midpoint rule).

    At a layer the values go a way of their own, as the pixels do; what passes the layer by is not in the sum.
    """
    start = baseline_pixels(pixels, baseline)
    edges = np.linspace(0, 1, steps + 1, dtype=np.float32)[:, None, None, None]

    def part(number: int) -> np.ndarray:
        first = number * STEPS_IN_A_PART
        way = start + edges[first : first + STEPS_IN_A_PART + 1] * (pixels - start)  # (steps of the part + 1, H, W, C)
        _, slopes = net.slopes((way[1:] + way[:-1]) / 2, class_index)
        moved = np.diff(net.values(way), axis=0)
        return (slopes * moved).sum(axis=0, dtype=np.float64)

    def finish(total: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
        before, after = net.scores(np.concatenate([start, pixels]))[:, class_index]
        return total, {"sum": float(total.sum()), "change_of_score": float(after - before)}

    return Parts(-(-steps // STEPS_IN_A_PART), part, finish)


def grad_cam(net: ScoredNet, pixels: np.ndarray, class_index: int) -> Parts:
    """Sum of the maps (H, W), each weighted by its mean slope; before the paper's max(0, .)."""
    maps, slopes = _maps_and_slopes(net, pixels, class_index)
    return at_once((maps * slopes.mean(axis=(0, 1))).sum(axis=-1))


def grad_cam_plus_plus(net: ScoredNet, pixels: np.ndarray, class_index: int) -> Parts:
    """Sum of the maps (H, W), each weighted by its positive slopes.

    The paper's Y is exp(S): its derivatives are those of S to the power of 1, 2 and 3, times the same factor, which is
    left out here because it scales all maps alike.
    """
    maps, slopes = _maps_and_slopes(net, pixels, class_index)
    below = 2 * slopes**2 + slopes**3 * maps.sum(axis=(0, 1))
    shares = np.divide(slopes**2, below, out=np.zeros_like(slopes), where=below != 0)
    weights = (shares * np.maximum(slopes, 0)).sum(axis=(0, 1))
    return at_once((maps * weights).sum(axis=-1))


def _maps_and_slopes(net: ScoredNet, pixels: np.ndarray, class_index: int) -> tuple[np.ndarray, np.ndarray]:
    maps, slopes = net.slopes(pixels, class_index)
    if maps.ndim != 4:
        raise InvalidInput(
            "Grad-CAM weights maps: expected a layer that gives maps, such as a convolution. "
            f"Received: {net.layer!r}, which gives {maps[0].size:,} numbers without places."
        )
    return maps[0], slopes[0]
