"""What a preset is, and the few words that presets are written in."""

from dataclasses import dataclass, field
from typing import Any

from cnnviz.architecture.spec import Architecture, Conv, Dense, Layer

MNIST_SHAPE = (28, 28, 1)
CIFAR_SHAPE = (32, 32, 3)

TUTORIAL_GROUP = "From five tutorials"


@dataclass(frozen=True)
class Preset:
    """A net with a reason to look at it, and how it is trained.

    `tutorial` is T1 to T5 or None, `config` holds fields of a training configuration as far as the
    source gives them, `printed` is what the source printed (one sentence, "" where it gives none), `measured` what
    `python -m cnnviz train --preset NAME` gave here, with the data where they were other ones.
    `group` is the heading in the gallery; `why` says why a net that is known to fail does ("" for others).
    """

    name: str
    title: str
    summary: str
    tutorial: str | None
    dataset: str
    architecture: Architecture
    config: dict[str, Any] = field(hash=False)
    printed: str
    group: str = TUTORIAL_GROUP
    why: str = ""
    measured: str = ""


def relu_conv(filters: int) -> Conv:
    return Conv(filters=filters, activation="relu")


def relu_dense(units: int) -> Dense:
    return Dense(units=units, activation="relu")


def net(name: str, input_shape: tuple[int, int, int], *layers: Layer) -> Architecture:
    return Architecture(name=name, input_shape=input_shape, layers=layers)


SOFTMAX_10 = Dense(units=10, activation="softmax")
