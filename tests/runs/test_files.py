"""What is known of a run's images: kept from its start, or found out for one of an older version."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.errors import UnknownName
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.imaging.decode import encode_png
from cnnviz.runs.files import CHECKPOINT_FILE, TEST_FILE, dataset_facts, kept_epochs, last_checkpoint, load_predictions
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts

NET = get_preset("digits-small").architecture
ANSWERS = TestPredictions(np.eye(3, dtype=np.float32), np.arange(3), ("ant", "bee", "cow"))


@pytest.fixture
def store(tmp_path: Path, each_database: str) -> RunStore:
    return RunStore(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes of four images each."""
    for name in ("left", "right"):
        (tmp_path / "images" / name).mkdir(parents=True)
        for number in range(4):
            pixels = np.full((5, 7, 3), 60 * number, np.uint8)
            (tmp_path / "images" / name / f"{number}.png").write_bytes(encode_png(pixels))
    return tmp_path / "images"


def test_what_a_run_has_kept_counts_whatever_its_images_are_now(store: RunStore, folder: Path) -> None:
    run = store.create(NET, TrainingConfig(dataset=str(folder)))
    kept = DatasetFacts(("then", "there"), (28, 28, 3), 9, 1, 5, "digit", ("one was left out",))
    store.update(run.id, facts=kept)
    assert dataset_facts(store, store.get(run.id)) == kept


@pytest.mark.parametrize(("share", "num_train", "num_validation"), [(0.0, 300, 0), (0.2, 240, 60)])
def test_of_an_older_run_on_a_registered_set_all_is_found_out(
    store: RunStore, share: float, num_train: int, num_validation: int
) -> None:
    run = store.create(NET, TrainingConfig(dataset="digits", limit=300, validation_share=share))
    expected = DatasetFacts(tuple("0123456789"), (28, 28, 1), num_train, num_validation, 360, "digit")
    assert dataset_facts(store, run) == expected


def test_of_an_older_run_on_a_folder_all_is_found_out_while_that_is_there(store: RunStore, folder: Path) -> None:
    run = store.create(NET, TrainingConfig(dataset=str(folder)))
    store.update(run.id, facts=DatasetFacts(notes=("one was left out",)))  # what an upgrade leaves
    found = dataset_facts(store, store.get(run.id))
    assert found == DatasetFacts(("left", "right"), (28, 28, 3), 6, 0, 2, "photo", ("one was left out",))


def test_of_an_older_run_whose_folder_is_gone_the_classes_are_those_of_its_answers(
    store: RunStore, folder: Path
) -> None:
    run = store.create(NET, TrainingConfig(dataset=str(folder)))
    shutil.rmtree(folder)
    assert dataset_facts(store, run) == DatasetFacts(), "it has answered nothing yet"
    store.save_file(run.id, TEST_FILE, ANSWERS.to_bytes())
    assert dataset_facts(store, run) == DatasetFacts(("ant", "bee", "cow"), (28, 28, 1), num_test=3)
    np.testing.assert_array_equal(load_predictions(store, run.id).labels, ANSWERS.labels)


def test_epochs_whose_weights_are_kept_are_found_by_their_files(store: RunStore) -> None:
    run = store.create(NET, TrainingConfig())
    assert last_checkpoint(store, run.id) == (0, None)
    for epoch in (1, 2, 3):
        store.add_epoch(run.id, epoch, {"loss": 1.0})
    for epoch in (1, 3, 4):  # the fourth is not recorded
        store.save_file(run.id, CHECKPOINT_FILE.format(epoch), bytes([epoch]))
    assert kept_epochs(store, run.id) == [1, 3]
    assert last_checkpoint(store, run.id) == (3, b"\3")


def test_a_run_that_has_not_answered_is_said(store: RunStore) -> None:
    with pytest.raises(UnknownName, match="has no answers on its test images"):
        load_predictions(store, store.create(NET, TrainingConfig()).id)
