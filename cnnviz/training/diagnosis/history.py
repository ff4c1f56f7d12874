"""A training as it was recorded, and what can be found in it. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.spec import ActivationLayer, Architecture, BatchNorm, Layer
from cnnviz.architecture.spec.layers import LayerNorm
from cnnviz.architecture.spec.paths import walk
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import Divergence

ONE_CLASS = 0.98  # share of the answers
MOST = 0.6  # share of the images that makes a class far the largest, of two or three
LEARNED = 0.9  # of the training images right: then a net has learned them
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
        By batch and by epoch, as in `runs.records.Curves`; epochs may hold "norms", "images" and "top_class"
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
    def single_norms(self) -> list[str]:
        """Names of batch normalisations that get one value of each unit from an image, as behind a dense layer."""
        nodes = () if self.architecture is None else trace(self.architecture)[0]
        return [
            node.name
            for node in nodes
            if isinstance(node.layer, BatchNorm) and math.prod(node.effect.output.shape[:-1]) == 1
        ]

    @cached_property
    def can_be_normalised(self) -> bool:
        """Whether batch normalisation may help: the net has none of any kind, and a batch has several images."""
        return self.config.batch_size > 1 and not any(isinstance(layer, BatchNorm | LayerNorm) for layer in self.layers)

    @cached_property
    def activations(self) -> list[str]:
        """Activations of the layers in order, without those that have none; "linear" is none."""
        return [name for layer in self.layers if (name := activation_of(layer)) != "linear"]

    @cached_property
    def says_the_most_common(self) -> bool:
        """Whether all answers are one class, and far the most images are of it."""
        top = self.epochs[-1].get("top_class") or {"predicted": 0, "true": 0}
        return bool(top["predicted"] >= ONE_CLASS and top["true"] > min(MOST, 2 / len(self.classes)))

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


def activation_of(layer: Layer) -> str:
    """Return what a layer applies to its values at the end; "linear" for nothing."""
    return layer.function if isinstance(layer, ActivationLayer) else getattr(layer, "activation", "linear")
