"""The methods of attribution: title, formula, source, settings, and what their maps do not mean. Light.

Pages, the command line and `attribute` go by this table: a new method is a function and an entry.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from cnnviz.errors import InvalidInput, UnknownName

BASELINES = ("black", "grey", "white", "mean")
"""What stands for "nothing": one value for all pixels, or the mean colour of the image."""


@dataclass(frozen=True)
class Setting:
    """A number between `least` and `most`, or one of `choices`; a whole number where `default` is one."""

    name: str
    title: str
    default: float | str
    least: float = 0
    most: float = 0
    choices: tuple[str, ...] = ()
    help: str = ""

    def checked(self, value: Any) -> Any:
        """Give the value as the method takes it; raises InvalidInput."""
        if self.choices:
            if value not in self.choices:
                raise InvalidInput(f"{self.title}: expected one of {', '.join(self.choices)}. Received: {value}.")
            return value
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        is_whole = isinstance(self.default, int)
        if not (is_number and self.least <= value <= self.most and (not is_whole or float(value).is_integer())):
            kind = "a whole number" if is_whole else "a number"
            raise InvalidInput(
                f"{self.title}: expected {kind} from {self.least:g} to {self.most:g}. Received: {value}."
            )
        return int(value) if is_whole else float(value)


@dataclass(frozen=True)
class Method:
    """One method.

    `function` is its place. `about` says what it attributes to: the values of any layer ("values", the pixels by
    default), the places of a layer's maps ("maps", those of the last layer with maps by default), or pixels alone.
    `unit` of its values: maps of one unit can be compared. `zero`: why a map can be zero everywhere.
    """

    title: str
    function: str
    about: Literal["values", "maps", "pixels"]
    unit: str
    says: str
    formula: str
    source: str
    caution: str
    zero: str
    settings: tuple[Setting, ...] = ()


_BASELINE = Setting("baseline", "Baseline", "black", choices=BASELINES, help="What stands for nothing")
_SEED = Setting("seed", "Seed", 0, 0, 2**31 - 1, help="Of the noise: the same seed gives the same map")
_SMALL_CHANGE = (
    "It tells what a tiny change of a pixel would do, not what the pixel did: where the net is sure, the slope can be "
    "small although the pixel matters."
)

_SLOPE = "Slope of the score"
_SCORE = "Score"

METHODS: dict[str, Method] = {
    "saliency": Method(
        "Saliency",
        "cnnviz.inspection.attribution.gradients:saliency",
        "values",
        _SLOPE,
        "How much the score would change if a pixel changed a little.",
        "dS / dx",
        "Simonyan, Vedaldi, Zisserman: Deep Inside Convolutional Networks (2013), arXiv 1312.6034",
        _SMALL_CHANGE,
        "a small change of any value leaves the score as it is, as where all ReLUs behind it are shut",
    ),
    "gradient_x_input": Method(
        "Gradient × input",
        "cnnviz.inspection.attribution.gradients:gradient_x_input",
        "values",
        _SCORE,
        "The slope of the score times the pixel itself: what the pixel adds, if the net were a straight line.",
        "x dS / dx",
        "Shrikumar and others: Not Just a Black Box (2016), arXiv 1605.01713",
        "A net is no straight line, and a black pixel gets nothing, although its being black may be what matters.",
        "each value is 0, or a small change of it leaves the score as it is",
    ),
    "smoothgrad": Method(
        "SmoothGrad",
        "cnnviz.inspection.attribution.gradients:smoothgrad",
        "values",
        _SLOPE,
        "Saliency, averaged over copies of the image with noise.",
        "mean of dS / dx at x + noise",
        "Smilkov and others: SmoothGrad (2017), arXiv 1706.03825",
        "The mean looks better than the slope itself, but it is that of other, noisy images. " + _SMALL_CHANGE,
        "a small change of any value leaves the score of every noisy copy as it is",
        (
            Setting("samples", "Noisy copies", 25, 1, 500),
            Setting("noise", "Noise", 0.15, 0.0, 1.0, help="Standard deviation, as a part of the range of a pixel"),
            _SEED,
        ),
    ),
    "integrated_gradients": Method(
        "Integrated gradients",
        "cnnviz.inspection.attribution.gradients:integrated_gradients",
        "values",
        _SCORE,
        "The slope, collected on the way from a baseline to the image: all pixels together give the change of the "
        "score.",
        "(x - x') times the mean of dS / dx along the way from x' to x",
        "Sundararajan, Taly, Yan: Axiomatic Attribution for Deep Networks (2017), arXiv 1703.01365",
        "It explains the difference to the baseline: with another baseline it is another map, and a pixel that is as "
        "the baseline gets nothing.",
        "no value differs from the baseline, or the score changes nowhere on the way from it",
        (Setting("steps", "Steps", 50, 2, 500, help="Of the way from the baseline to the image"), _BASELINE),
    ),
    "grad_cam": Method(
        "Grad-CAM",
        "cnnviz.inspection.attribution.gradients:grad_cam",
        "maps",
        "Sum of maps, weighted by mean slopes",
        "Where the maps of a layer speak for the class: their sum, each weighted by the mean slope of the score.",
        "sum over k of a_k A_k, a_k = mean of dS / dA_k",
        "Selvaraju and others: Grad-CAM (2017), arXiv 1610.02391",
        "It is as coarse as the layer's maps, and enlarging it makes no finer statement. The paper shows what is above "
        "zero only; here what speaks against the class is shown, too.",
        "the maps of this layer are 0, or the score does not change with them",
    ),
    "grad_cam_plus_plus": Method(
        "Grad-CAM++",
        "cnnviz.inspection.attribution.gradients:grad_cam_plus_plus",
        "maps",
        "Sum of maps, weighted by sums of slopes",
        "As Grad-CAM, with more weight for places whose slope is positive: meant for several things of one class.",
        "sum over k of a_k A_k, a_k = sum of w max(0, g), w = g^2 / (2 g^2 + g^3 times the sum of A_k), g = dS / dA_k",
        "Chattopadhyay and others: Grad-CAM++ (2018), arXiv 1710.11063",
        "Its weights are never negative, so nothing in it speaks against the class but maps that are negative "
        "themselves.",
        "the maps of this layer are 0, or the score grows with none of them",
    ),
    "occlusion": Method(
        "Occlusion",
        "cnnviz.inspection.attribution.occlusion:occlusion",
        "pixels",
        "Score lost under the patch",
        "How far the score falls when a patch of the image is covered.",
        "S(x) - S(x with the patch covered)",
        "Zeiler, Fergus: Visualizing and Understanding Convolutional Networks (2013), arXiv 1311.2901",
        "The patch is something new in the image: the net may react to its edges. What is seen twice is not missed "
        "when it is covered once.",
        "the score stays as it is wherever the patch lies",
        (
            Setting("patch", "Patch", 5, 1, 64, help="Its side in pixels"),
            Setting("stride", "Step", 1, 1, 64, help="From one place of the patch to the next, in pixels"),
            Setting("baseline", "Covered with", "grey", choices=BASELINES),
        ),
    ),
}


def methods_for(shape: tuple[int, ...]) -> dict[str, Method]:
    """Give all methods, with a patch that has about as many places on a picture (H, W, C) as on a small one."""
    side = min(shape[:2])
    patch = min(side, 64, max(5, round(side / 8)))
    fitting: dict[str, float | str] = {"patch": patch, "stride": max(1, round(patch / 4))}
    return {
        name: replace(
            method, settings=tuple(replace(one, default=fitting.get(one.name, one.default)) for one in method.settings)
        )
        for name, method in METHODS.items()
    }


def default_settings(shape: tuple[int, ...]) -> dict[str, dict[str, float | str]]:
    """Give the settings of each method, by name, that suit a picture (H, W, C)."""
    return {name: {one.name: one.default for one in method.settings} for name, method in methods_for(shape).items()}


def methods_in_words() -> list[dict[str, str]]:
    """Give what a list of all methods says of each: "name", "title", "about" and "caution"."""
    return [
        {"name": name, "title": method.title, "about": method.about, "caution": method.caution}
        for name, method in METHODS.items()
    ]


def find_method(name: str) -> Method:
    """Give a method by its name; raises UnknownName."""
    if name not in METHODS:
        raise UnknownName.among("method", name, list(METHODS))
    return METHODS[name]


def method_settings(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Give the settings of a method, those that are not given by their default.

    Raises
    ------
    UnknownName
        There is no such method, or it has no such setting.
    InvalidInput
        A value is out of its range.
    """
    settings = {setting.name: setting for setting in find_method(name).settings}
    for unknown in sorted(set(given) - set(settings)):
        if not settings:
            raise InvalidInput(f"{METHODS[name].title} has nothing to set. Received: {unknown}.")
        raise UnknownName.among(f"setting of {METHODS[name].title}", unknown, list(settings))
    return {key: setting.checked(given.get(key, setting.default)) for key, setting in settings.items()}
