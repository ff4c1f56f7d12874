"""Asks workers about the nets of finished runs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from cnnviz.datasets.registry import DATASETS, describe
from cnnviz.engine import queries
from cnnviz.engine.models import ask_run
from cnnviz.engine.recorder import TEST_FILE
from cnnviz.evaluation.predictions import TestPredictions
from cnnviz.imaging.sketch import InputStyle
from cnnviz.inspection.maps import FeatureMaps
from cnnviz.runs.records import Run
from cnnviz.ui import services

CACHE_ENTRIES = 32
DATA_SECONDS = 600  # the worker may have to download the set first


def feature_maps(run: Run, image: np.ndarray) -> FeatureMaps:
    """All maps and the prediction of a run's net for an image (H, W, C) uint8."""
    return _feature_maps(run.id, image)


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _feature_maps(run_id: str, image: np.ndarray) -> FeatureMaps:
    return ask_run(services.engine(), queries.feature_maps, run_id, image)


def test_images(run: Run, indices: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) of the test set that a run was scored on."""
    if run.config.dataset in DATASETS:
        return _test_images(DATASETS[run.config.dataset].tested_on, {}, list(indices))
    sizes = {"image_size": run.architecture.input_shape[:2], "limit": run.config.limit}
    return _test_images(run.config.dataset, sizes, list(indices))


@st.cache_data(show_spinner="Fetching images", max_entries=CACHE_ENTRIES)
def _test_images(dataset: str, sizes: dict[str, Any], indices: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return services.engine().call(queries.test_images, dataset, sizes, indices, timeout=DATA_SECONDS)


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def test_predictions(run_id: str) -> TestPredictions:
    """What a finished run answered on its test set."""
    return TestPredictions.from_bytes(services.store().load_file(run_id, TEST_FILE))


def input_style(run: Run) -> InputStyle:
    """How a picture of one's own is brought into the form of the images that a run was trained on."""
    return describe(run.config.dataset).input_style
