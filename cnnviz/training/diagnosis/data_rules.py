"""Rules about what is learned from, and whether it holds for other images."""

import math
from collections.abc import Mapping, Sequence

from cnnviz.architecture.spec import Backbone, Dropout
from cnnviz.architecture.spec.layers import SpatialDropout
from cnnviz.text.units import cautious_percent_text, classes_text, count_text, percent_text
from cnnviz.training.config import USUAL_AUGMENTATION
from cnnviz.training.diagnosis.finding import Finding, Remedy
from cnnviz.training.diagnosis.history import GAP, ONE_CLASS, History
from cnnviz.training.diagnosis.remedies import lower_rate, usual_rate, with_dropout

OVERFIT_RISE = 1.1
OVERFIT_EPOCHS = 2
WIDE_GAP = 0.15  # of a net that has not learned its images yet
FEW_IMAGES = 40  # of a class
MUCH_SAME = 0.1
NEARLY_ALL_SAME = 0.9


def class_imbalance(history: History) -> Finding | None:
    """Tell answers that are all of the class that most images are of."""
    top = history.epochs[-1].get("top_class")
    if not top or not history.says_the_most_common:
        return None
    name = history.classes[int(top["class"])]
    is_weighted = history.config.class_weights
    more = "Use more images of the other classes." if is_weighted else "Turn class weights on: each class then counts"
    return Finding(
        "class_imbalance",
        f"The classes are too unequal: everything is taken for {name!r}",
        f"{_taken_for(top, name)}: an accuracy of {percent_text(top['true'])} is what always saying {name!r} gives. "
        "The recall of each class tells what is learned.",
        more if is_weighted else f"{more} alike. Or use more images of the other classes.",
        None if is_weighted else Remedy({"class_weights": True}),
    )


def _taken_for(top: Mapping[str, float], name: str) -> str:
    predicted, true = percent_text(top["predicted"]), percent_text(top["true"])
    return f"{predicted} of the images looked at are taken for {name!r}, {true} are"


def one_class(history: History) -> Finding | None:
    """Tell answers that are nearly all of a class that few images are of."""
    top = history.epochs[-1].get("top_class")
    if not top or top["predicted"] < ONE_CLASS or history.says_the_most_common:
        return None
    if top["true"] > 0.9 and not history.is_guessing:
        return None
    name = history.classes[int(top["class"])]
    is_fast = history.rate > usual_rate(history.config)
    lower = lower_rate(history.config, history.rate)
    return Finding(
        "one_class",
        f"Everything is taken for {name!r}",
        f"{_taken_for(top, name)}.",
        f"If this stays, use a smaller learning rate ({lower:.2g}).",
        Remedy({"learning_rate": lower}) if is_fast else None,
    )


def same_images(history: History) -> Finding | None:
    """Tell images that are copies of one picture."""
    share = _same(history)
    if share < MUCH_SAME:
        return None
    is_all = share >= NEARLY_ALL_SAME
    return Finding(
        "same_images" if is_all else "some_same_images",
        f"{'Nearly all' if is_all else 'Many'} images are the same picture",
        f"{percent_text(share)} of the images looked at are alike in every pixel, as empty (black) ones are.",
        "Nothing can be learned from them. Look at the images, and at how they were made, on the page Images.",
    )


def _same(history: History) -> float:
    """Share of the images looked at that are alike in every pixel."""
    return history.epochs[-1].get("images", {}).get("same", 0.0)


def too_little_data(history: History) -> Finding | None:
    """Tell a net that knows few images by heart."""
    if not history.num_train or history.num_train / len(history.classes) >= FEW_IMAGES:
        return None
    if not history.has_learned or history.gap < GAP:
        return None
    tuned, layers = history.config.fine_tuning, history.layers
    begins_anew = not (tuned or any(isinstance(one, Backbone) and one.weights == "imagenet" for one in layers))
    ways = [] if history.config.augment else ["augment them"]
    ways += ["begin with a net trained on others"] if begins_anew else []
    number = f"{count_text(history.num_train, 'image')} for {classes_text(len(history.classes))}"
    return Finding(
        "too_little_data",
        "There is too little data",
        f"{_two_shares(history)} It learned from {number}.",
        f"Collect more images{_joined(ways)}.",
        None if history.config.augment else _AUGMENTED,
    )


def overfitting(history: History) -> Finding | None:
    """Tell since when only the images that it learns from get better, or that they are far better known than others."""
    losses = [row.get("val_loss", math.inf) for row in history.epochs]
    best = history.best - 1
    is_worse = len(losses) > best + OVERFIT_EPOCHS and losses[-1] > OVERFIT_RISE * losses[best]
    is_at_best = history.last is not history.epochs[-1]  # early stopping went back
    if is_worse and not is_at_best and history.losses[-1] < history.losses[best]:
        title = f"It overfits since epoch {best + 1}"
        evidence = (
            f"Since then the training loss fell from {history.losses[best]:.3g} to {history.losses[-1]:.3g}, while the "
            f"validation loss rose from {losses[best]:.3g} to {losses[-1]:.3g}."
        )
    elif history.is_over and history.gap >= (GAP if history.has_learned else WIDE_GAP):
        title, evidence = "It overfits", _two_shares(history)
    else:
        return None
    is_early = history.others_still_gain and not history.has_learned  # more epochs help both
    kind = "early_gap" if is_early else "overfitting"
    title = "Its own images are known better than others" if is_early else title
    return Finding(kind, title, evidence, *_ways_to_generalise(history, best + 1))


def _two_shares(history: History) -> str:
    right, others = cautious_percent_text(history.accuracy or 0.0), cautious_percent_text(history.last["val_accuracy"])
    return f"{right.capitalize()} of the images it learned from are right, but only {others} of others."


_AUGMENTED = Remedy({"augment": USUAL_AUGMENTATION.model_dump()})


def _ways_to_generalise(history: History, best: int) -> tuple[str, Remedy | None]:
    """What to try, the most promising first, and that one for programs."""
    ways: list[tuple[str, Remedy | None]] = []
    if not history.config.augment:
        ways.append(("augment the images", _AUGMENTED))
    if not any(isinstance(layer, Dropout | SpatialDropout) for layer in history.layers):
        ways.append(("add dropout", with_dropout(history.architecture) if history.architecture else None))
    if not history.config.early_stopping and best < history.epochs[-1]["epoch"]:
        fairly = ", with a validation share that chooses it" if history.num_validation == 0 else ""
        ways.append((f"stop after epoch {best} (early stopping{fairly})", Remedy({"early_stopping": 3})))
    ways.append(("use a smaller net", None))
    texts = [text for text, _ in ways]
    return f"{texts[0][0].upper()}{texts[0][1:]}{_joined(texts[1:])}.", ways[0][1]


def _joined(others: Sequence[str]) -> str:
    return "".join(f", {way}" for way in others[:-1]) + "".join(f", or {way}" for way in others[-1:])
