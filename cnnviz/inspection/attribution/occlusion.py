"""Attribution by covering patches of the image, and what they are covered with."""

import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.inspection.attribution.parts import Parts
from cnnviz.inspection.attribution.scored_net import ScoredNet

_LEVELS = {"black": 0.0, "grey": 0.5, "white": 1.0}


def baseline_pixels(pixels: np.ndarray, baseline: str) -> np.ndarray:
    """Give an image of nothing (1, H, W, C), 0 to 1: one level, or the mean colour of `pixels` (1, H, W, C)."""
    if baseline == "mean":
        return np.broadcast_to(pixels.mean(axis=(1, 2), keepdims=True), pixels.shape).astype(np.float32)
    return np.full_like(pixels, _LEVELS[baseline], dtype=np.float32)


def occlusion(net: ScoredNet, pixels: np.ndarray, class_index: int, *, patch: int, stride: int, baseline: str) -> Parts:
    """Fall of the score for each place of a patch, a row of places in each part.

    The whole is an ndarray (H, W): for each pixel the mean fall over the patches that cover it, 0 where none does; its
    facts are "rows" and "columns", the places of the patch.
    """
    _, height, width, _ = pixels.shape
    if patch > min(height, width):
        raise InvalidInput(
            f"The patch covers more than the image: expected at most {min(height, width)} pixels. Received: {patch}."
        )
    tops, lefts = _places(height, patch, stride), _places(width, patch, stride)
    nothing = baseline_pixels(pixels, baseline)
    whole = net.scores(pixels)[0, class_index]

    def part(number: int) -> np.ndarray:
        rows = slice(tops[number], tops[number] + patch)
        covered = np.repeat(pixels, len(lefts), axis=0)
        for place, left in enumerate(lefts):
            window = (rows, slice(left, left + patch))
            covered[place][window] = nothing[0][window]
        falls = whole - net.scores(covered)[:, class_index]
        sums_and_counts = np.zeros((2, height, width))
        for left, fall in zip(lefts, falls, strict=True):
            sums_and_counts[0, rows, left : left + patch] += fall
            sums_and_counts[1, rows, left : left + patch] += 1
        return sums_and_counts

    def finish(total: np.ndarray) -> tuple[np.ndarray, dict[str, float]]:
        mean = np.divide(total[0], total[1], out=np.zeros((height, width)), where=total[1] > 0)
        return mean, {"rows": len(tops), "columns": len(lefts)}

    return Parts(len(tops), part, finish)


def _places(length: int, patch: int, stride: int) -> list[int]:
    """Where the patch begins; the last place ends at the border, so that every pixel is covered at least once."""
    places = list(range(0, length - patch + 1, stride))
    return places if places[-1] + patch == length else [*places, length - patch]
