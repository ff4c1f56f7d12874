"""The three known networks: their own layers, written as a spec, and their published parameter counts.

The layers give shapes, multiply-accumulates, memory and receptive field for every input size. The
parameters do not depend on that size; they are Keras's counts with `include_top=False`, because
these networks leave out some biases and normalise some shortcuts, which a spec cannot say.

References
----------
M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", 2018.
K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", 2014.
K. He et al., "Deep Residual Learning for Image Recognition", 2015.
"""

from dataclasses import dataclass

from cnnviz.architecture.spec import Layer, Residual
from cnnviz.architecture.spec.layers import ActivationLayer, BatchNorm, Conv, DepthwiseConv, MaxPool

MIN_SIDE = 32  # below, the maps would vanish inside; Keras refuses it as well


@dataclass(frozen=True)
class KnownNetwork:
    """`layers` stand for the shapes and costs; `params` and `trainable_params` (if all is trained) are exact."""

    layers: tuple[Layer, ...]
    params: int
    trainable_params: int


def _conv_norm(filters: int, kernel: int, stride: int = 1, *, relu: bool = True) -> tuple[Layer, ...]:
    normalised = (Conv(filters=filters, kernel=kernel, stride=stride, padding="same"), BatchNorm())
    return (*normalised, ActivationLayer()) if relu else normalised


def _inverted_residual(before: int, after: int, *, stride: int, expansion: int) -> tuple[Layer, ...]:
    wide = _conv_norm(before * expansion, 1) if expansion > 1 else ()
    layers = (
        *wide,
        DepthwiseConv(stride=stride, padding="same"),
        BatchNorm(),
        ActivationLayer(),
        *_conv_norm(after, 1, relu=False),
    )
    if stride == 1 and before == after:
        return (Residual(layers=layers, activation="linear"),)
    return layers


def _mobilenet_v2() -> tuple[Layer, ...]:
    # expansion, channels, repetitions, stride of the first: table 2 of the paper
    stages = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
    layers, channels = list(_conv_norm(32, 3, 2)), 32
    for expansion, filters, times, stride in stages:
        for index in range(times):
            step = stride if index == 0 else 1
            layers.extend(_inverted_residual(channels, filters, stride=step, expansion=expansion))
            channels = filters
    return (*layers, *_conv_norm(1280, 1))


def _vgg16() -> tuple[Layer, ...]:
    layers: list[Layer] = []
    for filters, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        layers += [Conv(filters=filters, padding="same", activation="relu")] * times + [MaxPool()]
    return tuple(layers)


def _resnet50() -> tuple[Layer, ...]:
    layers = [*_conv_norm(64, 7, 2), MaxPool(size=3, stride=2, padding="same")]
    for filters, times, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for index in range(times):
            # Keras puts the stride into the first 1x1 convolution
            first = _conv_norm(filters, 1, stride if index == 0 else 1)
            block = (*first, *_conv_norm(filters, 3), *_conv_norm(4 * filters, 1, relu=False))
            layers.append(Residual(layers=block, shortcut="identity" if index else "projection"))
    return tuple(layers)


NETWORKS: dict[str, KnownNetwork] = {
    "MobileNetV2": KnownNetwork(_mobilenet_v2(), 2_257_984, 2_223_872),
    "VGG16": KnownNetwork(_vgg16(), 14_714_688, 14_714_688),
    "ResNet50": KnownNetwork(_resnet50(), 23_587_712, 23_534_592),
}
