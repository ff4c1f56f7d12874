"""Attribution by the slope of a class's score: to the values of a layer, and to the places of its maps."""

import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.inspection.attribution.occlusion import baseline_pixels
from cnnviz.inspection.attribution.scored_net import ScoredNet

Result = tuple[np.ndarray, dict[str, float]]
"""Values of the layer's shape, and numbers that belong to the method."""


def saliency(net: ScoredNet, pixels: np.ndarray, class_index: int) -> Result:
    """Slope of the score; pixels (1, H, W, C), 0 to 1."""
    _, slopes = net.slopes(pixels, class_index)
    return slopes[0], {}


def gradient_x_input(net: ScoredNet, pixels: np.ndarray, class_index: int) -> Result:
    """Slope of the score times the value."""
    values, slopes = net.slopes(pixels, class_index)
    return (values * slopes)[0], {}


def smoothgrad(
    net: ScoredNet, pixels: np.ndarray, class_index: int, *, samples: int, noise: float, seed: int
) -> Result:
    """Mean slope over noisy copies, noise of a Gauss distribution; pixels beyond black and white are let be."""
    drawn = np.random.default_rng(seed).normal(0, noise, (samples, *pixels.shape[1:])).astype(np.float32)
    _, slopes = net.slopes(pixels + drawn, class_index)
    return slopes.mean(axis=0), {}


def integrated_gradients(net: ScoredNet, pixels: np.ndarray, class_index: int, *, steps: int, baseline: str) -> Result:
    """Slope, summed along the straight way from a baseline to the image (midpoint rule).

    At a layer the values go a way of their own, as the pixels do; what passes the layer by is not in the sum.
    """
    start = baseline_pixels(pixels, baseline)
    edges = np.linspace(0, 1, steps + 1, dtype=np.float32)[:, None, None, None]
    way = start + edges * (pixels - start)  # (steps + 1, H, W, C)
    _, slopes = net.slopes((way[1:] + way[:-1]) / 2, class_index)
    moved = np.diff(net.values(way), axis=0)
    values = (slopes * moved).sum(axis=0)
    before, after = net.scores(np.concatenate([start, pixels]))[:, class_index]
    return values, {"sum": float(values.sum()), "change_of_score": float(after - before)}


def grad_cam(net: ScoredNet, pixels: np.ndarray, class_index: int) -> Result:
    """Sum of the maps (H, W), each weighted by its mean slope; before the paper's max(0, .)."""
    maps, slopes = _maps_and_slopes(net, pixels, class_index)
    return (maps * slopes.mean(axis=(0, 1))).sum(axis=-1), {}


def grad_cam_plus_plus(net: ScoredNet, pixels: np.ndarray, class_index: int) -> Result:
    """Sum of the maps (H, W), each weighted by its positive slopes.

    The paper's Y is exp(S): its derivatives are those of S to the power of 1, 2 and 3, times the same factor, which is
    left out here because it scales all maps alike.
    """
    maps, slopes = _maps_and_slopes(net, pixels, class_index)
    below = 2 * slopes**2 + slopes**3 * maps.sum(axis=(0, 1))
    shares = np.divide(slopes**2, below, out=np.zeros_like(slopes), where=below != 0)
    weights = (shares * np.maximum(slopes, 0)).sum(axis=(0, 1))
    return (maps * weights).sum(axis=-1), {}


def _maps_and_slopes(net: ScoredNet, pixels: np.ndarray, class_index: int) -> tuple[np.ndarray, np.ndarray]:
    maps, slopes = net.slopes(pixels, class_index)
    if maps.ndim != 4:
        raise InvalidInput(
            "Grad-CAM weights maps: expected a layer that gives maps, such as a convolution. "
            f"Received: {net.layer!r}, which gives {maps[0].size:,} numbers without places."
        )
    return maps[0], slopes[0]
