"""A training as it was recorded, and what can be found in it. Pure."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cnnviz.architecture.analysis.graph import trace
from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.architecture.spec import ActivationLayer, Architecture, BatchNorm, Layer
from cnnviz.architecture.spec.layers import LayerNorm
from cnnviz.architecture.spec.paths import walk
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import Divergence

ONE_CLASS = 0.98  # share of the answers
MOST = 0.6  # share of the images that makes a class far the largest, of two or three
LEARNED = 0.9  # of the training images right: then a net has learned them
CHANCE = 0.05  # of the way from guessing to all right
STILL_FALLS = 0.03  # of the loss in an epoch
UNCHANGED = 0.01  # relative change of a loss that is none
HARDLY_BEGUN = 0.9  # of the loss of guessing
MIN_STEPS = 20  # before these the curves tell nothing of the settings
GAP = 0.1  # between the accuracy on training images and on others
NO_GRADIENT = 1e-6  # share of the strongest relative gradient with which a layer learns nothing at any rate


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
    num_train, num_validation : int
        Images to learn from, 0 if that is not known; and those to validate on, 0 where the test images are.
    divergence : Divergence, optional
        Where the run failed, if its loss went beyond all bounds.
    architecture : Architecture, optional
        The net; what follows from it is not found without.
    has_ended : bool
        Whether no epoch comes any more; after the last one that was planned none does.
    net_epoch : int, optional
        The epoch that early stopping has gone back to; None: the net is that of the last one.
    """

    points: Sequence[Mapping[str, Any]]
    epochs: Sequence[Mapping[str, Any]]
    config: TrainingConfig
    classes: Sequence[str]
    num_train: int
    divergence: Divergence | None = None
    architecture: Architecture | None = None
    has_ended: bool = False
    net_epoch: int | None = None
    num_validation: int | None = None

    @cached_property
    def last(self) -> Mapping[str, Any]:
        """The epoch whose weights the net has."""
        return next((row for row in self.epochs if row["epoch"] == self.net_epoch), self.epochs[-1])

    @cached_property
    def is_over(self) -> bool:
        """Whether the training has come to its end."""
        return self.has_ended or self.epochs[-1]["epoch"] >= self.config.epochs

    @cached_property
    def num_steps(self) -> float:
        """Batches so far; without bound where the number of images is not known."""
        steps = math.ceil(self.num_train / self.config.batch_size) or math.inf
        return float(steps * self.epochs[-1]["epoch"])

    @cached_property
    def can_be_judged(self) -> bool:
        """Whether enough batches were trained for the curves to mean something."""
        return self.num_steps >= MIN_STEPS

    @cached_property
    def rate(self) -> float:
        """The learning rate, the highest one of a schedule; where that is constant, as it was set by hand last."""
        by_hand = self.points[-1].get("learning_rate") if self.points and self.config.schedule == "constant" else None
        return by_hand or self.config.learning_rate

    @cached_property
    def accuracy(self) -> float | None:
        """Share of the training images that are right, if it was recorded."""
        return self.last.get("accuracy")

    @cached_property
    def gap(self) -> float:
        """How much more of the training images are right than of others; 0 where that is not known."""
        return (self.last.get("accuracy") or 0.0) - self.last["val_accuracy"] if "val_accuracy" in self.last else 0.0

    @cached_property
    def has_learned(self) -> bool:
        """Whether nearly all images are right: augmented ones and those before a dropout are harder than others."""
        return max(self.accuracy or 0.0, self.last.get("val_accuracy", 0.0)) >= LEARNED

    @cached_property
    def last_fall(self) -> float:
        """By which share of itself the training loss fell in an epoch, mean over the last three; 0 after the first."""
        return _mean_fall(self.losses[-4:])

    @cached_property
    def still_falls(self) -> bool:
        """Whether the training loss goes on falling from epoch to epoch."""
        return self.last_fall >= STILL_FALLS

    @cached_property
    def others_still_gain(self) -> bool:
        """Whether the validation loss was never lower than after the last epoch, or nearly so, and falls."""
        losses = self.val_losses[-4:]
        return len(losses) > 1 and losses[-1] <= min(losses) * (1 + UNCHANGED) and losses[-1] < losses[0]

    @cached_property
    def next_gain(self) -> float:
        """Share of the other images that the next epoch would set right: what is wrong times the fall of their loss.

        That is the fall in the last epoch, or the mean of the last three where that is less, as one epoch may be lucky;
        and no more than a half, as a loss that has just begun to fall slows down. Half of it where a schedule lowered
        the rate: then the loss falls in the last epochs as it would not in one more.
        """
        if not self.others_still_gain or "val_accuracy" not in self.last:
            return 0.0
        pace = min(0.5, _mean_fall(self.val_losses[-2:]), _mean_fall(self.val_losses[-4:]))
        return pace * (1 - self.last["val_accuracy"]) / (1 if self.config.schedule == "constant" else 2)

    @cached_property
    def best(self) -> int:
        """The epoch after which the validation loss was lowest, from 1; 1 where none was recorded."""
        losses = [row.get("val_loss", math.inf) for row in self.epochs]
        return 1 + min(range(len(losses)), key=losses.__getitem__)

    @cached_property
    def layers(self) -> list[Layer]:
        """All layers of the net, those in blocks included."""
        return [] if self.architecture is None else [layer for _, layer in walk(self.architecture.layers)]

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return {} if self.architecture is None else layer_titles(self.architecture)

    def title(self, name: str) -> str:
        """Return what a layer is called in words, "Convolution 1"; its name where the net is not known."""
        return self._titles.get(name, name)

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
    def val_losses(self) -> list[float]:
        """Validation loss by epoch, of those that recorded it."""
        return [row["val_loss"] for row in self.epochs if "val_loss" in row]

    @cached_property
    def norms(self) -> Mapping[str, Mapping[str, float]]:
        """Norms of each layer after the last epoch."""
        return self.epochs[-1].get("norms", {}) if self.epochs else {}

    @cached_property
    def relative_gradients(self) -> dict[str, float]:
        """Norm of each layer's gradient over that of its weights, from the first layer to the last."""
        return {
            name: norms["gradients"] / norms["weights"]
            for name, norms in self.norms.items()
            if norms.get("weights") and "gradients" in norms
        }

    @cached_property
    def weakest_early(self) -> tuple[str, float]:
        """The layer of the first half that gets least, and its share of the strongest relative gradient; or ("", 1)."""
        ratios = self.relative_gradients
        early, strongest = list(ratios)[: len(ratios) // 2], max(ratios.values(), default=0.0)
        if not early or not strongest:
            return "", 1.0
        weakest = min(early, key=ratios.__getitem__)
        return weakest, ratios[weakest] / strongest

    @cached_property
    def silent(self) -> list[str]:
        """Layers of which every ReLU answers 0 to every image looked at: no gradient at all passes one."""
        return [name for name, norms in self.norms.items() if norms.get("dead", 0) == 1]

    @cached_property
    def loses_gradients(self) -> bool:
        """Whether the net guesses because the gradients shrink from layer to layer, whatever the learning rate is."""
        return self.is_guessing and not self.silent and self.weakest_early[1] < NO_GRADIENT

    @cached_property
    def guess_loss(self) -> float:
        """Loss of a net that finds every class equally probable."""
        count = len(self.classes)
        return math.log(count) if self.config.loss == "crossentropy" else (1 - 1 / count) / count

    @cached_property
    def is_guessing(self) -> bool:
        """Whether the last epoch's answers were about as good as chance; by the loss where no accuracy is known."""
        right = self.epochs[-1].get("recall", self.epochs[-1].get("accuracy"))
        return self.losses[-1] > (1 - CHANCE) * self.guess_loss if right is None else self.is_chance(right)

    def is_chance(self, right: float) -> bool:
        """Whether so many right answers (0 to 1) are about as many as by chance."""
        chance = 1 / len(self.classes)
        return right < chance + CHANCE * (1 - chance)


def _mean_fall(losses: Sequence[float]) -> float:
    """By which share of itself a loss fell in an epoch, mean over these; 0 of a single one."""
    steps = len(losses) - 1
    return 1 - (losses[-1] / losses[0]) ** (1 / steps) if steps > 0 and losses[0] > 0 < losses[-1] else 0.0


def activation_of(layer: Layer) -> str:
    """Return what a layer applies to its values at the end; "linear" for nothing."""
    return layer.function if isinstance(layer, ActivationLayer) else getattr(layer, "activation", "linear")
