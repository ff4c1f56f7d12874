"""Attribution by covering patches of the image, and what they are covered with."""

import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.inspection.attribution.scored_net import ScoredNet

_LEVELS = {"black": 0.0, "grey": 0.5, "white": 1.0}


def baseline_pixels(pixels: np.ndarray, baseline: str) -> np.ndarray:
    """Give an image of nothing (1, H, W, C), 0 to 1: one level, or the mean colour of `pixels` (1, H, W, C)."""
    if baseline == "mean":
        return np.broadcast_to(pixels.mean(axis=(1, 2), keepdims=True), pixels.shape).astype(np.float32)
    return np.full_like(pixels, _LEVELS[baseline], dtype=np.float32)


def occlusion(
    net: ScoredNet, pixels: np.ndarray, class_index: int, *, patch: int, stride: int, baseline: str
) -> tuple[np.ndarray, dict[str, float]]:
    """Fall of the score for each place of a patch.

    Returns
    -------
    ndarray (H, W), float32
        For each pixel the mean fall over the patches that cover it; 0 where none does.
    dict
        "rows" and "columns": places of the patch.
    """
    _, height, width, _ = pixels.shape
    limit = min(height, width)
    for what, number in (("The patch covers", patch), ("The step of the patch goes over", stride)):
        if number > limit:
            raise InvalidInput(f"{what} more than the image: expected at most {limit:,} pixels. Received: {number:,}.")
    tops, lefts = _places(height, patch, stride), _places(width, patch, stride)
    nothing = baseline_pixels(pixels, baseline)
    whole = net.scores(pixels)[0, class_index]
    total, count = np.zeros((2, height, width))
    for top in tops:  # a row of places at once: all together would not fit into memory
        covered = np.repeat(pixels, len(lefts), axis=0)
        for place, left in enumerate(lefts):
            window = np.s_[top : top + patch, left : left + patch]
            covered[place][window] = nothing[0][window]
        falls = whole - net.scores(covered)[:, class_index]
        for left, fall in zip(lefts, falls, strict=True):
            total[top : top + patch, left : left + patch] += fall
            count[top : top + patch, left : left + patch] += 1
    mean = np.divide(total, count, out=np.zeros_like(total), where=count > 0)
    return mean.astype(np.float32), {"rows": len(tops), "columns": len(lefts)}


def _places(length: int, patch: int, stride: int) -> list[int]:
    """Where the patch begins; the last place ends at the border, so that every pixel is covered at least once."""
    places = list(range(0, length - patch + 1, stride))
    return places if places[-1] + patch == length else [*places, length - patch]
