"""Images that are made for a net: how each is made, with its settings, and what it does not mean. Light.

The page, the command line, `fooling` and `maximization` go by the table `MAKERS`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.inspection.attribution.methods import Setting


@dataclass(frozen=True)
class Maker:
    """A way to make an image: what it does, its formula and source, what it does not mean, and its settings."""

    title: str
    says: str
    formula: str
    source: str
    caution: str
    settings: tuple[Setting, ...] = ()


_MARGIN = "M = score of the wanted class - score of the one that it says, before softmax or sigmoid"

MAKERS: dict[str, Maker] = {
    "pixels": Maker(
        "Fewest pixels",
        "Changes one pixel after another, each time the one that helps most, until the answer flips; then puts back "
        "every pixel that was not needed.",
        "Candidates: the largest |dM / dx| times the way to black or white; the best of them by the net itself. "
        f"{_MARGIN}",
        "After Su, Vargas, Sakurai: One Pixel Attack for Fooling Deep Neural Networks (2019), arXiv 1710.08864",
        "It is the fewest we found, not the fewest there are. And few pixels do not make it a bad net: it goes by "
        "other things than our eyes do, and so can be fooled where we are not.",
        (Setting("candidates", "Pixels tried for each", 16, 1, 64),),
    ),
    "step": Maker(
        "A step of all pixels (FGSM)",
        "Moves every pixel by the same few grey levels, up or down, whichever speaks against the answer.",
        f"x + size × sign(dM / dx), whole numbers from 0 to 255. {_MARGIN}",
        "Goodfellow, Shlens, Szegedy: Explaining and Harnessing Adversarial Examples (2015), arXiv 1412.6572; in "
        "several steps: Kurakin, Goodfellow, Bengio (2017), arXiv 1607.02533",
        "The smallest size that is found is that of this kind of step, not of any change; and where none is found, the "
        "net is not safe. Such a change hardly ever comes by chance: noise of the same size seldom fools a net.",
        (
            Setting("size", "Size", 8, 1, 255, help="Grey levels of 0..255 that a pixel may move by"),
            Setting(
                "iterations", "Steps", 1, 1, 50, help="More than one: small ones, each by the slope where it begins"
            ),
        ),
    ),
    "maximise": Maker(
        "A picture that excites it",
        "Begins with noise and changes every pixel a little, again and again, so that the unit answers more strongly.",
        "x + rate × (g / rms(g) + tv × smoothing), g = da / dx; a: the mean of the unit's map before its activation, "
        "or the score of a class before softmax",
        "Mordvintsev, Olah, Tyka: Inceptionism (2015); Olah, Mordvintsev, Schubert: Feature Visualization (2017), "
        "distill.pub, doi 10.23915/distill.00007",
        "It is not what the unit stands for, nor a picture that the net has seen: one of many that excite it, and "
        "the settings choose among them. Look at what excites it of the test images, too.",
        (
            Setting("steps", "Steps", 200, 1, 5000),
            Setting(
                "rate", "Step size", 6.0, 0.1, 100.0, help="Grey levels that a pixel moves by in a step, on average"
            ),
            Setting("jitter", "Jitter", 2, 0, 32, help="Pixels that the picture is shifted by at random in each step"),
            Setting("blur", "Blur", 0.1, 0.0, 1.0, help="How much of a blurred copy is mixed in after each step"),
            Setting("tv", "Total variation", 0.3, 0.0, 10.0, help="How strongly neighbours are drawn together"),
            Setting("seed", "Seed", 0, 0, 2**31 - 1, help="Of noise and jitter: the same seed gives the same picture"),
        ),
    ),
}


def maker_settings(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings of an entry of `MAKERS`, those that are not given by their default.

    Raises
    ------
    UnknownName
        It has no such setting.
    InvalidInput
        A value is out of its range.
    """
    settings = {setting.name: setting for setting in MAKERS[name].settings}
    for unknown in sorted(set(given) - set(settings)):
        raise UnknownName.among(f"setting of {MAKERS[name].title!r}", unknown, list(settings))
    return {key: setting.checked(given.get(key, setting.default)) for key, setting in settings.items()}


@dataclass(frozen=True, eq=False)
class FooledImage:
    """An image before and after a change that is meant to flip the answer.

    Parameters
    ----------
    before, after : ndarray (H, W, C), uint8
    probabilities_before, probabilities_after : ndarray (classes,), float32
        Of the images as they are, whole pixel values.
    target : int or None
        The class that was wanted; None for any other.
    size : int
        Grey levels of the step; 0 for single pixels.
    """

    before: np.ndarray
    after: np.ndarray
    probabilities_before: np.ndarray
    probabilities_after: np.ndarray
    target: int | None = None
    size: int = 0

    @property
    def change(self) -> np.ndarray:
        """(H, W, C), int16: after less before."""
        return self.after.astype(np.int16) - self.before.astype(np.int16)

    @property
    def num_pixels(self) -> int:
        """Places of which any channel has changed."""
        return int(self.change.any(axis=-1).sum())

    @property
    def is_fooled(self) -> bool:
        """Whether the answer is the wanted class, or any other than before."""
        said = int(self.probabilities_after.argmax())
        return said == self.target if self.target is not None else said != int(self.probabilities_before.argmax())


@dataclass(frozen=True, eq=False)
class MaximizedImage:
    """An image (H, W, C), uint8, made to excite a unit, and the activation before each step and of the image itself."""

    image: np.ndarray
    layer: str
    unit: int
    activations: np.ndarray


def require_other_class(target: int | None, said: int, num_classes: int) -> None:
    """Raise InvalidInput for a wanted class that there is not, or that the net says anyway."""
    if target is not None and not 0 <= target < num_classes:
        raise InvalidInput(f"There is no such class: expected 0 to {num_classes - 1}. Received: {target}.")
    if target == said:
        raise InvalidInput(f"The net says this class already: expected another one as target. Received: {target}.")
