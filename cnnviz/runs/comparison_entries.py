"""What a comparison of runs looks at: each setting and result, where it is read and how it is written. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.datasets.corrections import corrections_text, fold_text, last_corrections
from cnnviz.errors import InvalidArchitecture
from cnnviz.runs.records import Run
from cnnviz.runs.run_progress import Mark
from cnnviz.text.markup import as_names
from cnnviz.text.units import (
    bytes_text,
    count_text,
    duration_text,
    metric_text,
    part_text,
    percent_text,
    plain_text,
    shape_text,
)
from cnnviz.training.config import OPTIMIZERS, TrainingConfig

NET, IMAGES, TRAINING, SEED, RESULTS = GROUPS = ("Net", "Images", "Training", "Seed", "Results")
MOST_IMAGES = "Most training images"
BY_HAND = "Changes by hand"


@dataclass(frozen=True)
class Entry:
    """How a row is read and written.

    `tell` gives what tells two runs apart, where what is read only sums it up.
    """

    group: str
    name: str
    read: Callable[[Run], Any]
    write: Callable[[Any], str] = str
    tell: Callable[[Run], Any] | None = None


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _classes(names: list[str]) -> str:
    return f"{len(names):,}: {as_names(names, 3)}{', …' if len(names) > 3 else ''}"


def _share(value: float) -> str:
    return percent_text(value, digits=1)


def total_of(name: str) -> Callable[[Run], int | None]:
    """Make what gives a sum over all layers of a run's net, a field of `Totals`; None of an impossible one."""

    def read(run: Run) -> int | None:
        try:
            return int(getattr(analyze(run.architecture).totals, name))
        except InvalidArchitecture:
            return None

    return read


def _setting(name: str, read: Callable[[TrainingConfig], Any], write: Callable[[Any], str] = str) -> Entry:
    """An entry of a setting, which a net that was brought along does not have."""
    return Entry(TRAINING, name, lambda run: None if run.origin else read(run.config), write)


def _by_hand(run: Run) -> tuple[Mark | float, ...] | None:
    return run.progress.by_hand(run.config.learning_rate) or None


def _by_hand_text(run: Run) -> str | None:
    return ", ".join(map(_change_text, _by_hand(run) or ())) or None


def _change_text(mark: Mark | float) -> str:
    if not isinstance(mark, Mark):
        return f"learning rate {plain_text(mark)} at the end"
    if mark.kind == "rewind":
        return f"back to {mark.went_back_to}"
    what = f"learning rate set to {plain_text(mark.value)}" if mark.value else "more epochs"
    return f"{what} {mark.where}"


_CHANGES = ("rotation", "zoom", "shear", "shift", "brightness", "noise")


def _random_change(name: str) -> Entry:
    return _setting(f"Random {name}", lambda config: config.augment and getattr(config.augment, name), "{:g}".format)


ENTRIES = (
    Entry(NET, "Input", lambda run: run.architecture.input_shape, shape_text),
    Entry(NET, "Parameters", total_of("params"), "{:,}".format),
    Entry(NET, "MACs", total_of("macs"), "{:,}".format),
    Entry(NET, "Weights", total_of("weight_bytes"), bytes_text),
    Entry(
        IMAGES,
        "Classes",
        lambda run: list(run.facts.classes) or None,
        _classes,
    ),
    Entry(IMAGES, "Training images", lambda run: run.facts.num_train or None, "{:,}".format),
    Entry(IMAGES, "Validation images", lambda run: run.facts.num_validation or None, "{:,}".format),
    Entry(IMAGES, "Test images", lambda run: run.facts.num_test or run.metrics.get("num_test"), "{:,}".format),
    Entry(IMAGES, "Image size", lambda run: run.facts.image_shape if any(run.facts.image_shape) else None, shape_text),
    _setting(MOST_IMAGES, lambda config: config.limit, "{:,}".format),
    _setting("Most images of a class", lambda config: config.images.limit_per_class, "{:,}".format),
    Entry(
        TRAINING,
        "Corrected",
        lambda run: corrections_text(run.config.corrections) or None,
        tell=lambda run: frozenset(last_corrections(run.config.corrections)),
    ),
    _setting("Held out, and tested on", lambda config: config.fold and fold_text(config.fold)),
    _setting("Epochs", lambda config: config.epochs, "{:,}".format),
    _setting("Batch size", lambda config: config.batch_size),
    _setting("Optimizer", lambda config: config.optimizer, OPTIMIZERS.__getitem__),
    _setting("Momentum", lambda config: config.momentum if config.optimizer == "sgd" else None, "{:g}".format),
    _setting("Learning rate", lambda config: config.learning_rate, plain_text),
    Entry(TRAINING, BY_HAND, _by_hand_text, tell=_by_hand),
    _setting("Schedule", lambda config: config.schedule, lambda name: name.replace("_", " ")),
    _setting("Loss function", lambda config: config.loss),
    _setting("Validation share", lambda config: config.validation_share, _share),
    _setting("Class weights", lambda config: config.class_weights, _yes),
    _setting("Early stopping after", lambda config: config.early_stopping, lambda n: count_text(n, "epoch")),
    _setting("Target accuracy", lambda config: config.target_accuracy, _share),
    _setting("Mixed precision", lambda config: config.mixed_precision, _yes),
    _setting("Mirroring", lambda config: config.augment and config.augment.flip, _yes),
    *map(_random_change, _CHANGES),
    _setting("Began with", lambda config: config.fine_tuning and config.fine_tuning.name),
    _setting("Frozen", lambda config: config.fine_tuning and config.fine_tuning.frozen, lambda t: t.replace("-", " ")),
    Entry(SEED, "Seed", lambda run: None if run.origin else run.config.seed),
    Entry(RESULTS, "Status", lambda run: "own net" if run.origin else run.status.value),
    Entry(RESULTS, "Accuracy", lambda run: run.metrics.get("accuracy"), part_text),
    Entry(RESULTS, "Mean precision", lambda run: run.metrics.get("macro_precision"), metric_text),
    Entry(RESULTS, "Mean recall", lambda run: run.metrics.get("macro_recall"), metric_text),
    Entry(RESULTS, "Mean squared error", lambda run: run.metrics.get("mse"), metric_text),
    Entry(RESULTS, "Correlation", lambda run: run.metrics.get("correlation"), metric_text),
    Entry(RESULTS, "Epochs trained", lambda run: None if run.origin else run.epochs_done, "{:,}".format),
    Entry(RESULTS, "Training time", lambda run: run.seconds or None, duration_text),
    Entry(RESULTS, "Device", lambda run: run.device or None),
)
