"""Says in words what goes wrong in a training, with the evidence and what to try. Pure: works on recorded numbers.

Each rule is a function of a `History`; thresholds were set on small trainings that show the fault and on ones that
do not.
"""

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from cnnviz.training.config import TrainingConfig
from cnnviz.training.diagnosis.history import Finding, History
from cnnviz.training.events import Divergence

DIVERGED_LOSS = 1e6
EXPLODING = 10.0  # norm of a layer's gradient; of one that trains well it is about 0.1 to 2
VANISHING = 1e-3  # share of the strongest relative gradient that an early layer gets
MUCH_DEAD = 0.5
ONE_CLASS = 0.98
SPIKE = 2.0  # times the first loss
UNCHANGED = 0.01  # relative change of the loss between epochs that is none
OVERFIT_RISE = 1.1
OVERFIT_EPOCHS = 2
LEARNED, GAP, FEW_IMAGES = 0.9, 0.1, 200
MIN_EPOCHS = 3  # before a slow training is called one


def diagnose(
    points: Sequence[Mapping[str, Any]],
    epochs: Sequence[Mapping[str, Any]],
    *,
    config: TrainingConfig,
    classes: Sequence[str],
    num_train: int,
    divergence: Divergence | None = None,
) -> tuple[Finding, ...]:
    """Say what goes wrong, the gravest first; nothing where all goes well. See `History` for the arguments."""
    history = History(points, epochs, config, classes, num_train, divergence)
    diverged = _diverged(history)
    if diverged:
        return (diverged,)
    if not epochs:
        return ()
    found = {finding.kind: finding for rule in _RULES if (finding := rule(history))}
    for cause, effects in _EXPLAINS.items():
        if cause in found:
            found = {kind: finding for kind, finding in found.items() if kind not in effects}
    return tuple(found.values())


def _diverged(history: History) -> Finding | None:
    values = [row["loss"] for row in (*history.points[-1:], *history.epochs[-1:])]
    is_lost = any(not value < DIVERGED_LOSS for value in values)  # NaN compares as false
    if not is_lost and history.divergence is None:
        return None
    lower = history.config.learning_rate / 10
    return Finding(
        "diverged",
        "The training has diverged",
        f"{history.divergence}." if history.divergence else f"The loss is {values[-1]:.2g}.",
        f"Each step overshot further than the one before. Try a tenth of the learning rate ({lower:.2g}), and start "
        "anew: the weights are lost.",
    )


def _exploding(history: History) -> Finding | None:
    gradients = {name: norms["gradients"] for name, norms in history.norms.items() if "gradients" in norms}
    worst = max(gradients, key=gradients.__getitem__, default="")
    if not worst or gradients[worst] < EXPLODING:
        return None
    return Finding(
        "exploding_gradients",
        f"The gradients explode in {worst}",
        f"The gradient of {worst} has a norm of {gradients[worst]:.2g}; in a training that goes well it is about 1.",
        "Use a smaller learning rate, or put a batch normalisation after each convolution.",
    )


