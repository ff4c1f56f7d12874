"""The order of classes, and sets whose classes stand in another order than a net has learned them in."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.datasets.registry import load_dataset
from cnnviz.datasets.sources.member_names import clean_paths, in_order
from cnnviz.engine.trainings.recorder import make_job
from cnnviz.errors import InvalidDataset
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.imaging.decode import encode_png
from cnnviz.runs.files import CHECKPOINT_FILE, TEST_FILE, dataset_facts
from cnnviz.runs.store import RunStore
from cnnviz.training.config import TrainingConfig
from cnnviz.training.events import DatasetFacts

OLD = ("Zebra", "apple", "Äpfel")  # by the numbers of their letters, as once


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Eight pictures of each class, of a shade by which it is known."""
    for shade, label in enumerate(OLD):
        (tmp_path / "set" / label).mkdir(parents=True)
        for number in range(8):
            picture = np.full((6, 7, 3), 100 * shade + number, np.uint8)
            (tmp_path / "set" / label / f"{number}.png").write_bytes(encode_png(picture))
    return tmp_path / "set"


@pytest.mark.parametrize(
    "ordered",
    [
        ["Ångström", "apple", "Äpple", "Banana", "élan", "Zebra"],
        ["I", "II", "III", "IV", "V", "VIII", "IX", "X", "XL"],
        ["Stage I", "Stage IV", "Stage V", "Stage IX"],
        ["i", "v", "ix", "x"],
        ["C", "D", "I"],
        ["MIX", "other", "XL"],
        ["A", "a", "B", "b"],
        ["Week 2", "week 9", "Week 10"],
    ],
)
def test_people_count_and_sort_without_case_and_accents(ordered: list[str]) -> None:
    assert in_order(reversed(ordered)) == ordered


def test_labels_are_counted_as_the_net_has_learned_them(folder: Path) -> None:
    new, old = load_dataset(str(folder)), load_dataset(str(folder), classes=OLD)
    assert new.info.classes == ("Äpfel", "apple", "Zebra")
    assert old.info.classes == OLD
    for images, labels in ((old.x_train, old.y_train), (old.x_test, old.y_test)):
        assert np.array_equal(images.max(axis=(1, 2, 3)) // 100, labels)
    assert np.array_equal(new.x_test, old.x_test)


def test_other_classes_than_the_net_has_learned_are_refused(folder: Path) -> None:
    with pytest.raises(InvalidDataset, match=r"other classes.*expected Zebra, pear \(2\).*Received: Äpfel, apple"):
        load_dataset(str(folder), classes=("Zebra", "pear"))


def test_a_run_that_goes_on_keeps_the_order_in_which_it_began(folder: Path, tmp_path: Path) -> None:
    store = RunStore(tmp_path / "home")
    run = store.create(get_preset("digits-small").architecture, TrainingConfig(dataset=str(folder)))
    store.update(run.id, facts=DatasetFacts(OLD, (28, 28, 1), 18, 0, 6))
    assert make_job(store, run.id).classes == (), "nothing is learned yet"
    store.add_epoch(run.id, 1, {"loss": 1.0})
    store.save_file(run.id, CHECKPOINT_FILE.format(1), b"weights")
    assert make_job(store, run.id).classes == OLD


def test_the_classes_of_a_run_of_an_older_version_are_those_of_its_answers(folder: Path, tmp_path: Path) -> None:
    store = RunStore(tmp_path / "home")
    run = store.create(get_preset("digits-small").architecture, TrainingConfig(dataset=str(folder)))
    answers = TestPredictions(np.eye(3, dtype=np.float32), np.arange(3), OLD)
    store.save_file(run.id, TEST_FILE, answers.to_bytes())
    assert dataset_facts(store, run).classes == OLD


def test_paths_from_the_root_or_a_drive_begin_inside() -> None:
    names = ["/cat/0.png", "D:\\old\\cat\\0.png", "\\\\server\\x\\1.png", "a: b/1.png", "/F:/cat/1.png", "/../x.png"]
    assert clean_paths(names) == ["cat/0.png", "old/cat/0.png", "server/x/1.png", "a: b/1.png", "cat/1.png", "../x.png"]
