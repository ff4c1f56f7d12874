"""What the whole test set of a run says of its net, asked in chunks; and some of its images."""

from collections.abc import Generator, Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.engine.ask import Images, RunModel, ask
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import pack_answer, read_answer, read_params
from cnnviz.errors import InputWanted
from cnnviz.evaluation.class_match import match_classes
from cnnviz.imaging.preprocess import fit_images
from cnnviz.inspection.top_images import TopImages, UnitTops, merge_top_images
from cnnviz.runs.files import dataset_facts, load_predictions
from cnnviz.runs.records import Run
from cnnviz.runs.store import RunStore
from cnnviz.training.config import load_options

MACS_PER_CHUNK = 20_000_000_000  # some seconds on a processor
MOST_IN_CHUNK = 1000  # images
MOST_SHOWN = 64  # images of one answer


def test_part(store: RunStore, run: Run) -> Images:
    """Give the test set that a run was scored on, its labels counted by the classes it was scored with.

    Raises
    ------
    InputWanted
        A net that was made elsewhere has answered no test set.
    """
    if run.origin and not run.config.dataset:
        raise InputWanted("This net has no test images: let it answer some on the Evaluation page first.")
    dataset, is_changed = run.config.dataset, run.config.fold or run.config.corrections  # those are of this very set
    dataset = DATASETS[dataset].tested_on if dataset in DATASETS and not is_changed else dataset
    classes = load_predictions(store, run.id).classes if run.origin else dataset_facts(store, run).classes
    return Images(dataset, {**load_options(run.config, run.architecture.input_shape), "classes": classes})


def search_test_set(engine: Engine, subject: RunModel) -> Generator[float, None, TopImages]:
    """Ask a worker for `strongest_images.top_images` of the whole test set, part by part."""
    run = engine.store.get(subject.run_id)
    images = test_part(engine.store, run)
    step = min(MOST_IN_CHUNK, max(1, MACS_PER_CHUNK // max(1, analyze(run.architecture).totals.macs)))
    found: TopImages | None = None
    while found is None or found.num_images < found.num_total:
        start = found.num_images if found else 0
        if found:
            yield start / found.num_total
        asked = {"tested_on": images.dataset, "options": images.options, "start": start, "stop": start + step}
        found = merge_top_images(found, ask(engine, subject, "top_images", **asked))
    return found


def browser_top_images(engine: Engine, subject: RunModel, _: Mapping[str, Any]) -> Generator[float, None, bytes]:
    """Of each layer (3, units, k): values, images and places as `UnitTops` has them."""
    found = yield from search_test_set(engine, subject)
    arrays = {name: np.stack([tops.values, tops.images, tops.places]) for name, tops in found.layers.items()}
    return pack_answer({"num_images": found.num_images}, **arrays)


def read_top_images(answer: bytes) -> TopImages:
    """Read what `browser_top_images` returned."""
    header, arrays = read_answer(answer)
    layers = {
        name: UnitTops(values, images.astype(np.int32), places.astype(np.int32))
        for name, (values, images, places) in arrays.items()
    }
    return TopImages(layers, header["num_images"], header["num_images"])


class AskedImages(BaseModel):
    """What a browser sends: positions in the test set."""

    model_config = ConfigDict(extra="forbid")

    images: list[int] = Field(min_length=1, max_length=MOST_SHOWN)


def browser_test_images(engine: Engine, subject: RunModel, params: Mapping[str, Any]) -> Generator[float, None, bytes]:
    """Images (N, H, W, C) in the net's shape, their labels, and the names of the net's classes."""
    asked = read_params(AskedImages, params)
    run = engine.store.get(subject.run_id)
    part = test_part(engine.store, run)
    yield 0.0
    found, labels = ask(engine, part, "test_images", indices=asked.images)
    labels, classes = in_order_of_net(engine.store, run, part, labels)
    header = {"labels": [int(label) for label in labels], "classes": list(classes)}
    return pack_answer(header, images=fit_images(found, run.architecture.input_shape))


def in_order_of_net(store: RunStore, run: Run, part: Images, labels: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """Labels (N,) of images of `test_part` as places of the net's answers, and the names of its classes.

    The classes of a net that was made elsewhere may stand in another order than those of the images.
    """
    classes = dataset_facts(store, run).classes
    if not run.origin:
        return labels, classes
    return np.array(match_classes(classes, part.options["classes"]).places)[labels], classes