def _vanishing(history: History) -> Finding | None:
    ratios = _relative_gradients(history)
    names = list(ratios)
    early = names[: len(names) // 2]
    if not early:
        return None
    weakest, strongest = min(early, key=ratios.__getitem__), max(names, key=ratios.__getitem__)
    share = ratios[weakest] / ratios[strongest] if ratios[strongest] else 1.0
    if share >= VANISHING:
        return None
    return Finding(
        "vanishing_gradients",
        f"The gradients vanish on the way to {weakest}",
        f"Compared with its weights, {weakest} gets {share:.1g} times the gradient of {strongest}: the first layers "
        "hardly learn.",
        "Use ReLU in place of sigmoid or tanh, fewer layers, skip connections, or batch normalisation.",
    )


def _rate_too_high(history: History) -> Finding | None:
    first, peak = history.points[0]["loss"] if history.points else history.losses[0], _peak(history)
    is_stuck = history.losses[-1] > 0.5 * history.guess_loss
    spiked = is_stuck and peak > SPIKE * max(first, history.guess_loss)
    lowest = min(history.losses)
    rises = history.losses[-1] > 1.3 * lowest and history.losses[-1] - lowest > 0.1 * history.guess_loss
    dead = [name for name, norms in history.norms.items() if norms.get("dead", 0) > 0.9]
    killed = history.is_guessing and bool(dead)
    if not (spiked or rises or killed):
        return None
    if spiked:
        evidence = (
            f"The loss began at {first:.2g} and was thrown up to {peak:.2g}; guessing gives {history.guess_loss:.2g}."
        )
    elif rises:
        evidence = f"The training loss was {lowest:.2g} and is {history.losses[-1]:.2g} now: it should only fall."
    else:
        evidence = (
            f"The net guesses, and the ReLUs of {', '.join(dead)} answer 0 to every image: a large step kills them."
        )
    lower = history.config.learning_rate / 10
    return Finding(
        "rate_too_high",
        "The learning rate is too high",
        evidence,
        f"Try a tenth of it ({lower:.2g}), or a schedule that begins low (one_cycle).",
    )


def _rate_too_low(history: History) -> Finding | None:
    losses = history.losses
    if len(losses) < MIN_EPOCHS or losses[-1] < 0.9 * history.guess_loss:
        return None
    falls = [before - after for before, after in pairwise(losses)]
    is_steady = min(falls) > 0 and falls[-1] > 0.5 * falls[0]  # has not settled: it would go on
    pace = (losses[0] - losses[-1]) / losses[0] / len(falls)
    if not is_steady or pace > 0.1:
        return None
    higher = history.config.learning_rate * 10
    return Finding(
        "rate_too_low",
        "The learning rate is too low",
        f"The training loss falls in every epoch, but by only {pace:.2g} of itself, from {losses[0]:.4g} to "
        f"{losses[-1]:.4g}; guessing gives {history.guess_loss:.4g}.",
        f"Try ten times as much ({higher:.2g}).",
    )


def _plateau(history: History) -> Finding | None:
    losses = history.losses
    if len(losses) < MIN_EPOCHS or not history.is_guessing:
        return None
    recent = losses[-MIN_EPOCHS + 1 :]
    if max(recent) - min(recent) > UNCHANGED * max(recent):
        return None
    return Finding(
        "plateau",
        "It does not begin to learn",
        f"After {len(losses)} epochs the training loss is {losses[-1]:.3g}; guessing gives {history.guess_loss:.3g}.",
        "Try another learning rate (ten times and a tenth), ReLU as activation, or another seed.",
    )


def _one_class(history: History) -> Finding | None:
    top = history.epochs[-1].get("top_class")
    if not top or top["predicted"] < ONE_CLASS or top["true"] > 0.9:
        return None
    name = history.classes[int(top["class"])]
    return Finding(
        "one_class",
        f"Everything is taken for {name!r}",
        f"{top['predicted']:.0%} of the images looked at are taken for {name!r}, {top['true']:.0%} are.",
        "If this stays, use a smaller learning rate, and class weights where one class is much more frequent.",
    )


def _dead(history: History) -> Finding | None:
    shares = {name: norms["dead"] for name, norms in history.norms.items() if norms.get("dead", 0) >= MUCH_DEAD}
    if not shares:
        return None
    told = ", ".join(f"{share:.0%} of {name}" for name, share in shares.items())
    return Finding(
        "dead_relus",
        "Many ReLUs are dead",
        f"They answer 0 to all of the images looked at: {told}.",
        "A dead unit never learns again. Use a smaller learning rate, and a smaller layer or leaky activation.",
    )


def _overfitting(history: History) -> Finding | None:
    losses = [row.get("val_loss", math.inf) for row in history.epochs]
    best = min(range(len(losses)), key=losses.__getitem__)
    since = len(losses) - 1 - best
    has_risen = since >= OVERFIT_EPOCHS and losses[-1] > OVERFIT_RISE * losses[best]
    if not has_risen or history.losses[-1] >= history.losses[best]:
        return None
    return Finding(
        "overfitting",
        f"It overfits since epoch {best + 1}",
        f"Since then the training loss fell from {history.losses[best]:.3g} to {history.losses[-1]:.3g}, while the "
        f"validation loss rose from {losses[best]:.3g} to {losses[-1]:.3g}.",
        f"Stop after epoch {best + 1} (early stopping), augment the images, add dropout, or use a smaller net.",
    )


def _too_little_data(history: History) -> Finding | None:
    last, per_class = history.epochs[-1], history.num_train / len(history.classes)
    train, validation = last["accuracy"], last.get("val_accuracy", 1.0)
    if not history.num_train or per_class >= FEW_IMAGES or train < LEARNED or train - validation < GAP:
        return None
    return Finding(
        "too_little_data",
        "There is too little data",
        f"{train:.0%} of the images it learned from are right, but only {validation:.0%} of others. There are "
        f"{per_class:.0f} images of each class.",
        "Collect more images, augment them, or begin with a net trained on others.",
    )


_RULES = (
    _exploding,
    _vanishing,
    _rate_too_high,
    _rate_too_low,
    _one_class,
    _dead,
    _plateau,
    _too_little_data,
    _overfitting,
)

_EXPLAINS = {
    "rate_too_high": ("plateau", "rate_too_low"),
    "rate_too_low": ("plateau", "one_class"),
    "vanishing_gradients": ("plateau",),
}
"""What is not worth saying beside its cause."""


def _relative_gradients(history: History) -> dict[str, float]:
    """Norm of each layer's gradient over that of its weights, from the first layer to the last."""
    return {
        name: norms["gradients"] / norms["weights"]
        for name, norms in history.norms.items()
        if norms.get("weights") and "gradients" in norms
    }


def _peak(history: History) -> float:
    return max((row["loss"] for row in (*history.points, *history.epochs)), default=0.0)
