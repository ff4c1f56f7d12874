"""How long a training will take, before it starts: its net, its images and its settings put together. Pure."""

import hashlib
import json

from cnnviz.architecture.editing.adapt import adapt
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import describe
from cnnviz.training.config import TrainingConfig, load_options
from cnnviz.training.duration.model import Calibration, Prediction, Workload, predict_seconds, workload
from cnnviz.training.duration.pace import predict_again
from cnnviz.training.fine_tuning import fitted_net, training_analysis


def forecast(net: Architecture, config: TrainingConfig, calibration: Calibration | None = None) -> Prediction:
    """Predict how long all epochs take on a worker with that calibration (a usual one, unless given).

    By the pace of the same net where that has run there before, else by what its parts cost.

    Raises
    ------
    InvalidArchitecture
        The net does not suit the images.
    UnknownName, InvalidDataset
        There are no such images.
    """
    work = training_work(net, config)
    if calibration is not None and calibration.runs:
        name = fingerprint(net, config)
        runs = [run for run in calibration.runs if run.net == name]
        if runs:
            return predict_again(work, runs, calibration)
    return predict_seconds(work, calibration)


def training_work(net: Architecture, config: TrainingConfig) -> Workload:
    """What a training consists of; the net is brought into the form of the images. Raises as `forecast` does."""
    info = describe(config.dataset, **load_options(config, net.input_shape))
    num_images, num_validation, num_test = image_counts(config, info)
    return workload(
        training_analysis(fit_net(net, config, info), config),
        config,
        num_images=num_images,
        num_validation=num_validation,
        num_test=num_test,
    )


def fingerprint(net: Architecture, config: TrainingConfig) -> str:
    """Name of what a step of a training computes: the same for the same net in the same form, whatever its weights.

    The batch size, the size of the images, augmentation, precision, and what is frozen are parts of it; how many
    images and epochs there are is not. Raises as `forecast` does.
    """
    info = describe(config.dataset, **load_options(config, net.input_shape))
    step = {
        "net": fit_net(net, config, info).model_dump(mode="json", exclude={"name"}),
        "frozen": config.fine_tuning and config.fine_tuning.frozen,
        **config.model_dump(mode="json", include={"batch_size", "augment", "mixed_precision"}),
    }
    return hashlib.sha256(json.dumps(step, sort_keys=True).encode()).hexdigest()[:16]


def fit_net(net: Architecture, config: TrainingConfig, info: DatasetInfo) -> Architecture:
    """Bring a net into the form in which a training has it; raises InvalidArchitecture where it does not suit."""
    if config.fine_tuning is not None:
        return fitted_net(net, len(info.classes))
    return adapt(net, image_shape(net, config, info), len(info.classes))


def image_shape(net: Architecture, config: TrainingConfig, info: DatasetInfo) -> tuple[int, int, int]:
    """Size of the images that a net is given: their own, or where they have none what was asked for or suits it."""
    if config.fine_tuning is not None:
        return net.input_shape  # the images are brought into its size
    if not info.free_size:
        return info.image_shape
    return (*(config.images.size or net.input_shape[:2]), config.images.channels)


def image_counts(config: TrainingConfig, info: DatasetInfo) -> tuple[int, int, int]:
    """Images to learn from in an epoch, to validate on after it, and to ask only at the end (none, if all were)."""
    num_images = max(1, min(info.num_train, config.limit or info.num_train))
    if info.num_validation:
        return num_images, info.num_validation, info.num_test
    num_aside = round(num_images * config.validation_share)
    return (num_images - num_aside, num_aside, info.num_test) if num_aside else (num_images, info.num_test, 0)
