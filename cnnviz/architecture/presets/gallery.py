"""Nets that each show one idea, and nets that fail for one reason: templates to start from."""

from cnnviz.architecture.presets.base import CIFAR_SHAPE, MNIST_SHAPE, SOFTMAX_10, Preset, net, relu_dense
from cnnviz.architecture.spec import (
    ActivationLayer,
    BatchNorm,
    Conv,
    Dense,
    DepthwiseConv,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Layer,
    MaxPool,
    Repeat,
    Residual,
)

IDEAS, FAILURES = "Ideas that made nets better", "Known to fail, with why"

_RELU = ActivationLayer(function="relu")
# ten thousand of its fifty thousand pictures are enough to see an idea work
_CIFAR_CONFIG = {"optimizer": "adam", "loss": "crossentropy", "batch_size": 64, "epochs": 10, "limit": 10_000}
_DIGITS_CONFIG = {"optimizer": "adam", "loss": "crossentropy", "batch_size": 64, "epochs": 5}


def _same(filters: int, kernel: int = 3, *, stride: int = 1, relu: bool = False) -> Conv:
    activation = "relu" if relu else "linear"
    return Conv(filters=filters, kernel=kernel, stride=stride, padding="same", activation=activation)


def _vgg_block(filters: int) -> tuple[Layer, ...]:
    return (Repeat(layers=(_same(filters, relu=True),), times=2), MaxPool())


def _residual(filters: int, *, stride: int = 1) -> Residual:
    return Residual(
        layers=(_same(filters, stride=stride), BatchNorm(), _RELU, _same(filters), BatchNorm()),
        shortcut="identity" if stride == 1 else "projection",
    )


def _separable(filters: int, *, stride: int = 1) -> tuple[Layer, ...]:
    return (
        DepthwiseConv(stride=stride, padding="same"),
        BatchNorm(),
        _RELU,
        _same(filters, 1),
        BatchNorm(),
        _RELU,
    )


def _idea(name: str, *layers: Layer, title: str, summary: str) -> Preset:
    return Preset(
        name=name,
        title=title,
        summary=summary,
        tutorial=None,
        dataset="cifar10",
        architecture=net(name, CIFAR_SHAPE, *layers),
        config=_CIFAR_CONFIG,
        printed="",
        group=IDEAS,
    )


def _failure(name: str, *layers: Layer, title: str, summary: str, why: str, **config: object) -> Preset:
    return Preset(
        name=name,
        title=title,
        summary=summary,
        tutorial=None,
        dataset="digits",
        architecture=net(name, MNIST_SHAPE, *layers),
        config={**_DIGITS_CONFIG, **config},
        printed="",
        group=FAILURES,
        why=why,
    )


GALLERY: tuple[Preset, ...] = (
    _idea(
        "vgg-like",
        *_vgg_block(32),
        *_vgg_block(64),
        *_vgg_block(128),
        Flatten(),
        relu_dense(128),
        Dropout(rate=0.5),
        SOFTMAX_10,
        title="Like VGG",
        summary="Only 3×3 kernels, always two in a row: together they see 5×5 pixels and need fewer weights.",
    ),
    _idea(
        "resnet-like",
        _same(16),
        BatchNorm(),
        _RELU,
        Repeat(layers=(_residual(16),), times=2),
        _residual(32, stride=2),
        _residual(32),
        _residual(64, stride=2),
        _residual(64),
        GlobalAvgPool(),
        SOFTMAX_10,
        title="Like ResNet, for 32 × 32",
        summary="Thirteen convolutions deep, with a way around each pair, so that gradients reach the first layer.",
    ),
    _idea(
        "mobilenet-like",
        _same(16),
        BatchNorm(),
        _RELU,
        *_separable(32),
        *_separable(64, stride=2),
        *_separable(64),
        *_separable(128, stride=2),
        *_separable(128),
        GlobalAvgPool(),
        SOFTMAX_10,
        title="Like MobileNet",
        summary="Space first, then channels: a 3×3 kernel for each map and 1×1 kernels cost an eighth of a full 3×3.",
    ),
    _idea(
        "all-convolutional",
        _same(32, relu=True),
        _same(32, stride=2, relu=True),
        _same(64, relu=True),
        _same(64, stride=2, relu=True),
        _same(64, relu=True),
        _same(10, 1),
        GlobalAvgPool(),
        ActivationLayer(function="softmax"),
        title="Nothing but convolutions",
        summary="Strides instead of pooling, and a map for each class instead of dense layers.",
    ),
    _failure(
        "too-deep",
        _same(16, relu=True),
        MaxPool(),
        Repeat(layers=(_same(16, relu=True),), times=29),
        GlobalAvgPool(),
        SOFTMAX_10,
        title="Too deep, nothing normalised",
        summary="Thirty convolutions in a row, and the net does not learn a thing.",
        why="Each ReLU halves the power of the signal, so after thirty layers a billionth of it is left, and the "
        "gradient shrinks on its way back as well. Put batch_norm after each convolution, or a residual block around "
        "each pair.",
    ),
    _failure(
        "too-wide-dense",
        Flatten(),
        relu_dense(2048),
        relu_dense(2048),
        SOFTMAX_10,
        title="Too wide, only dense layers",
        summary="Nearly six million weights read no more digits right than the 12,810 of the small net.",
        why="There are four thousand weights for each picture, enough to learn them all by heart, and no pixel knows "
        "its neighbours. Put convolutions and pooling first and make the dense layers smaller.",
        epochs=10,
    ),
    _failure(
        "learning-nothing",
        Flatten(),
        Repeat(layers=(Dense(units=64, activation="sigmoid"),), times=8),
        SOFTMAX_10,
        title="Learning nothing",
        summary="Eight sigmoid layers in a row: the loss stays at 2.3, which is what guessing among ten costs.",
        why="The slope of a sigmoid is a quarter at most, so eight of them pass on less than a 65,000th of the "
        "gradient. Use relu, or two layers instead of eight.",
    ),
)
