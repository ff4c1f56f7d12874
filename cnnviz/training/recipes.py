"""For each data set a net and settings that reach a good accuracy in little time. Light: pure settings.

What makes them fast: few filters in front, where images are large; batch normalisation, which bears a high learning
rate; and a learning rate that rises and falls once over a short run (one_cycle), so that the last steps are small.
Small sets have too few steps for the moving means of batch normalisation, and do without.
"""

from dataclasses import dataclass

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import (
    Architecture,
    BatchNorm,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Layer,
    MaxPool,
)
from cnnviz.text.units import PERCENT
from cnnviz.training.config import Augmentation, TrainingConfig


@dataclass(frozen=True)
class Recipe:
    """A net and how it is trained; `reaches` says what that gave when it was measured, on two cores of a CPU."""

    architecture: Architecture
    config: TrainingConfig
    reaches: str = ""


STARTER_NAME = "starter"  # of its run

STARTER = Recipe(
    architecture=Architecture(
        name="starter",
        input_shape=(28, 28, 1),
        layers=(
            Conv(filters=16, activation="relu"),
            MaxPool(),
            Conv(filters=32, activation="relu"),
            MaxPool(),
            Flatten(),
            Dropout(rate=0.3),
            Dense(units=64, activation="relu"),
            Dense(units=10, activation="softmax"),
        ),
    ),
    config=TrainingConfig(
        dataset="starter",
        epochs=12,
        batch_size=64,
        optimizer="adam",
        learning_rate=3e-3,
        schedule="one_cycle",
        augment=Augmentation(rotation=8, zoom=0.1, shift=0.06),
        seed=0,
    ),
)
"""The net of the Home page, trained on the unlisted set `starter`: embedded and generated digits.

Digits that people drew are no part of that, so a drawing is as new to the net as it can be. Its weights are shipped
(`runs.shipped`), so nobody waits for them.
"""


def _net(name: str, input_shape: tuple[int, int, int], *layers: Layer, num_classes: int = 10) -> Architecture:
    head = Dense(units=num_classes, activation="softmax")
    return Architecture(name=name, input_shape=input_shape, layers=(*layers, head))


def _stages(*filters: int, normalised: bool) -> tuple[Layer, ...]:
    """Convolutions, halved after all but the last."""
    stages: list[Layer] = []
    for place, number in enumerate(filters):
        stages.append(Conv(filters=number, activation="relu"))
        if place + 1 < len(filters):
            stages.append(MaxPool())
        if normalised:
            stages.append(BatchNorm())  # after the pooling there is only a quarter of the values left
    return tuple(stages)


_ONE_CYCLE = {"optimizer": "adam", "schedule": "one_cycle"}

RECIPES: dict[str, Recipe] = {
    "digits": Recipe(
        _net("digits-fast", (28, 28, 1), *_stages(16, 32, normalised=False), Flatten()),
        TrainingConfig(dataset="digits", epochs=8, batch_size=32, learning_rate=4e-3, **_ONE_CYCLE),
        f"98.6{PERCENT} of the test images in 4 seconds of CPU time.",
    ),
    "shapes": Recipe(
        _net("shapes-fast", (32, 32, 3), *_stages(16, 32, 64, normalised=True), GlobalAvgPool(), num_classes=6),
        TrainingConfig(dataset="shapes", epochs=15, batch_size=32, learning_rate=5e-3, **_ONE_CYCLE),
        f"80{PERCENT} of the test images in 24 seconds of CPU time.",
    ),
    "faces": Recipe(
        _net(
            "faces-fast", (25, 25, 1), *_stages(16, 32, normalised=False), Flatten(), Dropout(rate=0.3), num_classes=2
        ),
        TrainingConfig(
            dataset="faces",
            epochs=12,
            batch_size=16,
            learning_rate=2e-3,
            augment=Augmentation(flip=True, shift=0.05),
            **_ONE_CYCLE,
        ),
        f"92 to 98{PERCENT} of the test images, by seed, in 2 seconds of CPU time.",
    ),
    "mnist": Recipe(
        _net(
            "mnist-fast",
            (28, 28, 1),
            Conv(filters=16, kernel=5, stride=2, activation="relu"),  # a quarter of the places, and no pooling
            BatchNorm(),
            Conv(filters=32, activation="relu"),
            MaxPool(),
            BatchNorm(),
            Conv(filters=64, activation="relu"),
            Flatten(),
        ),
        TrainingConfig(dataset="mnist", epochs=2, batch_size=128, learning_rate=4e-3, **_ONE_CYCLE),
        f"99.1{PERCENT} of the test images in 17 seconds of CPU time; conv32-64-128-mnist by its own settings takes 40 "
        "seconds to as many.",
    ),
    "fashion_mnist": Recipe(
        _net("fashion-fast", (28, 28, 1), *_stages(32, 64, 128, normalised=True), Flatten(), Dropout(rate=0.3)),
        TrainingConfig(dataset="fashion_mnist", epochs=4, batch_size=128, learning_rate=3e-3, **_ONE_CYCLE),
        f"91.2{PERCENT} of the test images in 105 seconds of CPU time.",
    ),
    "cifar10": Recipe(
        _net("cifar10-fast", (32, 32, 3), *_stages(24, 48, 96, normalised=True), Flatten()),
        TrainingConfig(dataset="cifar10", epochs=2, batch_size=64, learning_rate=3e-3, **_ONE_CYCLE),
        f"69{PERCENT} of the test images in 2 epochs and 50 seconds of CPU time; conv32-64-cifar10 by its own settings "
        f"takes 7 epochs to its best, 68.5{PERCENT} (both on JPEG copies of the images).",
    ),
}
"""By the name of the data set."""

NAMED_NETS: dict[str, Architecture] = {
    **{name: preset.architecture for name, preset in PRESETS.items()},
    **{recipe.architecture.name: recipe.architecture for recipe in RECIPES.values()},
}
"""The nets that a link or a command names: those of the presets, then those of the fast recipes by their own names."""
