"""Rules about what is learned from, and about the net that learns it."""

import math
from collections.abc import Sequence

from cnnviz.architecture.spec import Backbone, BatchNorm, Dense, Dropout, Flatten, GlobalAvgPool, Layer
from cnnviz.architecture.spec.layers import GlobalMaxPool, SpatialDropout
from cnnviz.training.diagnosis.history import ONE_CLASS, Finding, History, activation_of

OVERFIT_RISE = 1.1
OVERFIT_EPOCHS = 2
LEARNED, GAP, FEW_IMAGES = 0.9, 0.1, 200
MUCH_SAME = 0.1
BOUNDS = {"softmax": (0, 1), "sigmoid": (0, 1), "tanh": (-1, 1)}
"""Least and greatest value that an activation gives."""


def one_class(history: History) -> Finding | None:
    """Tell answers that are nearly all of one class."""
    top = history.epochs[-1].get("top_class")
    if not top or top["predicted"] < ONE_CLASS or (top["true"] > 0.9 and not history.is_guessing):
        return None
    name = history.classes[int(top["class"])]
    is_most = history.says_the_most_common
    weights = "" if history.config.class_weights else "turn class weights on, or "
    return Finding(
        "one_class",
        f"Everything is taken for {name!r}",
        f"{top['predicted']:.0%} of the images looked at are taken for {name!r}, {top['true']:.0%} are"
        + (f": an accuracy of {top['true']:.0%} is what always saying {name!r} gives." if is_most else "."),
        f"If this stays, {weights}use more images of the other classes. The recall of each class tells what is learned."
        if is_most
        else "If this stays, use a smaller learning rate.",
    )


def same_images(history: History) -> Finding | None:
    """Tell images that are copies of one picture."""
    share = history.epochs[-1].get("images", {}).get("same", 0.0)
    if share < MUCH_SAME:
        return None
    return Finding(
        "same_images",
        "Many images are the same picture",
        f"{share:.0%} of the images looked at are alike in every pixel, as empty (black) ones are.",
        "Nothing can be learned from them. Look at the images, and at how they were made, on the page Images.",
    )


def single_batch_norm(history: History) -> Finding | None:
    """Tell a batch normalisation of single values: with a batch of one image, behind a dense layer."""
    names = history.single_norms
    if history.config.batch_size > 1 or not names:
        return None
    return Finding(
        "single_batch_norm",
        "A batch of one cannot be normalised",
        "Batch normalisation takes the mean of the batch from each value. With a batch of 1 each value that "
        f"{names[0]} gets is its own mean, so that nothing of the image is left.",
        f"Use a batch size of 16 or more, or take {' and '.join(names)} out.",
    )


def squashed_answer(history: History) -> Finding | None:
    """Tell a softmax of what an activation has squeezed between two bounds."""
    before, between = _before_softmax(history)
    if any(isinstance(layer, Dense | BatchNorm) for layer in between):  # learns to stretch what was squeezed
        return _softmax_inside(history, between) if before == "softmax" else None
    if before not in BOUNDS:
        return None
    low, high = BOUNDS[before]
    count = len(history.classes)
    best = math.exp(high) / (math.exp(high) + (count - 1) * math.exp(low))
    least = -math.log(best) if history.config.loss == "crossentropy" else (1 - best) ** 2 / (count - 1)
    is_scaled = any(isinstance(layer, Dropout) for layer in between)  # dropout scales up what it leaves, in training
    return Finding(
        "squashed_answer",
        f"Softmax comes after {before}",
        f"What it gets lies between {low} and {high}, so no class can get more than {best:.0%}, and the "
        f"{'validation ' if is_scaled else ''}loss stays above {least:{'.2f' if least > 0.1 else '.2g'}}.",
        f"Take the {before} before the softmax away (activation 'linear').",
    )


def _softmax_inside(history: History, between: Sequence[Layer]) -> Finding | None:
    if history.epochs[-1]["accuracy"] >= LEARNED:
        return None
    instead = "relu" if any(isinstance(layer, Dense) for layer in between) else "linear"
    return Finding(
        "squashed_answer",
        "Softmax comes after softmax",
        "The first softmax makes shares of 1 of what it gets: little of the image is left for the layers behind it. "
        f"{history.epochs[-1]['accuracy']:.0%} of the training images are right.",
        f"Keep the softmax of the last layer only (activation '{instead}' in place of the first).",
    )


def _before_softmax(history: History) -> tuple[str, list[Layer]]:
    """The activation before the softmax that answers, and the layers between that have none; "" if there is none."""
    if history.architecture is None or activation_of(history.architecture.layers[-1]) != "softmax":
        return "", []
    *others, last = history.architecture.layers
    between = [last]
    for layer in reversed(others):
        if activation_of(layer) != "linear":
            return activation_of(layer), between
        if not isinstance(layer, Dropout | BatchNorm | Dense | Flatten | GlobalAvgPool | GlobalMaxPool):
            break
        between.append(layer)
    return "", []


def too_little_data(history: History) -> Finding | None:
    """Tell a net that knows few images by heart."""
    last, per_class = history.epochs[-1], history.num_train / len(history.classes)
    train, validation = last["accuracy"], last.get("val_accuracy", 1.0)
    if not history.num_train or per_class >= FEW_IMAGES or train < LEARNED or train - validation < GAP:
        return None
    ways = [] if history.config.augment else ["augment them"]
    begins_anew = history.config.fine_tuning is None
    if begins_anew and not any(isinstance(one, Backbone) and one.weights == "imagenet" for one in history.layers):
        ways.append("begin with a net trained on others")
    return Finding(
        "too_little_data",
        "There is too little data",
        f"{train:.0%} of the images it learned from are right, but only {validation:.0%} of others. There are "
        f"{per_class:.0f} images of each class.",
        f"Collect more images{_joined(ways)}.",
    )


def overfitting(history: History) -> Finding | None:
    """Tell since when only the images that it learns from get better."""
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
        _ways_to_generalise(history, best + 1),
    )


def _ways_to_generalise(history: History, best: int) -> str:
    ways = [] if history.config.early_stopping else [f"stop after epoch {best} (early stopping)"]
    if not history.config.augment:
        ways.append("augment the images")
    if not any(isinstance(layer, Dropout | SpatialDropout) for layer in history.layers):
        ways.append("add dropout")
    first, *others = [*ways, "use a smaller net"]
    return f"{first[0].upper()}{first[1:]}{_joined(others)}."


def _joined(others: Sequence[str]) -> str:
    return "".join(f", {way}" for way in others[:-1]) + "".join(f", or {way}" for way in others[-1:])
