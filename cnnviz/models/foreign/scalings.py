"""How a net made elsewhere wants its pixels: the usual ways, and a guess with its reason."""

from collections.abc import Iterable, Sequence

import numpy as np

from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.arithmetic import Scaling
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.architecture.spec.layers import BatchNorm
from cnnviz.models.foreign.steps import Step

_BYTE = 255
_MEAN = (0.485, 0.456, 0.406)
_DEVIATION = (0.229, 0.224, 0.225)
_MEAN_BGR = (103.939, 116.779, 123.68)

SCALINGS: dict[str, InputScaling] = {
    "0..255": InputScaling(scale=1.0),
    "0..1": InputScaling(),
    "-1..1": InputScaling(scale=2 / _BYTE, shift=-1.0),
    "ImageNet mean and deviation": InputScaling(
        scale=tuple(1 / (_BYTE * deviation) for deviation in _DEVIATION),
        shift=tuple(-mean / deviation for mean, deviation in zip(_MEAN, _DEVIATION, strict=True)),
    ),
    "ImageNet mean, BGR": InputScaling(scale=1.0, shift=tuple(-mean for mean in _MEAN_BGR), order="bgr"),
}
"""What people call it -> the scaling. The last two are for pictures with three channels."""

_KNOWN = {
    "efficientnetv2": ("0..255", "EfficientNets of Keras scale their pixels themselves"),
    "efficientnet": ("0..255", "EfficientNets of Keras scale their pixels themselves"),
    "convnext": ("0..255", "ConvNeXts of Keras scale their pixels themselves"),
    "mobilenetv3": ("0..255", "MobileNets of version 3 scale their pixels themselves"),
    "mobilenet": ("-1..1", "the MobileNets of Keras were trained with -1 to 1"),
    "inception": ("-1..1", "the Inception nets of Keras were trained with -1 to 1"),
    "xception": ("-1..1", "Xception was trained with -1 to 1"),
    "nasnet": ("-1..1", "NASNets were trained with -1 to 1"),
    "resnet50v2": ("-1..1", "ResNets of version 2 were trained with -1 to 1"),
    "resnet101v2": ("-1..1", "ResNets of version 2 were trained with -1 to 1"),
    "resnet152v2": ("-1..1", "ResNets of version 2 were trained with -1 to 1"),
    "resnet": ("ImageNet mean, BGR", "the ResNets of Keras were trained with blue first, less the mean of ImageNet"),
    "vgg": ("ImageNet mean, BGR", "the VGG nets of Keras were trained with blue first, less the mean of ImageNet"),
    "densenet": ("ImageNet mean and deviation", "DenseNets were trained with ImageNet's mean and deviation"),
}
"""A part of a net's name -> its scaling in Keras, and why; the first that fits counts."""

Guess = tuple[InputScaling, str]


def guess(first: Sequence[Step], channels: int, words: Iterable[str], *, is_onnx: bool) -> Guess:
    """Guess which pixels a net wants, and say why in a sentence.

    Parameters
    ----------
    first : sequence of Step
        Its first steps, in a row: those that scale, or one that does not.
    channels : int
        Of its pictures.
    words : iterable of str
        Names of the net and of the nets in it.
    is_onnx : bool
        It comes from an ONNX file, so probably from PyTorch.
    """
    mean, deviation = _first_mean_and_deviation(first)
    if not _is_nothing(mean, deviation):
        return _by_numbers(mean, deviation)
    if first and isinstance(first[0].layer, BatchNorm):
        return _said("0..255", "its first layer is a batch normalisation, which takes pixels of any size")
    names = "".join(words).lower().replace("_", "").replace("-", "")
    for part, (scaling, reason) in _KNOWN.items():
        if part in names and not is_onnx and (channels == 3 or scaling not in tuple(SCALINGS)[3:]):
            return _said(scaling, reason)
    if is_onnx and channels == 3:
        return _said("ImageNet mean and deviation", "most nets of PyTorch with three channels were trained so")
    if is_onnx:
        return _said("0..1", "most nets of PyTorch for grey pictures were trained so")
    return _said("0..1", "most nets without a layer that scales were trained so")


def _first_mean_and_deviation(first: Sequence[Step]) -> tuple[np.ndarray, np.ndarray]:
    """What the first steps take away of pixels, and what they divide them by: as (x - mean) / deviation."""
    scale, offset = np.ones(1), np.zeros(1)
    for step in first:
        if isinstance(step.layer, Scaling):
            own = np.asarray(step.layer.scale)
            scale, offset = scale * own, offset * own + np.asarray(step.layer.offset)
        elif isinstance(step.layer, BatchNorm) and step is first[0]:
            return step.weights["mean"], np.sqrt(step.weights["variance"])
    scale = np.where(scale == 0, 1.0, scale)
    return -offset / scale, 1 / np.abs(scale)


def _is_nothing(mean: np.ndarray, deviation: np.ndarray) -> bool:
    return bool(np.allclose(mean, 0) and np.allclose(deviation, 1))


def _by_numbers(mean: np.ndarray, deviation: np.ndarray) -> Guess:
    """Tell the range of pixels by what is taken away of them as their mean, and by what they are divided."""
    if np.abs(mean).max() > 1 or deviation.max() > 1:
        return _said("0..255", f"the net scales them itself: it {_line(mean, deviation)}")
    name, range_ = ("-1..1", "\N{MINUS SIGN}1 to 1") if mean.min() < 0 else ("0..1", "0 to 1")
    return _said(name, f"the net itself {_line(mean, deviation)}, which fits pixels from {range_}")


def _line(mean: np.ndarray, deviation: np.ndarray) -> str:
    taken = "" if np.allclose(mean, 0) else f"takes away {_numbers(mean)}"
    divided = "" if np.allclose(deviation, 1) else f"divides by {_numbers(deviation)}"
    return " and ".join(filter(None, [taken, divided]))


def _numbers(values: np.ndarray) -> str:
    values = values if len(set(values.tolist())) > 1 else values[:1]
    return ", ".join(f"{each:.4g}" for each in values.tolist())


def name_of(architecture: Architecture) -> str:
    """What people call the scaling of a net; "" for one that is not usual."""
    return next((name for name, scaling in SCALINGS.items() if scaling == architecture.scaling), "")


def _said(name: str, reason: str) -> Guess:
    return SCALINGS[name], f"Pixels are given as {name}, because {reason}."
