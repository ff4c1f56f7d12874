"""Cached answers of workers to questions about the nets of runs and about data sets."""

import functools
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import streamlit as st
from pydantic import BaseModel

from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.dataset import local_path
from cnnviz.engine.ask import Images, RunModel, Subject, ask
from cnnviz.engine.browser_nets import net_of_run
from cnnviz.engine.long.test_set import test_part
from cnnviz.errors import InputWanted, InvalidDataset, UnknownName
from cnnviz.evaluation.class_match import match_classes
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.imaging.preprocess import fit_images
from cnnviz.inspection.maps import FeatureMaps
from cnnviz.models.net_file import pack_images
from cnnviz.runs import files
from cnnviz.runs.records import Run
from cnnviz.training.config import Augmentation, TrainingConfig, load_options
from cnnviz.training.events import DatasetFacts
from cnnviz.ui.app import services
from cnnviz.web import nets

CACHE_ENTRIES = 128
FIRST_IMAGES = 500
"""Of a test set: those that browsers fetch."""
PREDICTION_ENTRIES = 32
IMAGES_GONE = (
    "The images of this run are no longer where they were read from, so none of them can be shown. Put them back, or "
    "use a picture of your own."
)
ANSWERING = "The net of that epoch answers all test images"
IMAGES_CHANGED = (
    "The images of this run are not those that it was scored on: they have changed since, or an older version read "
    "their folders otherwise. Train a net on them again to look at its mistakes."
)


def cached_answer(
    subject: Subject,
    question: str,
    *,
    spinner: str | bool = False,
    show_time: bool = False,
    version: object = None,
    **parameters: Any,
) -> Any:
    """Give what `engine.ask.ask` returns, from the cache if it was asked before; all sessions share it.

    `spinner` is shown meanwhile. `version` tells apart what has changed under the same name.
    """
    arrays = {name: value for name, value in parameters.items() if isinstance(value, np.ndarray)}
    rest = {name: value for name, value in parameters.items() if name not in arrays}
    # As text: of nested dataclasses Streamlit hashes only the fields, so two of different classes would be one.
    about = [type(subject).__name__, None if subject is None else asdict(subject), question, version, rest]
    key = json.dumps(about, sort_keys=True, default=BaseModel.model_dump)
    return _cached_ask(spinner, show_time)(key, arrays, subject, question, parameters)


@functools.cache
def _cached_ask(spinner: str | bool, show_time: bool) -> Callable[..., Any]:
    """The one cached function, with a spinner; Streamlit knows a cache by its function, so they share one."""
    return st.cache_data(show_spinner=spinner, show_time=show_time, max_entries=CACHE_ENTRIES)(_ask)


def _ask(
    key: str,  # noqa: ARG001  this and `arrays` are hashed, the others stand in the key
    arrays: dict[str, np.ndarray],  # noqa: ARG001
    _subject: Subject,
    _question: str,
    _parameters: dict[str, Any],
) -> Any:
    return ask(services.engine(), _subject, _question, **_parameters)


def run_answer(
    run: Run, question: str, *, epoch: int | None = None, spinner: str | bool = False, **parameters: Any
) -> Any:
    """Give the answer to a question about a run's net, as it ended or at the end of a kept epoch, from the cache."""
    version = net_version(run, epoch)
    return cached_answer(RunModel(run.id, epoch), question, spinner=spinner, version=version, **parameters)


def net_version(run: Run, epoch: int | None = None) -> str:
    """Name the net of a run as it is by now: one that is rewound comes to have another under the same name."""
    return files.net_version(services.store(), run, epoch)


def run_version(run: Run) -> str:
    """Name all that a run has by now, for what is kept of it meanwhile: its status, curves, and nets.

    Epochs are written in order, so that whatever is replaced, the newest one is.
    """
    done = services.store().last_epoch(run.id)
    return f"{run.status} {done} {net_version(run, done)} {net_version(run)}"


def feature_maps(run: Run, image: np.ndarray) -> FeatureMaps:
    """All maps and the prediction of a run's net for an image (H, W, C) uint8."""
    return run_answer(run, "feature_maps", image=image)


