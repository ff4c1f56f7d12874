"""How a net made elsewhere wants its pixels: the usual ways, and a guess with its reason."""

from collections.abc import Iterable

from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.arithmetic import Scaling
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.architecture.spec.layers import BatchNorm, LayerSpec

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


def guess(first: LayerSpec | None, channels: int, words: Iterable[str], *, is_onnx: bool) -> Guess:
    """Guess which pixels a net wants, and say why in a sentence.

    Parameters
    ----------
    first : LayerSpec, optional
        Its first layer.
    channels : int
        Of its pictures.
    words : iterable of str
        Names of the net and of the nets in it.
    is_onnx : bool
        It comes from an ONNX file, so probably from PyTorch.
    """
    if isinstance(first, Scaling):
        return _said("0..255", "its first layer scales the pixels itself")
    if isinstance(first, BatchNorm):
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


def name_of(architecture: Architecture) -> str:
    """What people call the scaling of a net; "" for one that is not usual."""
    return next((name for name, scaling in SCALINGS.items() if scaling == architecture.scaling), "")


def _said(name: str, reason: str) -> Guess:
    return SCALINGS[name], f"Pixels are given as {name}, because {reason}."
