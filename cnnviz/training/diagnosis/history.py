"""A training as it was recorded, and what can be found in it. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cnnviz.architecture.spec import ActivationLayer, Architecture, BatchNorm, Layer
from cnnviz.architecture.spec.paths import walk
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import Divergence

CHANCE = 0.05  # of the way from guessing to all right


@dataclass(frozen=True)
class Finding:
    """What is wrong (`kind` for programs, `title` for people), what shows it, and what to try."""

    kind: str
    title: str
    evidence: str
    advice: str


@dataclass(frozen=True)
class History:
    """A training as it was recorded.

    Attributes
    ----------
    points, epochs : rows
        By batch and by epoch, as in `runs.records.Curves`; epochs may hold "norms" and "top_class"
        (`training.loop.layer_statistics`).
    config : TrainingConfig
    classes : sequence of str
    num_train : int
        Images to learn from; 0 if that is not known.
    divergence : Divergence, optional
        Where the run failed, if its loss went beyond all bounds.
    architecture : Architecture, optional
        The net; what follows from it is not found without.
    """

    points: Sequence[Mapping[str, Any]]
    epochs: Sequence[Mapping[str, Any]]
    config: TrainingConfig
    classes: Sequence[str]
    num_train: int
    divergence: Divergence | None = None
    architecture: Architecture | None = None

    @cached_property
    def layers(self) -> list[Layer]:
        """All layers of the net, those in blocks included."""
        return [] if self.architecture is None else [layer for _, layer in walk(self.architecture.layers)]

    @cached_property
    def has_batch_norm(self) -> bool:
        """Whether the net is known to normalise by batches."""
        return any(isinstance(layer, BatchNorm) for layer in self.layers)

    @cached_property
    def activations(self) -> list[str]:
        """Activations of the layers in order, without those that have none; "linear" is none."""
        named = [
            layer.function if isinstance(layer, ActivationLayer) else getattr(layer, "activation", "linear")
            for layer in self.layers
        ]
        return [name for name in named if name != "linear"]

    @cached_property
    def losses(self) -> list[float]:
        """Training loss by epoch."""
        return [row["loss"] for row in self.epochs]

    @cached_property
    def norms(self) -> Mapping[str, Mapping[str, float]]:
        """Norms of each layer after the last epoch."""
        return self.epochs[-1].get("norms", {}) if self.epochs else {}

    @cached_property
    def guess_loss(self) -> float:
        """Loss of a net that finds every class equally probable."""
        count = len(self.classes)
        return math.log(count) if self.config.loss == "crossentropy" else (1 - 1 / count) / count

    @cached_property
    def is_guessing(self) -> bool:
        """Whether the last epoch's answers on training images were about as good as chance."""
        chance = 1 / len(self.classes)
        right = self.epochs[-1].get("recall", self.epochs[-1]["accuracy"])
        return right < chance + CHANCE * (1 - chance)
