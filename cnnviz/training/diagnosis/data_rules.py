"""Rules about what is learned from, and about the net that learns it."""

import math
from collections.abc import Sequence

from cnnviz.architecture.spec import Backbone, Dropout
from cnnviz.architecture.spec.layers import SpatialDropout
from cnnviz.text.units import classes_text, count_text
from cnnviz.training.diagnosis.history import LEARNED, ONE_CLASS, Finding, History

OVERFIT_RISE = 1.1
OVERFIT_EPOCHS = 2
GAP, FEW_IMAGES = 0.1, 200
MUCH_SAME = 0.1
NEARLY_ALL_SAME = 0.9


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
    share = _same(history)
    if share < MUCH_SAME:
        return None
    return Finding(
        "same_images",
        "Many images are the same picture",
        f"{share:.0%} of the images looked at are alike in every pixel, as empty (black) ones are.",
        "Nothing can be learned from them. Look at the images, and at how they were made, on the page Images.",
    )


def has_nothing_to_learn(history: History) -> bool:
    """Whether nearly all images are one picture."""
    return _same(history) >= NEARLY_ALL_SAME


def _same(history: History) -> float:
    """Share of the images looked at that are alike in every pixel."""
    return history.epochs[-1].get("images", {}).get("same", 0.0)


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
    number = f"{count_text(history.num_train, 'image')} for {classes_text(len(history.classes))}"
    return Finding(
        "too_little_data",
        "There is too little data",
        f"{train:.0%} of the images it learned from are right, but only {validation:.0%} of others. It learned from "
        f"{number}.",
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
