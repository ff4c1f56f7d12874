"""What a page shows of a whole data set."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.datasets.registry import load_dataset
from cnnviz.datasets.statistics.duplicates import find_copies
from cnnviz.datasets.statistics.image_sizes import picture_sizes
from cnnviz.datasets.statistics.overview import files, labelled_files, overview, samples, train_images
from cnnviz.datasets.statistics.overview import test_images as images_to_test
from cnnviz.training.config import ImageSettings, TrainingConfig, load_options
from cnnviz.ui.images.browser import copies_text, copy_text
from cnnviz.ui.images.files import files_text


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two classes with four pictures to learn from and one to test on each; dog's test picture is a training one."""
    random = np.random.default_rng(0)
    for part, count in (("train", 4), ("test", 1)):
        for label in ("cat", "dog"):
            place = tmp_path / part / label
            place.mkdir(parents=True)
            for number in range(count):
                pixels = random.integers(0, 256, (64, 64, 3), dtype=np.uint8)
                Image.fromarray(pixels).save(place / f"{number}.png")
    (tmp_path / "test/dog/0.png").write_bytes((tmp_path / "train/dog/2.png").read_bytes())
    return tmp_path


def test_a_copy_in_both_parts_is_found_and_shown_with_its_names(folder: Path) -> None:
    found = find_copies(load_dataset(str(folder)))
    assert (found.num_exact, found.num_near, found.num_across, found.num_relabelled) == (1, 0, 1, 0)
    (copy,) = found.shown
    assert copy.labels == (1, 1)
    assert (copy.is_exact, copy.is_across) == (True, True)
    assert np.array_equal(copy.images[0], copy.images[1])


def test_all_of_a_group_are_told_and_the_same_image_with_two_labels_comes_first(folder: Path) -> None:
    png = (folder / "train/cat/0.png").read_bytes()
    for name in ("train/cat/1.png", "train/cat/2.png", "train/dog/0.png"):  # three cats, one of them said to be a dog
        (folder / name).write_bytes(png)
    found = find_copies(load_dataset(str(folder)))
    assert (found.num_exact, found.num_across, found.num_relabelled) == (2, 1, 1)
    worst, across = found.shown
    assert (sorted(worst.labels), worst.is_test, worst.is_relabelled) == ([0, 0, 0, 1], (False,) * 4, True)
    assert {*worst.labels[:2]} == {0, 1}, "one of each kind is shown before a second of one"
    assert len(worst.images) == 4
    assert (across.labels, across.is_test) == ((1, 1), (False, True))
    assert copy_text(across, ("cat", "dog")) == "2 equal: dog (training), dog (test)"
    assert "3 × cat (training)" in copy_text(worst, ("cat", "dog"))
    assert copy_text(worst, ("cat", "dog")).endswith("the same image with several labels")
    assert copies_text(found) == (
        "2 groups of equal images, 0 of nearly equal ones. "
        "In the training and in the test part: 1; with several labels: 1."
    )


def test_more_samples_begin_with_the_same_ones_and_take_the_classes_in_turn() -> None:
    few, labels = samples(load_dataset("digits"), 12)
    more, _ = samples(load_dataset("digits"), 24)
    assert labels.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    assert np.array_equal(more[:12], few)
    assert len({image.tobytes() for image in more}) == 24


def test_a_data_set_is_counted_and_averaged_by_class() -> None:
    data = load_dataset("digits")
    seen = overview(data)
    assert seen.num_images == len(data.y_train)
    assert [one.count for one in seen.counts] == np.bincount(data.y_train).tolist()
    assert np.abs(seen.means[3] - data.x_train[data.y_train == 3].mean(axis=0)).max() <= 0.5


def test_the_sizes_of_own_pictures_are_those_of_the_files(folder: Path) -> None:
    Image.new("RGB", (50, 37)).save(folder / "train/cat/small.png")
    shapes = picture_sizes(load_dataset(str(folder)))
    assert [(one.height, one.width, one.count) for one in shapes.counts] == [(64, 64, 10), (37, 50, 1)]


def test_images_are_looked_at_as_they_are_trained_on(folder: Path) -> None:
    settings = ImageSettings(size=(20, 12), channels=1, limit_per_class=3)
    sizes = load_options(TrainingConfig(dataset=str(folder), images=settings), (28, 28, 1))
    trained = load_dataset(str(folder), **sizes)
    images, _ = samples(trained, 12)
    assert images.shape == (6, 20, 12, 1)
    assert {image.tobytes() for image in images} == {image.tobytes() for image in trained.x_train}
    seen = overview(trained)
    assert [one.count for one in seen.counts] == [3, 3]
    assert seen.means.shape == (2, 20, 12, 1)
    assert find_copies(trained).num_across <= 1


def test_images_are_given_with_their_labels_from_the_part_that_was_asked_for() -> None:
    data = load_dataset("digits")
    for given, images, labels in (
        (train_images(data, [5, 0]), data.x_train, data.y_train),
        (images_to_test(data, [5, 0]), data.x_test, data.y_test),
    ):
        assert np.array_equal(given[0], images[[5, 0]])
        assert given[1].tolist() == labels[[5, 0]].tolist()


def test_summary_files_sizes_and_balance_count_the_same_pictures(folder: Path) -> None:
    """One file is cut off after its header: its size can be read, the picture cannot. One is no picture at all."""
    whole = (folder / "train/cat/0.png").read_bytes()
    (folder / "train/cat/cut.png").write_bytes(whole[:80])
    (folder / "train/dog/none.png").write_bytes(b"no picture")
    data = load_dataset(str(folder))
    assert data.info.summary == "10 pictures of 2 classes."
    assert sum(one.count for one in overview(data).counts) + data.info.num_test == 10
    assert picture_sizes(data).num_pictures == 10
    listed = files(data)
    assert sorted({file.part for file in listed}) == ["", "test", "train"]
    assert [file.name for file in listed if not file.part] == ["train/cat/cut.png"]
    assert files_text(listed) == "10 pictures, 1 more cannot be used; the label is read from the folder or the name."


def test_the_files_of_each_part_are_named_with_their_labels_in_the_order_of_the_images(folder: Path) -> None:
    data = load_dataset(str(folder), classes=("dog", "cat"))
    found = labelled_files(data)
    assert set(found) == {"train", "test"}
    assert [label for _, label in found["train"]] == data.y_train.tolist()
    assert {name.split("/")[-2]: label for name, label in found["train"]} == {"dog": 0, "cat": 1}
    assert labelled_files(load_dataset("faces")) == {}
