"""The ways of scaling pixels that a net can be given, and their names on screen."""

from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.arithmetic import Factors
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.models.foreign.scalings import SCALINGS

TITLES = {
    "0..255": "0 to 255",
    "0..1": "0 to 1",
    "-1..1": "\N{MINUS SIGN}1 to 1",
    "ImageNet mean and deviation": "ImageNet's mean and deviation",
    "ImageNet mean, BGR": "ImageNet's mean, blue first",
}
AS_NOW = "as now"
"""Name of a scaling that is none of the usual ones."""


def choices(architecture: Architecture) -> dict[str, InputScaling]:
    """The ways in which the pixels of a net may be scaled, by name; the present one is among them."""
    channels = architecture.input_shape[2]
    usual = {name: scaling for name, scaling in SCALINGS.items() if not scaling.misfit(channels)}
    return usual if architecture.scaling in usual.values() else {AS_NOW: architecture.scaling, **usual}


def factors_text(factors: Factors) -> str:
    """One number, or one for each channel."""
    return "; ".join(f"{each:.4g}" for each in (factors if isinstance(factors, tuple) else (factors,)))


def scaling_text(scaling: InputScaling) -> str:
    """A scaling in words."""
    name = next((name for name, usual in SCALINGS.items() if usual == scaling), None)
    if name is not None:
        return TITLES[name]
    mean, deviation = map(factors_text, scaling.mean_and_deviation())
    return f"mean {mean}, deviation {deviation}" + (", blue first" if scaling.order == "bgr" else "")
