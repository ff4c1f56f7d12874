import math
from pathlib import Path

import numpy as np
import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.datasets.registry import load_dataset
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.comparison import images_tested_on
from cnnviz.runs.files import TEST_FILE
from cnnviz.runs.records import Status
from cnnviz.runs.run_progress import Progress
from cnnviz.runs.seed_scores import have_same_images, reached, seed_group
from cnnviz.runs.shipped import HOME_NET, read_record
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import Divergence

NET = get_preset("digits-small").architecture
LABELS = np.array([0, 1, 1, 0])
OUTPUTS = np.array([0.2, 0.9, 0.4, 0.4])


@pytest.fixture
def store(tmp_path: Path) -> RunStore:
    return RunStore(tmp_path)


def run_of(store: RunStore, seed: int, *, labels=LABELS, outputs=OUTPUTS, classes=("cat", "dog"), **settings):
    run = store.create(NET, TrainingConfig(seed=seed, **settings))
    test = TestPredictions(np.stack([1 - outputs, outputs], axis=1).astype(np.float32), labels, classes)
    store.save_file(run.id, TEST_FILE, test.to_bytes())
    metrics = {"accuracy": 0.75, "mse": 0.1425, "num_test": 4}
    store.update(run.id, status=Status.FINISHED, metrics=metrics)
    return store.get(run.id)


def test_the_scores_have_the_metric_as_their_mean(store: RunStore) -> None:
    run = run_of(store, 3)
    right, squares = (reached(store, run, name).trained for name in ("accuracy", "mse"))
    assert right.scores.tolist() == [1, 1, 0, 1]
    assert (right.seed, right.value, right.num_images) == (3, 0.75, 4)
    assert squares.value == pytest.approx(0.1425)
    assert squares.scores == pytest.approx((OUTPUTS - LABELS) ** 2)


def test_without_its_answers_a_run_has_the_number_that_was_kept(store: RunStore) -> None:
    run = run_of(store, 1)
    (store.home / "runs" / run.id / TEST_FILE).unlink()
    found = reached(store, run, "accuracy")
    assert (found.trained.value, found.trained.num_images, found.trained.scores, found.images) == (0.75, 4, None, "")


def test_a_damaged_file_of_answers_is_as_good_as_none(store: RunStore) -> None:
    run = run_of(store, 1)
    store.save_file(run.id, TEST_FILE, b"half written")
    assert reached(store, run, "accuracy").trained.scores is None


def test_a_run_that_diverged_is_no_number_and_one_that_failed_otherwise_is_not_there(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig(seed=2))
    store.update(run.id, status=Status.FAILED, progress=Progress(divergence=Divergence(1, 3, None)))
    assert math.isnan(reached(store, store.get(run.id), "accuracy").trained.value)
    store.update(run.id, progress=Progress())
    assert reached(store, store.get(run.id), "accuracy") is None


def test_a_metric_that_a_run_does_not_have_is_not_known(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    store.update(run.id, status=Status.FINISHED, metrics={"accuracy": 0.5})
    assert reached(store, store.get(run.id), "mse") is None


def test_the_same_images_are_known_whatever_the_order_of_the_classes(store: RunStore) -> None:
    first, turned = run_of(store, 1), run_of(store, 2, labels=1 - LABELS, classes=("dog", "cat"))
    other = run_of(store, 3, labels=np.array([1, 1, 0, 0]))
    elsewhere = run_of(store, 4, dataset="faces")
    found = [reached(store, run, "accuracy") for run in (first, turned, other, elsewhere)]
    assert have_same_images([found[0]], [found[1]])
    assert not have_same_images([found[0]], [found[2]])
    assert not have_same_images([found[0]], [found[3]])


def test_seeds_that_were_tested_on_different_images_keep_no_scores(store: RunStore) -> None:
    runs = [run_of(store, 1), run_of(store, 2, labels=np.array([1, 1, 0, 0]))]
    found = [reached(store, run, "accuracy") for run in runs]
    assert seed_group("net", found[:1]).scores.shape == (1, 4)
    assert seed_group("net", found).scores is None


def test_the_net_of_the_home_page_was_tested_on_the_images_of_digits_by_either_rule(store: RunStore) -> None:
    home = TestPredictions.from_bytes((HOME_NET / TEST_FILE).read_bytes())
    images = load_dataset("digits")
    assert np.array_equal(home.labels, images.y_test)
    assert np.array_equal(load_dataset(read_record()["config"]["dataset"]).x_test, images.x_test)
    outputs = np.full(len(images.y_test), 0.5)
    starter, digits = (
        run_of(store, seed, labels=images.y_test, outputs=outputs, classes=home.classes, dataset=name)
        for seed, name in enumerate((read_record()["config"]["dataset"], "digits"))
    )
    assert have_same_images([reached(store, starter, "accuracy")], [reached(store, digits, "accuracy")])
    assert images_tested_on(starter) == images_tested_on(digits)
