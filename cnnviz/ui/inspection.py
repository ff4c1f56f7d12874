"""Asks workers about the nets of finished runs."""

import numpy as np
import streamlit as st

from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import describe
from cnnviz.engine import queries
from cnnviz.engine.models import ask_run
from cnnviz.engine.recorder import TEST_FILE
from cnnviz.evaluation.predictions import TestPredictions
from cnnviz.inspection.maps import FeatureMaps
from cnnviz.runs.records import Run
from cnnviz.ui import services

CACHE_ENTRIES = 32


def feature_maps(run: Run, image: np.ndarray) -> FeatureMaps:
    """All maps and the prediction of a run's net for an image (H, W, C) uint8."""
    return _feature_maps(run.id, image)


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def _feature_maps(run_id: str, image: np.ndarray) -> FeatureMaps:
    return ask_run(services.engine(), queries.feature_maps, run_id, image)


@st.cache_data(show_spinner="Fetching images", max_entries=CACHE_ENTRIES)
def test_images(dataset: str, indices: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) of a data set's test part."""
    return services.engine().call(queries.test_images, dataset, list(indices), timeout=300)


@st.cache_data(show_spinner=False, max_entries=CACHE_ENTRIES)
def test_predictions(run_id: str) -> TestPredictions:
    """What a finished run answered on its test set."""
    return TestPredictions.from_bytes(services.store().load_file(run_id, TEST_FILE))


def info_of(run: Run) -> DatasetInfo:
    """What is known of the images that a run was trained on."""
    return describe(run.config.dataset)
