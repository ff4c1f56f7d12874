"""Rules about what is learned from, and about the net that learns it."""

import math

from cnnviz.architecture.spec import ActivationLayer
from cnnviz.training.diagnosis.history import Finding, History

ONE_CLASS = 0.98
OVERFIT_RISE = 1.1
OVERFIT_EPOCHS = 2
LEARNED, GAP, FEW_IMAGES = 0.9, 0.1, 200
MOST = 0.6  # share of the images that makes a class far the largest
MUCH_SAME = 0.1
BOUNDS = {"softmax": (0, 1), "sigmoid": (0, 1), "tanh": (-1, 1)}
"""Least and greatest value that an activation gives."""


def one_class(history: History) -> Finding | None:
    """Tell answers that are nearly all of one class."""
    top = history.epochs[-1].get("top_class")
    if not top or top["predicted"] < ONE_CLASS or (top["true"] > 0.9 and not history.is_guessing):
        return None
    name = history.classes[int(top["class"])]
    is_most = top["true"] > MOST
    weights = "" if history.config.class_weights else ", and class weights"
    return Finding(
        "one_class",
        f"Everything is taken for {name!r}",
        f"{top['predicted']:.0%} of the images looked at are taken for {name!r}, {top['true']:.0%} are"
        + (f": an accuracy of {top['true']:.0%} is what always saying {name!r} gives." if is_most else "."),
        f"If this stays, use a smaller learning rate{weights if is_most else ''}"
        + (
            ", or more images of the other classes. The recall of each class tells what is learned." if is_most else "."
        ),
    )


def same_images(history: History) -> Finding | None:
    """Tell images that are copies of one picture."""
    share = history.epochs[-1].get("same_images", 0.0)
    if share < MUCH_SAME:
        return None
    return Finding(
        "same_images",
        "Many images are the same picture",
        f"{share:.0%} of the images looked at are alike in every pixel, as empty (black) ones are.",
        "Nothing can be learned from them. Look at the images, and at how they were made, on the page Images.",
    )


def single_batch_norm(history: History) -> Finding | None:
    """Tell a batch normalisation of batches of one image."""
    if history.config.batch_size > 1 or not history.has_batch_norm:
        return None
    return Finding(
        "single_batch_norm",
        "A batch of one cannot be normalised",
        "Batch normalisation takes the mean of the batch from each value. With a batch of 1 each value of a dense "
        "layer is its own mean, so that nothing of the image is left.",
        "Use a batch size of 16 or more, or take the batch normalisation out.",
    )


def squashed_answer(history: History) -> Finding | None:
    """Tell a softmax of what an activation has squeezed between two bounds."""
    if history.activations[-1:] != ["softmax"] or history.config.loss != "crossentropy":
        return None
    before = history.activations[-2] if _ends_in_two(history) else ""
    if before not in BOUNDS:
        return None
    low, high = BOUNDS[before]
    count = len(history.classes)
    best = math.exp(high) / (math.exp(high) + (count - 1) * math.exp(low))
    return Finding(
        "squashed_answer",
        f"Softmax comes after {before}",
        f"What it gets lies between {low} and {high}, so no class can get more than {best:.0%}, and the loss stays "
        f"above {-math.log(best):.2f}.",
        f"Take the {before} before the softmax away (activation 'linear').",
    )


def _ends_in_two(history: History) -> bool:
    """Whether the two last layers both change values only, one unit for each class."""
    last = history.layers[-1]
    return isinstance(last, ActivationLayer) and getattr(history.layers[-2], "activation", "linear") != "linear"


def too_little_data(history: History) -> Finding | None:
    """Tell a net that knows few images by heart."""
    last, per_class = history.epochs[-1], history.num_train / len(history.classes)
    train, validation = last["accuracy"], last.get("val_accuracy", 1.0)
    if not history.num_train or per_class >= FEW_IMAGES or train < LEARNED or train - validation < GAP:
        return None
    return Finding(
        "too_little_data",
        "There is too little data",
        f"{train:.0%} of the images it learned from are right, but only {validation:.0%} of others. There are "
        f"{per_class:.0f} images of each class.",
        "Collect more images"
        + ("" if history.config.augment else ", augment them")
        + ", or begin with a net trained on others.",
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
        f"Stop after epoch {best + 1} (early stopping), {_ways_to_generalise(history)}.",
    )


def _ways_to_generalise(history: History) -> str:
    ways = [] if history.config.augment else ["augment the images"]
    if not any(layer.kind == "dropout" for layer in history.layers):
        ways.append("add dropout")
    return ", ".join([*ways, "or use a smaller net"])
