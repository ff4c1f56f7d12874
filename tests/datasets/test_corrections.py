"""Corrections of a data set and parts that are held out, against hand-made sets and scikit-learn."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.model_selection import StratifiedKFold

from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.corrections import Correction, changed, changed_info, corrections_text, fold_places, kept_places
from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.registry import describe, load_dataset
from cnnviz.errors import InvalidDataset
from cnnviz.training.config import TrainingConfig, load_options, make_config

INFO = replace(DATASETS["shapes"], name="tiny", classes=("cat", "dog"), num_train=6, num_test=3)


def tiny() -> Dataset:
    """Image k of the training part has all pixels k, of the test part 100 + k."""
    images = np.arange(6, dtype=np.uint8).reshape(6, 1, 1, 1) * np.ones((1, 2, 3, 1), np.uint8)
    return Dataset(INFO, images, np.array([0, 0, 0, 1, 1, 1]), images[:3] + np.uint8(100), np.array([0, 1, 1]))


def pixels(images: np.ndarray) -> list[int]:
    return images[:, 0, 0, 0].tolist()


def test_an_image_gets_another_label_and_one_is_dropped() -> None:
    data = changed(tiny(), corrections=[("train", 1, "dog"), ("train", 4, None), ("test", 0, None)])
    assert pixels(data.x_train) == [0, 1, 2, 3, 5]
    assert data.y_train.tolist() == [0, 1, 0, 1, 1]
    assert pixels(data.x_test) == [101, 102]
    assert data.y_test.tolist() == [1, 1]
    assert (data.info.num_train, data.info.num_test) == (5, 2)


def test_the_set_itself_stays_as_it_was() -> None:
    data = tiny()
    changed(data, corrections=[("train", 0, "dog")])
    assert data.y_train.tolist() == [0, 0, 0, 1, 1, 1]


def test_of_two_corrections_of_one_image_the_later_counts() -> None:
    data = changed(tiny(), corrections=[("train", 0, None), ("train", 0, "dog")])
    assert data.y_train.tolist() == [1, 0, 0, 1, 1, 1]


@pytest.mark.parametrize(
    ("correction", "words"),
    [
        (("train", 6, "cat"), "one of the 6 .* Received: image 7"),
        (("test", -1, None), "Received: image 0"),
        (("train", 0, "cow"), "cow"),
    ],
)
def test_a_correction_of_what_is_not_there_is_refused(correction: tuple, words: str) -> None:
    with pytest.raises(InvalidDataset, match=words):
        changed(tiny(), corrections=[correction])


def test_not_all_images_can_be_dropped() -> None:
    with pytest.raises(InvalidDataset, match="All images"):
        changed(tiny(), corrections=[("test", index, None) for index in range(3)])


def test_each_training_image_is_held_out_once() -> None:
    parts = [changed(tiny(), fold=(index, 3)) for index in range(3)]
    assert sorted(pixel for part in parts for pixel in pixels(part.x_test)) == [0, 1, 2, 3, 4, 5]
    for part in parts:
        assert sorted([*pixels(part.x_train), *pixels(part.x_test)]) == [0, 1, 2, 3, 4, 5]
        assert sorted(part.y_test.tolist()) == [0, 1]
        assert part.info.num_test == 2


def test_a_part_is_as_scikit_learn_would_spread_the_classes() -> None:
    labels = np.random.default_rng(3).integers(0, 5, 203)
    ours = [np.bincount(labels[fold_places(labels, 4) == index], minlength=5) for index in range(4)]
    theirs = [np.bincount(labels[out], minlength=5) for _, out in StratifiedKFold(4).split(labels, labels)]
    assert np.abs(np.subtract(ours, np.sort(theirs, axis=0))).max() <= 1
    assert np.ptp([counts.sum() for counts in ours]) <= 1


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(InvalidDataset, match="fewer parts"):
        changed(tiny(), fold=(7, 8))


def test_places_before_dropping() -> None:
    corrections = [Correction("train", 1, None), Correction("train", 2, "dog"), Correction("test", 0, None)]
    assert kept_places(5, corrections, "train").tolist() == [0, 2, 3, 4]
    assert kept_places(3, corrections, "test").tolist() == [1, 2]


def test_a_description_counts_as_the_set_does() -> None:
    corrections = (("train", 3, None), ("train", 5, "1"), ("test", 2, None))
    for fold in (None, (1, 3)):
        info, data = (make("digits", corrections=corrections, fold=fold) for make in (describe, load_dataset))
        assert abs(info.num_train - len(data.x_train)) <= 1
        assert abs(info.num_test - len(data.x_test)) <= 1
        assert data.info.num_train == len(data.x_train)
    assert changed_info(INFO, corrections=corrections).num_train == 5


def test_settings_make_a_round_trip_and_reach_the_loader() -> None:
    config = make_config({"dataset": "digits", "corrections": [["train", 3, "8"], ["train", 4, None]], "fold": [0, 3]})
    again = TrainingConfig.model_validate_json(config.model_dump_json())
    assert again == config
    data = load_dataset("digits", **load_options(again, (8, 8, 1)))
    whole = load_dataset("digits")
    assert len(data.x_train) + len(data.x_test) == len(whole.x_train) - 1


def test_settings_without_any_are_written_as_before() -> None:
    assert not {"corrections", "fold", "fine_tuning"} & set(TrainingConfig().model_dump())
    assert not {"corrections", "fold"} & set(load_options(TrainingConfig(), (8, 8, 1)))


def test_corrections_are_counted_by_part_and_by_what_is_done_and_the_last_of_an_image_counts() -> None:
    wanted = [("train", 3, "dog"), ("train", 3, None), ("train", 4, None), ("test", 0, "cat"), ("train", 5, "cat")]
    said = "2 training images left out, 1 training image with another label, 1 test image with another label"
    assert corrections_text(wanted) == said
    assert corrections_text([]) == ""
