"""Looking into a data set, with hand numbers."""

from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.datasets.registry import load_dataset
from cnnviz.datasets.statistics.duplicates import duplicates
from cnnviz.datasets.statistics.image_sizes import ShapeCount, shape_histogram
from cnnviz.datasets.statistics.overview import class_balance, mean_images, sample_grid, sample_positions
from cnnviz.errors import InvalidDataset
from cnnviz.imaging.decode import decode_image
from tests.shared_data import shared

LABELS = np.array([2, 0, 0, 2, 0, 2, 0, 2, 2, 2])


def test_the_balance_counts_every_class_also_an_absent_one() -> None:
    counts = class_balance(LABELS, ("a", "b", "c"))
    assert [(one.name, one.count, one.share) for one in counts] == [("a", 4, 0.4), ("b", 0, 0.0), ("c", 6, 0.6)]


def test_the_grid_has_images_of_its_class_only_and_grows_behind() -> None:
    few, more = (sample_grid(LABELS, 3, per_class=number, seed=1) for number in (2, 5))
    for label, row in enumerate(more):
        assert (LABELS[row] == label).all()
        assert len(set(row)) == len(row) == min(5, np.sum(label == LABELS))
        assert few[label].tolist() == row[:2].tolist()
    assert [row.tolist() for row in sample_grid(LABELS, 3, seed=1)] != [
        r.tolist() for r in sample_grid(LABELS, 3, seed=2)
    ]


def test_samples_show_all_classes_in_turn_and_in_the_end_every_image_once() -> None:
    labels = load_dataset("digits").y_train
    first = sample_positions(labels, 10, count=12)
    assert len(first) == 12
    assert sorted(labels[first[:10]]) == list(range(10))
    every = sample_positions(labels, 10, count=len(labels) + 9)
    assert sorted(every) == list(range(len(labels)))
    for count in (0, 12, 100, len(labels)):
        assert sample_positions(labels, 10, count=count).tolist() == every[:count].tolist()


def test_the_mean_of_a_class_is_the_mean_of_its_images() -> None:
    images = np.zeros((10, 2, 3, 1), np.uint8)
    images[LABELS == 0] = 100
    images[1] = 200
    images[LABELS == 2, 1, 2] = 31
    means = mean_images(images, LABELS, 3)
    assert means.shape == (3, 2, 3, 1)
    assert (means[0] == 125).all()
    assert (means[1] == 0).all()
    assert means[2, ..., 0].tolist() == [[0, 0, 0], [0, 0, 31]]


def test_many_images_are_averaged_without_overflow() -> None:
    data = load_dataset("starter")
    means = mean_images(data.x_train, data.y_train, 10)
    expected = [data.x_train[data.y_train == label].astype(np.float64).mean(axis=0) for label in range(10)]
    assert np.abs(means - np.array(expected)).max() <= 0.5 + 1e-9


def test_copies_and_near_copies_are_found_among_different_images() -> None:
    images = load_dataset("faces").x_train
    brighter = np.clip(images[7].astype(int) + 4, 0, 255).astype(np.uint8)
    compressed = _jpeg(images[20, ..., 0], quality=90)[..., :1]
    found = duplicates(np.concatenate([images, images[[3, 3, 9]], brighter[None], compressed[None]]))
    assert found.exact == ((3, 150, 151), (9, 152))
    assert found.near == ((7, 153), (20, 154))


def test_near_copies_of_near_copies_are_one_group_in_the_order_of_its_first_images() -> None:
    images = load_dataset("faces").x_train[:40]
    steps = [np.clip(images[5].astype(int) + 3 * step, 0, 255).astype(np.uint8) for step in (1, 2, 3)]
    other = np.clip(images[2].astype(int) + 3, 0, 255).astype(np.uint8)
    found = duplicates(np.concatenate([images, np.stack([*steps, other])]))
    assert found.exact == ()
    assert found.near == ((2, 43), (5, 40, 41, 42))


def test_blank_and_different_images_are_no_near_copies() -> None:
    random = np.random.default_rng(0)
    blank = np.arange(8, dtype=np.uint8).reshape(8, 1, 1, 1) * np.ones((8, 20, 30, 3), np.uint8)
    noise = random.integers(0, 256, (50, 20, 30, 3)).astype(np.uint8)
    found = duplicates(np.concatenate([blank, noise]))
    assert found.exact == found.near == ()


def test_digits_that_only_look_alike_are_not_told_as_copies() -> None:
    data = load_dataset("digits")
    images = np.concatenate([data.x_train, data.x_test])
    labels = np.concatenate([data.y_train, data.y_test])
    found = duplicates(images)
    assert len(found.near) <= 3
    assert all(len(set(labels[list(group)])) == 1 for group in found.near)


def _jpeg(image: np.ndarray, *, quality: int) -> np.ndarray:
    file = BytesIO()
    Image.fromarray(image).save(file, "JPEG", quality=quality)
    return decode_image(file.getvalue()).image


def test_sizes_are_counted_from_the_headers(tmp_path: Path) -> None:
    for number, (size, format) in enumerate(
        [((30, 20), "PNG"), ((30, 20), "JPEG"), ((20, 30), "GIF"), ((8, 5), "WEBP")]
    ):
        (tmp_path / "a").mkdir(exist_ok=True)
        Image.new("RGB", size).save(tmp_path / f"a/{number}.{format.lower()}".replace("jpeg", "jpg"), format)
    (tmp_path / "a/bad.png").write_bytes(b"no picture")
    (tmp_path / "a/notes.txt").write_text("x")
    shapes = shape_histogram(tmp_path)
    assert shapes.counts == (ShapeCount(20, 30, 2), ShapeCount(5, 8, 1), ShapeCount(30, 20, 1))
    assert (shapes.num_bad, shapes.num_pictures) == (1, 4)


def test_a_size_behind_a_large_preview_is_found_too(tmp_path: Path) -> None:
    file = BytesIO()
    Image.new("RGB", (30, 20)).save(file, "JPEG")
    data = file.getvalue()
    block = b"\xff\xe1\xff\xff" + bytes(65_533)  # an application segment, as long as one can be
    (tmp_path / "big.jpg").write_bytes(data[:2] + block + data[2:])
    assert shape_histogram(tmp_path).counts == (ShapeCount(20, 30, 1),)


def test_a_picture_of_a_billion_pixels_is_measured_and_not_decoded(tmp_path: Path) -> None:
    header = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (40_000).to_bytes(4) * 2 + b"\x08\x02\x00\x00\x00"
    import zlib

    header += zlib.crc32(header[12:]).to_bytes(4)
    (tmp_path / "huge.png").write_bytes(header + b"\x00\x00\x00\x00IEND\xaeB`\x82")
    shapes = shape_histogram(tmp_path)
    assert shapes.counts in ((ShapeCount(40_000, 40_000, 1),), ())
    assert shapes.num_bad + shapes.num_pictures == 1


def test_a_path_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataset, match="nothing at this path"):
        shape_histogram(tmp_path / "missing")


def test_the_most_common_photo_of_cats_and_dogs_is_that_of_the_tutorial() -> None:
    shapes = shape_histogram(shared("cats-vs-dogs.zip"))
    assert (shapes.counts[0].height, shapes.counts[0].width) in ((375, 500), (374, 500), (375, 499), (374, 499))
    assert shapes.num_pictures == 1602
    assert shapes.num_bad == 0
