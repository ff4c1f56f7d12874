"""Nets to start from: a small one for the first minute, those of five tutorials, classics, ideas and failures."""

from cnnviz.architecture.presets.base import MNIST_SHAPE, SOFTMAX_10, TUTORIAL_GROUP, Preset, net, relu_conv
from cnnviz.architecture.presets.gallery import FAILURES, GALLERY, IDEAS
from cnnviz.architecture.presets.tutorials import TUTORIALS
from cnnviz.architecture.spec import ActivationLayer, Architecture, AvgPool, Conv, Dense, Flatten, MaxPool
from cnnviz.errors import UnknownName
from cnnviz.text.units import PERCENT

__all__ = ["DEFAULT_PRESET", "GROUPS", "PRESETS", "Preset", "get_preset"]

DEFAULT_PRESET = "digits-small"

_FIRST, _CLASSICS = "For the first minute", "Classics"
GROUPS = (_FIRST, TUTORIAL_GROUP, _CLASSICS, IDEAS, FAILURES)
"""The headings of the gallery, in order."""


def get_preset(name: str) -> Preset:
    """Return the preset of that name; raises UnknownName with the names there are."""
    if name not in PRESETS:
        raise UnknownName.among("preset", name, list(PRESETS))
    return PRESETS[name]


_LENET5 = Preset(
    name="lenet5",
    title="LeNet-5",
    summary="The classic of 1998 with tanh and average pooling: 61,706 weights that read bank cheques.",
    tutorial=None,
    dataset="mnist",
    architecture=net(
        "lenet5",
        MNIST_SHAPE,
        # 'same' because the original pads 28 x 28 to 32 x 32
        Conv(filters=6, kernel=5, padding="same", activation="tanh"),
        AvgPool(),
        Conv(filters=16, kernel=5, activation="tanh"),
        AvgPool(),
        Flatten(),
        Dense(units=120, activation="tanh"),
        Dense(units=84, activation="tanh"),
        SOFTMAX_10,
    ),
    config={"optimizer": "adam", "loss": "crossentropy", "epochs": 5},
    printed=f"LeCun et al. (1998) report 0.95{PERCENT} test errors on MNIST.",
    group=_CLASSICS,
)

_TINY_VGG = Preset(
    name="tiny-vgg",
    title="Tiny VGG",
    summary="Four convolutions of 10 kernels, each ReLU a layer of its own: small enough to draw every map.",
    tutorial=None,
    dataset="cifar10",
    architecture=net(
        "tiny-vgg",
        (64, 64, 3),
        Conv(name="conv_1_1", filters=10),
        ActivationLayer(name="relu_1_1"),
        Conv(name="conv_1_2", filters=10),
        ActivationLayer(name="relu_1_2"),
        MaxPool(),
        Conv(name="conv_2_1", filters=10),
        ActivationLayer(name="relu_2_1"),
        Conv(name="conv_2_2", filters=10),
        ActivationLayer(name="relu_2_2"),
        MaxPool(),
        Flatten(),
        SOFTMAX_10,
    ),
    config={"optimizer": "adam", "loss": "crossentropy", "epochs": 10},
    printed="",
    group=_CLASSICS,
)

_DIGITS_SMALL = Preset(
    name=DEFAULT_PRESET,
    title="Small net for digits",
    summary="Two small convolutions that learn to read digits in seconds: a good net to change and train again.",
    tutorial=None,
    dataset="digits",
    architecture=net(
        DEFAULT_PRESET, MNIST_SHAPE, relu_conv(16), MaxPool(), relu_conv(32), MaxPool(), Flatten(), SOFTMAX_10
    ),
    config={"optimizer": "adam", "loss": "crossentropy", "batch_size": 64, "epochs": 5},
    printed="",
    group=_FIRST,
)

PRESETS: dict[str, Preset] = {
    preset.name: preset for preset in (_DIGITS_SMALL, *TUTORIALS, _LENET5, _TINY_VGG, *GALLERY)
}


def preset_of(architecture: Architecture) -> Preset | None:
    """The preset with the same layers and input, whatever the net is called."""
    wanted = (architecture.input_shape, architecture.layers)
    nets = ((preset, preset.architecture) for preset in PRESETS.values())
    return next((preset for preset, net in nets if (net.input_shape, net.layers) == wanted), None)
