"""Small trainings in which one thing is wrong, or none, and what the diagnosis is to say first of each."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    BatchNorm,
    Conv,
    Dense,
    Flatten,
    Layer,
    MaxPool,
)
from cnnviz.datasets.dataset import Dataset
from cnnviz.training.config import TrainingConfig
from cnnviz.training.recipes import RECIPES

Change = Callable[[Dataset], Dataset]


@dataclass(frozen=True)
class Situation:
    """A training, and the kind and the title of its cause."""

    cause: str
    title: str
    net: Architecture
    config: TrainingConfig
    images: Change = lambda data: data


def _few(count: int, *, wrong: float = 0.0) -> Change:
    """The first images to learn from, a share of them with the labels of others."""

    def change(data: Dataset) -> Dataset:
        labels, num_wrong = data.y_train[:count].copy(), round(wrong * count)
        labels[:num_wrong] = np.random.default_rng(0).permutation(labels[:num_wrong])
        return replace(data, x_train=data.x_train[:count], y_train=labels)

    return change


def _unequal(data: Dataset) -> Dataset:
    """Threes among all other digits, 20 of them to learn from."""
    is_rare = data.y_train == 3
    kept = np.flatnonzero(~is_rare | (np.cumsum(is_rare) <= 20))
    return replace(
        data,
        info=replace(data.info, classes=("other", "three")),
        x_train=data.x_train[kept],
        y_train=is_rare[kept].astype(int),
        y_test=(data.y_test == 3).astype(int),
    )


def _config(**settings: Any) -> TrainingConfig:
    return TrainingConfig(**{"dataset": "digits", "epochs": 4, **settings})


def _net(*layers: Layer) -> Architecture:
    return Architecture(input_shape=(28, 28, 1), layers=(*layers, Dense(units=10, activation="softmax")))


def _stage(filters: int) -> tuple[Layer, ...]:
    return Conv(filters=filters, activation="relu"), MaxPool()


def _dense(activation: str, *units: int) -> tuple[Layer, ...]:
    return Flatten(), *(Dense(units=number, activation=activation) for number in units)


SMALL = _net(*_stage(8), *_stage(16), Flatten())
LARGE = _net(*_dense("relu", 256, 256))
NORMALISED = _net(*_stage(8), BatchNorm(), Conv(filters=16, activation="relu"), BatchNorm(), Flatten())
TWICE = Architecture(
    input_shape=(28, 28, 1), layers=(*_net(*_dense("relu", 32)).layers, ActivationLayer(function="softmax"))
)

SITUATIONS = {
    "diverges": Situation(
        "diverged",
        "The learning rate is too high: the training has diverged",
        SMALL,
        _config(optimizer="sgd", learning_rate=1e4),
    ),
    "rate far too high": Situation(
        "rate_too_high", "The learning rate is far too high", SMALL, _config(learning_rate=1.0)
    ),
    "rate far too low": Situation(
        "rate_too_low", "The learning rate is far too low", SMALL, _config(learning_rate=1e-6)
    ),
    "overfits": Situation(
        "overfitting",
        "It overfits since epoch 11",
        SMALL,
        _config(epochs=25, learning_rate=5e-3, batch_size=32),
        _few(500, wrong=0.5),
    ),
    "net too small": Situation(
        "underfitting", "The net is too small", _net(*_dense("tanh", 2)), _config(epochs=15, learning_rate=1e-2)
    ),
    "dead ReLUs": Situation(
        "dead_relus", "Many ReLUs are dead", _net(*_dense("relu", 32, 32, 32)), _config(learning_rate=0.08)
    ),
    "many sigmoids": Situation(
        "vanishing_gradients",
        "The gradients vanish on the way to Dense 1",
        _net(*_dense("sigmoid", *[32] * 8)),
        _config(),
    ),
    "unequal classes": Situation(
        "class_imbalance",
        "The classes are too unequal: everything is taken for 'other'",
        SMALL,
        _config(epochs=5),
        _unequal,
    ),
    "softmax twice": Situation("squashed_answer", "Softmax comes after softmax", TWICE, _config()),
    "too few epochs": Situation(
        "too_few_epochs", "It was trained for too few epochs", SMALL, _config(epochs=2, learning_rate=3e-4)
    ),
    "schedule freezes": Situation(
        "frozen_schedule",
        "The schedule 'step' froze it too soon",
        SMALL,
        _config(epochs=9, schedule="step"),
        _few(500),
    ),
    "all is well": Situation("well", "All is well", SMALL, _config(epochs=10, learning_rate=3e-3)),
    "batches of one": Situation(
        "single_batch_norm",
        "A batch of one cannot be normalised",
        _net(*_dense("relu", 32), BatchNorm()),
        _config(batch_size=1, epochs=2),
        _few(300),
    ),
    "batch norm not settled": Situation(
        "unsettled_batch_norm", "Its batch normalisation has not settled", NORMALISED, _config(epochs=6), _few(500)
    ),
    "few images": Situation(
        "too_little_data", "There is too little data", LARGE, _config(epochs=20, batch_size=16), _few(60)
    ),
    "wrong labels": Situation(
        "unrelated_labels",
        "What it learned holds for no other image",
        LARGE,
        _config(epochs=25),
        _few(300, wrong=1.0),
    ),
    "too deep": Situation(
        "vanishing_gradients",
        "The gradients vanish on the way to Convolution 2",
        get_preset("too-deep").architecture,
        _config(epochs=5),
    ),
    "rate too high, and yet learned": Situation(
        "rate_too_high",
        "The learning rate is far too high",
        get_preset("digits-small").architecture,
        _config(epochs=5, learning_rate=0.1),
    ),
    "one epoch": Situation(
        "still_learning",
        "It was trained for one epoch only",
        RECIPES["digits"].architecture,
        RECIPES["digits"].config.model_copy(update={"epochs": 1}),
    ),
    "ends while it learns": Situation(
        "still_learning",
        "It was still learning when it ended",
        get_preset("digits-small").architecture,
        _config(epochs=5),
    ),
}
"""The first twelve are those that the project's goal counts; the others are known as well."""
