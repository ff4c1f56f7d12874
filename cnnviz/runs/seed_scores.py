"""What the runs of a net reached on each of their test images, to tell a better net from a lucky one."""

import hashlib
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.evaluation.honest import SeedGroup, Trained
from cnnviz.evaluation.measures import METRICS
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.files import load_predictions
from cnnviz.runs.records import Run, Status
from cnnviz.runs.store import RunStore


class Reached(NamedTuple):
    """What a run reached: a `Trained` of honest comparisons, and what tells its test images from others.

    `images` is "" where its answers are gone, so that nobody knows.
    """

    trained: Trained
    images: str


def reached(store: RunStore, run: Run, metric: str) -> Reached | None:
    """Give what a run that has ended reached by a metric; None where that is not known."""
    if run.status is Status.FAILED:
        return Reached(Trained(run.config.seed, math.nan, 0), "") if run.progress.divergence else None
    if metric not in run.metrics:
        return None
    try:
        test = load_predictions(store, run.id)
        value, scores = METRICS[metric].measure(test)
    except (UnknownName, InvalidInput, IndexError):  # its answers are gone or damaged: the number was kept
        value, number = float(run.metrics[metric]), int(run.metrics.get("num_test", 0))
        return Reached(Trained(run.config.seed, value, number), "")
    return Reached(Trained(run.config.seed, value, len(scores), scores.astype(np.float32)), _digest(run, test))


def seed_group(name: str, found: Sequence[Reached]) -> SeedGroup:
    """Put runs together; where they were not tested on the same images, none keeps its scores."""
    is_same = len({one.images for one in found if one.trained.scores is not None}) < 2
    runs = [one.trained if is_same else one.trained._replace(scores=None) for one in found]
    return SeedGroup(name, runs)


def have_same_images(*nets: Sequence[Reached]) -> bool:
    """Whether the runs of all these nets were tested on the same images, as far as that is known."""
    measured = [one for found in nets for one in found if math.isfinite(one.trained.value)]
    known = {one.images for one in measured if one.images}
    return len(known) < 2 and len({one.trained.num_images for one in measured}) < 2


def _digest(run: Run, test: TestPredictions) -> str:
    """Short text that is the same for the same images in the same order, as far as their classes and source tell."""
    names = np.array(test.classes)[test.labels]
    source = DATASETS[run.config.dataset].tested_on if run.config.dataset in DATASETS else run.config.dataset
    return hashlib.blake2b(f"{source}\n".encode() + names.tobytes(), digest_size=8).hexdigest()
