"""The smallest change of an image that flips a net's answer.

Purity: imports Keras, so only a worker imports it. The browser does the same (assets/components/shared/nn/fooling.js).
"""

from collections.abc import Mapping
from typing import Any, Literal

import keras
import numpy as np

from cnnviz.inspection.attribution.scored_net import RANGE, ScoredNet
from cnnviz.inspection.image_makers import FooledImage, maker_settings, require_other_class
from cnnviz.models.build import require_images

LARGEST = 255


def fool(
    model: keras.Model,
    image: np.ndarray,
    kind: Literal["pixels", "step"],
    target: int | None = None,
    settings: Mapping[str, Any] | None = None,
) -> FooledImage:
    """Change an image until the net's answer flips, each try verified by the net on whole pixel values.

    Parameters
    ----------
    model : keras.Model
        As for `attribution`.
    image : ndarray (H, W, C), uint8
        Of the model's input shape.
    kind : "pixels" or "step"
        As few pixels as a search finds, or a step of all pixels.
    target : int, optional
        The class that it shall say; any other by default.
    settings : mapping, optional
        Of `MAKERS[kind]`. Without "size", the smallest size of a step that flips the answer.

    Returns
    -------
    FooledImage
        `is_fooled` tells whether it was found; else `after` is the last try.

    Raises
    ------
    InvalidInput
        The image has another shape, there is no such class, the net says it already, or a setting is out of its range.
    """
    require_images(model, image[None])
    chosen = maker_settings(kind, settings or {})
    flip = _Flip(ScoredNet(model), image, target)
    if kind == "pixels":
        return flip.result(fewest_pixels(flip, chosen["candidates"]))
    size = chosen["size"] if "size" in (settings or {}) else smallest_size(flip, chosen["iterations"])
    return flip.result(gradient_step(flip, size, chosen["iterations"]), size)


class _Flip:
    """An image whose answer is to become another; batches (N, H, W, C) have whole values, 0 to 255, as float32."""

    def __init__(self, net: ScoredNet, image: np.ndarray, target: int | None) -> None:
        self.net, self.image, self.target = net, image, target
        self.start = image.astype(np.float32)
        self.said = int(net.probabilities(self.start[None] / RANGE)[0].argmax())
        require_other_class(target, self.said, net.num_classes)

    def margins(self, batch: np.ndarray) -> np.ndarray:
        """(N,): score of the wanted class, or of the best other one, less that of the class said at first."""
        scores = self.net.scores(batch / RANGE)
        return self._wanted_scores(scores).max(axis=1) - scores[:, self.said]

    def slope(self, image: np.ndarray) -> np.ndarray:
        """(H, W, C): how the margin changes with each pixel, by its whole range."""
        pixels = image[None] / RANGE
        wanted = int(self._wanted_scores(self.net.scores(pixels)).argmax())
        up, down = (self.net.slopes(pixels, index)[1][0] for index in (wanted, self.said))
        return up - down

    def is_flipped(self, image: np.ndarray) -> bool:
        """Whether the net gives the wanted answer."""
        said = int(self.net.probabilities(image[None] / RANGE)[0].argmax())
        return said != self.said if self.target is None else said == self.target

    def result(self, after: np.ndarray, size: int = 0) -> FooledImage:
        """What came of it."""
        both = self.net.probabilities(np.stack([self.start, after]) / RANGE)
        return FooledImage(self.image, after.astype(np.uint8), both[0], both[1], self.target, size)

    def _wanted_scores(self, scores: np.ndarray) -> np.ndarray:
        """(N, classes): those that are not wanted are below all."""
        classes = np.arange(scores.shape[1])
        return np.where(classes != self.said if self.target is None else classes == self.target, scores, -np.inf)


def gradient_step(flip: _Flip, size: int, iterations: int = 1) -> np.ndarray:
    """Move every pixel by the sign of the slope: at once by `size`, or in small steps, never further than `size`.

    Returns (H, W, C) float32 of whole values, 0 to 255.
    """
    low, high = np.maximum(flip.start - size, 0), np.minimum(flip.start + size, LARGEST)
    each = step_of(size, iterations)
    image = flip.start
    for _ in range(iterations):
        image = np.clip(image + each * np.sign(flip.slope(image)), low, high)
    return image


def step_of(size: int, iterations: int) -> int:
    """Whole grey levels of one of several steps: 2.5 times what would just reach `size`, as Madry and others take."""
    return size if iterations == 1 else max(1, int(np.ceil(2.5 * size / iterations)))


def smallest_size(flip: _Flip, iterations: int = 1) -> int:
    """The smallest size of a step that was found to flip the answer, by halving; 255 where none does.

    A larger step need not flip what a smaller one does: sizes are doubled until one flips, and halved from there.
    """

    def flips(size: int) -> bool:
        return flip.is_flipped(gradient_step(flip, size, iterations))

    low, high = 0, 1  # `low` does not flip
    while not flips(high):
        if high == LARGEST:
            return LARGEST
        low, high = high, min(2 * high, LARGEST)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if flips(middle) else (middle, high)
    return high


def fewest_pixels(flip: _Flip, candidates: int = 16) -> np.ndarray:
    """Set pixel after pixel to black or white, each channel for itself, then put back all that are not needed.

    Returns (H, W, C) float32; the answer is not flipped where no pixel has a slope any more.
    """
    image = flip.start.copy()
    changed: list[int] = []
    while not flip.is_flipped(image):
        slope = flip.slope(image)
        ends = np.where(slope > 0, np.float32(LARGEST), np.float32(0))
        gains = (slope * (ends - image)).sum(axis=-1).ravel()
        gains[changed] = 0
        order = np.argsort(-gains, kind="stable")[:candidates]
        places = [np.unravel_index(place, image.shape[:2]) for place in order if gains[place] > 0]
        if not places:
            return image
        tried = np.repeat(image[None], len(places), axis=0)
        for one, place in zip(tried, places, strict=True):
            one[place] = ends[place]
        best = int(flip.margins(tried).argmax())
        image = tried[best]
        changed.append(int(order[best]))
    return _without_needless(flip, image, changed)


def _without_needless(flip: _Flip, image: np.ndarray, changed: list[int]) -> np.ndarray:
    """Put back each pixel that the answer does not need, the first ones first, until all that are left are needed."""
    needed = list(changed)
    is_shorter = True
    while is_shorter:
        is_shorter = False
        for place in list(needed):
            position = np.unravel_index(place, image.shape[:2])
            less = image.copy()
            less[position] = flip.start[position]
            if flip.is_flipped(less):
                image, is_shorter = less, True
                needed.remove(place)
    return image
