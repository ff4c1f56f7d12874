"""Asks workers about the nets of finished runs."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.engine.ask import ask_run
from cnnviz.engine.remote import questions as queries
from cnnviz.errors import InputWanted
from cnnviz.evaluation.predictions import TestPredictions
from cnnviz.inspection.maps import FeatureMaps
from cnnviz.runs import files
from cnnviz.runs.records import Run
from cnnviz.training.config import Augmentation, TrainingConfig
from cnnviz.training.dataset_options import load_options
from cnnviz.training.events import DatasetFacts
from cnnviz.training.loop.job import TrainingJob
from cnnviz.ui.app import services

CACHE_ENTRIES = 32
IMAGES_GONE = (
    "The images of this run are no longer where they were read from, so none of them can be shown. Put them back, or "
    "use a picture of your own."
)
DATA_SECONDS = 600  # the worker may have to download the set first


def feature_maps(run: Run, image: np.ndarray) -> FeatureMaps:
    """All maps and the prediction of a run's net for an image (H, W, C) uint8."""
    return _feature_maps(run.id, image)


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _feature_maps(run_id: str, image: np.ndarray) -> FeatureMaps:
    return ask_run(services.engine(), queries.feature_maps, run_id, image)


def test_images(run: Run, indices: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) of the test set that a run was scored on.

    Raises InputWanted if they were a folder or zip that is gone: what a run keeps is enough for all but its images.
    """
    if run.config.dataset not in DATASETS and not Path(run.config.dataset).expanduser().exists():
        raise InputWanted(IMAGES_GONE)
    dataset = DATASETS[run.config.dataset].tested_on if run.config.dataset in DATASETS else run.config.dataset
    return _test_images(dataset, load_options(run.config, run.architecture.input_shape), list(indices))


@st.cache_data(show_spinner="Fetching images", max_entries=CACHE_ENTRIES)
def _test_images(dataset: str, sizes: dict[str, Any], indices: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return services.engine().call(queries.test_images, dataset, sizes, indices, timeout=DATA_SECONDS)


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def test_predictions(run_id: str) -> TestPredictions:
    """What a finished run answered on its test set."""
    return files.load_predictions(services.store(), run_id)


def dataset_facts(run: Run) -> DatasetFacts:
    """What is known of a run's images, whether they are still there or not: classes, counts, style of pictures."""
    return files.dataset_facts(services.store(), run)


@dataclass(frozen=True, eq=False)
class EpochView:
    """A picture (H, W, C) uint8, what the net of an epoch makes of it, and its first kernels (kh, kw, in, out)."""

    image: np.ndarray
    maps: FeatureMaps
    filters: np.ndarray | None


def epoch_view(run: Run, epoch: int, image: np.ndarray | None) -> EpochView:
    """The net of a run at the end of an epoch; without an image the first of its test set is taken."""
    shown = test_images(run, [0])[0][0] if image is None else image
    return EpochView(shown, *_epoch_view(run.id, epoch, shown))


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _epoch_view(run_id: str, epoch: int, image: np.ndarray) -> tuple[FeatureMaps, np.ndarray | None]:
    run = services.store().get(run_id)
    job = TrainingJob(run_id, run.architecture, run.config, epoch)
    key = f"{run_id}@{epoch}@{run.progress.started}"  # a run that was rewound has other weights
    try:
        return services.engine().call(queries.epoch_view, job, key, False, image)
    except queries.ModelWanted:
        checkpoint = services.store().load_file(run_id, files.CHECKPOINT_FILE.format(epoch))
        return services.engine().call(queries.epoch_view, replace(job, checkpoint=checkpoint), key, True, image)


def variations(net: Architecture, config: TrainingConfig, augmentation: Augmentation, *, count: int) -> np.ndarray:
    """Variations (count, H, W, C) uint8 of the first training image, as read for the net."""
    sizes = load_options(config, net.input_shape)
    return _variations(config.dataset, sizes, augmentation.model_dump_json(), config.seed, count)


@st.cache_data(show_spinner="Changing an image", max_entries=CACHE_ENTRIES)
def _variations(dataset: str, sizes: dict[str, Any], augmentation: str, seed: int, count: int) -> np.ndarray:
    engine = services.engine()
    images, _ = engine.call(queries.train_images, dataset, sizes, [0], timeout=DATA_SECONDS)
    return engine.call(queries.augmented, images[0], Augmentation.model_validate_json(augmentation), seed, count)