def test_images(run: Run, indices: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Images (N, H, W, C) uint8 and labels (N,) of the test set that a run was scored on.

    Raises InputWanted if they were a folder or zip that is gone, or that holds others by now or is understood better:
    what a run keeps is enough for all but its images.
    """
    images = _test_set(run)
    chosen = [int(i) for i in indices]
    try:
        found, labels = cached_answer(images, "test_images", spinner="Fetching images", indices=chosen)
    except InvalidDataset:
        raise InputWanted(IMAGES_CHANGED) from None
    found = fit_images(found, run.architecture.input_shape)  # of a net that was made for others, theirs may differ
    if run.config.dataset not in DATASETS and services.store().has_file(run.id, files.TEST_FILE):
        scored = test_predictions(run).labels[chosen]
        if not np.array_equal(labels, scored):
            raise InputWanted(IMAGES_CHANGED)
    return found, labels


def require_images(run: Run) -> None:
    """Raise InputWanted where the folder or zip of a run's images is gone."""
    if run.config.dataset not in DATASETS and not local_path(run.config.dataset).exists():
        raise InputWanted(IMAGES_GONE)


def _test_set(run: Run) -> Images:
    """The images that a run was scored on, its classes in the order of its answers; raises InputWanted if gone."""
    require_images(run)
    return test_part(services.store(), run)


def net_url(run: Run, epoch: int | None = None) -> str:
    """Address of a run's net for the browser, of its end or of a kept epoch; raises as `net_of_run` does."""
    return nets.net_url(net_of_run(services.engine(), run, epoch))


def kept_epoch_urls(run: Run) -> dict[int, str]:
    """Address of the net of every kept epoch, in order; raises as `net_of_run` does.

    To make them takes a while, in which a training may drop some for newer ones: these are left out.
    """
    store, urls = services.store(), {}
    for epoch in files.kept_epochs(store, run.id):
        try:
            urls[epoch] = net_url(run, epoch)
        except UnknownName:
            if store.has_file(run.id, files.CHECKPOINT_FILE.format(epoch)):
                raise
    return urls


def test_images_url(run: Run, count: int = FIRST_IMAGES) -> str:  # noqa: PT028  it is no test
    """Address of the first images of the test set that a run was scored on, with their labels.

    Raises InputWanted as `test_images` does.
    """
    store, name = services.store(), f"images-{count}"
    published = store.published(run.id, name, newer_than=files.TEST_FILE if run.origin else None)
    if published is None:
        facts = dataset_facts(run)
        images, labels = test_images(run, range(min(count, facts.num_test or count)))
        published = store.publish(run.id, name, pack_images(images, net_labels(run, labels), facts.classes))
    return nets.net_url(published)


def net_labels(run: Run, labels: np.ndarray) -> np.ndarray:
    """Labels (N,) of test images as the places of the net's answers, which may stand in another order."""
    if not run.origin:
        return labels
    return np.array(match_classes(dataset_facts(run).classes, test_predictions(run).classes).places)[labels]


def test_predictions(run: Run) -> TestPredictions:
    """What a finished run answered on its test set."""
    return _test_predictions(run.id, services.store().changed_at(run.id, files.TEST_FILE))


def epoch_predictions(run: Run, epoch: int) -> TestPredictions:
    """What the net of a kept epoch answers on the test set of its run; raises as `test_images` and `ask` do."""
    images = _test_set(run)
    given = {"tested_on": images.dataset, "options": images.options}
    try:
        test, *_ = run_answer(run, "test_set_answers", epoch=epoch, spinner=ANSWERING, **given)
    except InvalidDataset:
        raise InputWanted(IMAGES_CHANGED) from None
    if not np.array_equal(test.labels, test_predictions(run).labels):
        raise InputWanted(IMAGES_CHANGED)
    return test


@st.cache_data(show_spinner=False, max_entries=PREDICTION_ENTRIES)
def _test_predictions(run_id: str, written: int | None) -> TestPredictions:  # noqa: ARG001  of the key
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
    return EpochView(shown, *run_answer(run, "maps_and_kernels", epoch=epoch, image=shown))


def variations(net: Architecture, config: TrainingConfig, augmentation: Augmentation, *, count: int) -> np.ndarray:
    """Variations (count, H, W, C) uint8 of the first training image, as read for the net."""
    spinner = "Changing an image"
    images = Images(config.dataset, load_options(config, net.input_shape))
    first, _ = cached_answer(images, "train_images", spinner=spinner, indices=[0])
    changed = cached_answer(
        None, "augmented", spinner=spinner, images=first, augmentation=augmentation, seed=config.seed, count=count
    )
    return changed[0]
