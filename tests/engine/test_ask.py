"""The one way to ask: every question of the table is answered, and nothing else is."""

import inspect
import json
import os
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import numpy as np
import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine.ask import Images, NetFile, RunModel, Subject, ask
from cnnviz.engine.engine import Engine
from cnnviz.engine.long.answers import kept_name
from cnnviz.engine.remote.questions import (
    QUESTIONS,
    DatasetReference,
    ModelReference,
    ModelWanted,
    NetSource,
    Question,
    answer,
    check_question,
)
from cnnviz.engine.trainings.recorder import CHECKPOINT_FILE, MODEL_FILE, net_name
from cnnviz.errors import InvalidInput, UnknownName
from cnnviz.evaluation.corruptions import series_of
from cnnviz.evaluation.familiarity import last_maps
from cnnviz.inspection.attribution.results import Attribution
from cnnviz.inspection.projection import Embedding, begin_embedding
from cnnviz.runs.records import Run
from cnnviz.runs.run_progress import Progress
from cnnviz.runs.store import RunStore
from cnnviz.training.config import Augmentation, TrainingConfig
from cnnviz.training.loop.job import TrainingJob

NET = get_preset("digits-small").architecture
IMAGE = np.full((28, 28, 1), 7, np.uint8)
KERNEL = np.array([[1.0, 0, -1], [2, 0, -2], [1, 0, -1]])
# Question -> its parameters, and the answer's part that is looked at with what it is.
EXPLAINED = Attribution("saliency", 3, "", np.ones((28, 28, 1)), np.arange(784.0).reshape(28, 28), 1.0, 0.5)
FEATURES = np.random.default_rng(0).normal(size=(20, 4)).astype(np.float32)
EXAMPLES: dict[str, tuple[dict[str, Any], Callable[[Any], object], object]] = {
    "feature_maps": ({"image": IMAGE}, lambda maps: maps.probabilities.shape, (10,)),
    "maps_and_kernels": ({"image": IMAGE}, lambda both: both[1].shape[:3], (3, 3, 1)),
    "first_kernels": ({}, lambda kernels: kernels.shape[:3], (3, 3, 1)),
    "put_kernel_in": (
        {"image": IMAGE, "kernel": KERNEL, "index": 0},
        lambda found: (found.maps.shape[0], found.probabilities.shape),
        (2, (2, 10)),
    ),
    "kernel_changes": ({"image": IMAGE, "kernel": KERNEL}, lambda changes: changes.ndim, 1),
    "layer_filters": ({}, lambda filters: filters[0].kernels.shape[:3], (3, 3, 1)),
    "predict": ({"images": np.stack([IMAGE] * 3)}, np.shape, (3, 10)),
    "test_set_answers": (
        {"tested_on": "digits", "options": {}},
        lambda found: found[0].probabilities.shape[1:],
        (10,),
    ),
    "net_file": (
        {"architecture": NET, "classes": tuple("0123456789")},
        lambda data: json.loads(data[4 : 4 + int.from_bytes(data[:4], "little")])["input_shape"],
        [28, 28, 1],
    ),
    "edited_checkpoint": (
        {"architecture": NET, "config": TrainingConfig(), "changes": []},
        lambda data: data[:2],
        b"PK",
    ),
    "attribution_part": (
        {
            "image": IMAGE,
            "method": "integrated_gradients",
            "class_index": 3,
            "layer": "",
            "settings": {"steps": 30},
            "begun": None,
            "shuffled": (1, 0),
        },
        lambda found: (found.num_done, found.num_parts, found.total.shape),
        (1, 3, (28, 28, 1)),
    ),
    "deletion_curve": (
        {"image": IMAGE, "explained": EXPLAINED, "baseline": "black", "seed": 0, "order": 1},
        len,
        21,
    ),
    "weighted_layers": ({}, lambda names: len(names) > 1, True),
    "fool": (
        {"image": IMAGE, "kind": "step", "target": None, "settings": {"size": 2}},
        lambda found: (found.after.shape, int(np.abs(found.change).max())),
        ((28, 28, 1), 2),
    ),
    "maximise": (
        {"layer": last_maps(NET), "unit": 1, "settings": {"steps": 2}},
        lambda found: (found.image.shape, len(found.activations)),
        ((28, 28, 1), 3),
    ),
    "familiarity": ({"layer": last_maps(NET), "trained_on": "digits"}, lambda entry: entry["shape"][:2], [10, 27]),
    "top_images": (
        {"tested_on": "digits", "options": {}, "start": 0, "stop": 10},
        lambda found: (found.num_images, next(iter(found.layers))),
        (10, "conv_1"),
    ),
    "changed_answers": (
        {"tested_on": "digits", "options": {}, "level": series_of("noise", 28, 28).levels[2], "start": 2, "stop": 9},
        lambda found: [part.shape for part in found],
        [(7,)] * 3,
    ),
    "image_features": ({"images": IMAGE[None], "layer": ""}, lambda found: len(found.features), 1),
    "test_set_features": (
        {"tested_on": "digits", "options": {}, "layer": "", "indices": range(3, 5)},
        lambda found: found.indices.tolist(),
        [3, 4],
    ),
    "like_places": (
        {
            "tested_on": "digits",
            "options": {},
            "layer": "conv_1",
            "vector": np.ones(get_preset("digits-small").architecture.layers[0].filters),
            "indices": range(3, 5),
        },
        lambda found: (found.indices.tolist(), found.total, bool((found.likeness <= 1 + 1e-6).all())),
        ([3, 4], 360, True),
    ),
    "seen_test_images": (
        {"tested_on": "digits", "options": {}, "most": 50},
        lambda found: (len(found), found.num_train),
        (0, 1437),
    ),
    "embedding": (
        {"features": np.eye(6, 4, dtype=np.float32), "method": "pca", "dimensions": 3, "seed": 0, "perplexity": 5.0},
        lambda found: found.points.shape,
        (6, 3),
    ),
    "embedding_part": (
        {"begun": begin_embedding(FEATURES, "tsne", dimensions=2, seed=0, perplexity=5.0)},
        lambda found: found.points.shape if isinstance(found, Embedding) else found.share > 0,
        (20, 2),
    ),
    "weights_h5": ({}, lambda data: data[1:4], b"HDF"),
    "without_optimizer": ({}, lambda data: data[:2], b"PK"),
    "overview": ({}, lambda seen: len(seen.counts), 10),
    "samples": ({"count": 12}, lambda both: both[1].tolist(), [*range(10), 0, 1]),
    "train_labels": ({}, lambda labels: labels.shape, (1437,)),
    "train_images": ({"indices": [0, 1]}, lambda both: both[0].shape, (2, 28, 28, 1)),
    "test_images": ({"indices": [4]}, lambda both: both[0].shape, (1, 28, 28, 1)),
    "find_copies": ({}, lambda found: found.num_across, 0),
    "picture_sizes": ({}, lambda shapes: shapes.num_pictures, 0),
    "files": ({}, list, []),
    "labelled_files": ({}, dict, {}),
    "event_file": ({"scalars": [("loss", 0, 1.0, 2.5)], "texts": [], "images": []}, lambda data: b"loss" in data, True),
    "thumbnails": ({"dataset": "FOLDER", "names": ["nothing.png"]}, list, [None]),
    "augmented": (
        {"images": IMAGE[None], "augmentation": Augmentation(shift=0.1), "seed": 0, "count": 2},
        np.shape,
        (1, 2, 28, 28, 1),
    ),
}


