"""The net of the Home page: small, trained within half a minute on embedded and generated digits.

Light: the server names it, a worker trains it. Its data is the unlisted set `starter`; digits that people drew
are no part of it, so a drawing is as new to the net as it can be.
"""

from dataclasses import dataclass

from cnnviz.architecture.spec import Architecture, Conv, Dense, Dropout, Flatten, MaxPool
from cnnviz.training.config import TrainingConfig


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
    config=TrainingConfig(dataset="starter", epochs=5, batch_size=64, optimizer="adam", learning_rate=1e-3, seed=0),
)