@pytest.fixture(scope="module")
def small_run(engine: Engine) -> Run:
    """A net that was trained for a moment."""
    return engine.wait(engine.train(NET, TrainingConfig(limit=100, epochs=2), by=OPERATOR).id)


@pytest.fixture
def folder(tmp_path: Path, project: Path) -> Path:
    """A folder with one picture."""
    (tmp_path / "cat").mkdir()
    picture = project / "assets" / "screenshot.png"
    (tmp_path / "cat" / "one.png").write_bytes(picture.read_bytes())
    return tmp_path


def _subjects(run: Run, question: Question, store: RunStore) -> list[Subject]:
    """All that a question can be about."""
    if question.about == "model":
        net = store.load_published(store.published(run.id, net_name()))
        return [RunModel(run.id), RunModel(run.id, 1), NetFile(run.architecture, net)]
    return [Images("digits")] if question.about == "dataset" else [None]


def test_there_is_an_example_of_every_question() -> None:
    assert set(EXAMPLES) == set(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_every_question_is_answered_about_a_small_run(engine: Engine, small_run: Run, folder: Path, name: str) -> None:
    parameters, part, expected = EXAMPLES[name]
    parameters = {key: str(folder) if key == "dataset" else value for key, value in parameters.items()}
    for subject in _subjects(small_run, QUESTIONS[name], engine.store):
        assert part(ask(engine, subject, name, **parameters)) == expected


@pytest.mark.keras
@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.keras
def test_the_table_names_the_parameters_of_the_function(name: str) -> None:
    question = QUESTIONS[name]
    signature = inspect.signature(resolve_name(question.function))
    expected = tuple(signature.parameters)[0 if question.about == "nothing" else 1 :]
    assert question.parameters == expected
    assert question.seconds > 0, "every question comes to an end"


def test_the_net_of_an_epoch_is_another_than_the_last(engine: Engine, small_run: Run) -> None:
    first, last, ended = (ask(engine, RunModel(small_run.id, epoch), "first_kernels") for epoch in (1, 2, None))
    assert np.array_equal(last, ended)
    assert not np.array_equal(first, last)


@pytest.mark.parametrize(
    "name", ["", "nothing", "os:system", "cnnviz.models.files:model_from_bytes", "load_dataset", "__class__"]
)
def test_nothing_outside_the_table_can_be_called(name: str) -> None:
    for reference in (None, ModelReference("a"), DatasetReference("digits", {})):
        with pytest.raises(UnknownName, match=r"no question.*Ask one of feature_maps, .*picture_sizes"):
            answer(name, reference, {})


@pytest.mark.parametrize("parameters", [{}, {"images": 1}, {"image": 1, "index": 2}])
def test_other_parameters_are_refused_and_the_right_ones_named(parameters: dict[str, int]) -> None:
    with pytest.raises(InvalidInput, match=r"'feature_maps' takes other parameters: expected image\. Received: "):
        check_question("feature_maps", ModelReference("a"), parameters)


@pytest.mark.parametrize(
    ("name", "reference"), [("predict", None), ("predict", DatasetReference("digits", {})), ("overview", None)]
)
def test_a_question_about_something_else_is_refused(name: str, reference: Any) -> None:
    parameters = dict.fromkeys(QUESTIONS[name].parameters, 0)
    with pytest.raises(InvalidInput, match=r"is about another thing: expected (model|dataset)\. Received: "):
        answer(name, reference, parameters)


class Worker:
    """An engine whose worker holds no model at first."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self.held: set[str] = set()
        self.sources: list[Any] = []

    def call(self, function: object, name: str, reference: ModelReference, parameters: dict, timeout: float) -> str:
        assert function is answer
        assert (name, parameters, timeout) == ("first_kernels", {}, QUESTIONS["first_kernels"].seconds)
        self.sources.append(reference.source)
        if reference.key not in self.held:
            if reference.source is None:
                raise ModelWanted(reference.key)
            self.held.add(reference.key)
        return reference.key


@pytest.fixture
def worker(tmp_path: Path) -> Worker:
    """With a store of one run, `run_id`."""
    made = Worker(RunStore(tmp_path))
    made.run_id = made.store.create(NET, TrainingConfig()).id
    made.store.save_file(made.run_id, MODEL_FILE, b"model")
    made.store.save_file(made.run_id, CHECKPOINT_FILE.format(3), b"three")
    return made


def test_a_model_travels_only_when_the_worker_does_not_hold_it(worker: Worker) -> None:
    for _ in range(2):
        ask(worker, RunModel(worker.run_id), "first_kernels")
    assert worker.sources == [None, b"model", None]
    worker.sources.clear()
    for _ in range(2):
        ask(worker, NetFile(NET, b"a file"), "first_kernels")
    assert worker.sources == [None, NetSource(NET, b"a file"), None]


def test_an_epoch_travels_as_its_training_with_the_checkpoint(worker: Worker) -> None:
    run = worker.store.get(worker.run_id)
    ask(worker, RunModel(run.id, 3), "first_kernels")
    assert worker.sources == [None, TrainingJob(run.id, run.architecture, run.config, 3, b"three")]


def test_a_run_that_was_rewound_is_another_model(worker: Worker) -> None:
    keys = []
    for started in (1.0, 2.0):
        worker.store.update(worker.run_id, progress=Progress(started=started))
        keys.append(ask(worker, RunModel(worker.run_id, 3), "first_kernels"))
    assert len(set(keys)) == 2


def test_a_run_without_a_net_is_refused_in_a_sentence(worker: Worker) -> None:
    with pytest.raises(UnknownName, match=r"has no weights of this epoch"):
        ask(worker, RunModel(worker.run_id, 9), "first_kernels")


def test_a_net_that_is_asked_about_while_its_run_trains_on_is_not_taken_for_the_one_that_comes(tmp_path: Path) -> None:
    """The training has begun, and until it ends the file of the net is the old one."""
    engine: Any = OnlyReferences(RunStore(tmp_path))
    store = engine.store
    run_id = store.create(NET, TrainingConfig()).id
    names = []
    for weights in (b"old", b"new"):
        store.update(run_id, progress=Progress(started=2000.0))
        store.save_file(run_id, MODEL_FILE, weights)
        written = 10**18 + len(names)
        os.utime(tmp_path / "runs" / run_id / MODEL_FILE, ns=(written, written))
        ask(engine, RunModel(run_id), "net_file", architecture=NET, classes=())
        names.append(kept_name(store, "top_images", RunModel(run_id), {}))
    assert len(set(engine.keys)) == 2, "on the worker"
    assert len(set(names)) == 2, "with the run"


class OnlyReferences:
    """Keeps by which keys the worker knows the nets that it is asked about."""

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self.keys: list[str] = []

    def call(self, _: object, __: str, reference: ModelReference, *___: object, timeout: float) -> None:
        self.keys.append(reference.key)
