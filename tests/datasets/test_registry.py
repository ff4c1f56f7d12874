"""Every registered set: what it promises and what it gives."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from cnnviz.datasets import registry
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.registry import describe, load_dataset
from cnnviz.datasets.sources import builtin as embedded
from cnnviz.errors import DatasetUnavailable, UnknownName
from tests.helpers import run_python, until
from tests.shared_data import keras_home

LOCAL = [name for name, info in DATASETS.items() if not info.needs_download]
REMOTE = ["mnist", "fashion_mnist", "cifar10"]  # of keras.datasets; cats_vs_dogs has a file of its own


def test_the_names_are_those_of_the_command_line() -> None:
    listed = [name for name, info in DATASETS.items() if info.listed]
    assert listed == ["digits", "shapes", "faces", "mnist", "fashion_mnist", "cifar10", "cats_vs_dogs"]


@pytest.mark.parametrize("name", DATASETS)
def test_a_description_is_complete(name: str) -> None:
    info = describe(name)
    assert info.name == name
    assert len(set(info.classes)) == len(info.classes) >= 2
    assert all((info.title, info.source, info.licence, info.summary))


@pytest.mark.parametrize("name", LOCAL)
def test_a_local_set_is_what_its_description_says(name: str) -> None:
    info, data = describe(name), load_dataset(name)
    assert data.info == info
    assert data.x_train.shape == (info.num_train, *info.image_shape)
    assert data.x_test.shape == (info.num_test, *info.image_shape)
    assert data.x_train.dtype == data.x_test.dtype == np.uint8
    assert data.y_train.dtype == data.y_test.dtype == np.int64
    assert data.y_train.shape == (info.num_train,)
    assert set(data.y_train) == set(data.y_test) == set(range(len(info.classes)))
    assert data.x_train.max() > 200


@pytest.mark.parametrize("name", LOCAL)
def test_nobody_can_write_into_a_shared_set(name: str) -> None:
    data = load_dataset(name)
    for array in (data.x_train, data.y_train, data.x_test, data.y_test):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


@pytest.mark.parametrize("name", LOCAL)
def test_no_test_image_is_among_the_training_images(name: str) -> None:
    data = load_dataset(name)
    seen = {image.tobytes() for image in data.x_train}
    assert sum(image.tobytes() in seen for image in data.x_test) == 0


@pytest.mark.parametrize("name", ["digits", "shapes", "faces"])
def test_a_second_load_gives_the_same_pixels(name: str) -> None:
    first = load_dataset(name)
    registry.loaded_sets.clear()
    second = load_dataset(name)
    assert second is not first
    assert np.array_equal(first.x_train, second.x_train)
    assert np.array_equal(first.y_test, second.y_test)


def test_the_classes_are_equally_frequent_in_both_parts_of_a_split() -> None:
    data = load_dataset("shapes")
    assert np.bincount(data.y_train).tolist() == [500] * 6
    assert np.bincount(data.y_test).tolist() == [100] * 6


def test_the_starter_is_tested_on_real_digits_only() -> None:
    digits, starter = load_dataset("digits"), load_dataset("starter")
    assert np.array_equal(starter.x_test, digits.x_test)
    assert np.array_equal(starter.x_train[: len(digits.x_train)], digits.x_train)


def test_digits_have_the_look_of_drawn_ones() -> None:
    images = load_dataset("digits").x_train[..., 0]
    rows, columns = np.nonzero(images.any(axis=0))
    assert rows.max() - rows.min() >= 20
    weights = images.astype(np.float64)
    centre = (weights.sum(axis=2) * np.arange(28)).sum(axis=1) / weights.sum(axis=(1, 2))
    assert abs(centre - 14).max() <= 0.6
    assert all(np.ptp(np.nonzero(image.any(axis=1))[0]) < 20 for image in images)
    assert columns.min() >= 2


def test_a_nearest_neighbour_finds_digits_but_not_shapes() -> None:
    """Digits are easy, shapes need more than pixels: size, place and colour vary."""
    shares = {}
    for name in ("digits", "shapes"):
        data = load_dataset(name)
        known = data.x_train.reshape(len(data.x_train), -1).astype(np.float32)
        asked = data.x_test[:300].reshape(300, -1).astype(np.float32)
        distance = (known**2).sum(axis=1) - 2 * asked @ known.T
        shares[name] = (data.y_train[distance.argmin(axis=1)] == data.y_test[:300]).mean()
    assert shares["digits"] > 0.95
    assert shares["shapes"] < 0.6


def test_shapes_are_drawn_in_under_two_seconds() -> None:
    started = time.thread_time()
    embedded.load_shapes(describe("shapes"), lambda *_: None)
    assert time.thread_time() - started < 2


def test_two_threads_load_a_set_once() -> None:
    registry.loaded_sets.clear()
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: load_dataset("faces"), range(4)))
    assert all(data is loaded[0] for data in loaded)


def test_only_so_many_bytes_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.loaded_sets.clear()
    first = load_dataset("faces")
    monkeypatch.setattr(registry.loaded_sets, "max_bytes", first.x_train.nbytes + first.x_test.nbytes)
    load_dataset("shapes")
    assert registry.loaded_sets.keys() == [("shapes",)]
    assert load_dataset("faces") is not first


def test_loading_tells_what_it_does() -> None:
    registry.loaded_sets.clear()
    told: list[tuple[str, float]] = []
    load_dataset("faces", progress=lambda text, share: told.append((text, share)))
    assert told == [("Reading the faces", 0.0)]


@pytest.mark.parametrize("ask", [describe, load_dataset])
def test_an_unknown_name_is_refused_with_the_known_ones(ask) -> None:
    with pytest.raises(UnknownName, match=r"cifar10, digits.*path of a folder or zip.*Received: 'nmist'"):
        ask("nmist")


def test_a_changed_source_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skimage.data.lfw_subset", lambda: np.zeros((180, 25, 25)))
    with pytest.raises(Exception, match="'faces' is not what it was: expected 200"):
        embedded.load_faces(describe("faces"), lambda *_: None)


def test_importing_the_registry_and_describing_brings_in_nothing_heavy() -> None:
    heavy = ("tensorflow", "keras", "sklearn", "skimage", "scipy", "cv2")
    program = (
        "import sys; from cnnviz.datasets.registry import DATASETS, describe; from cnnviz.training import recipes\n"
        f"[describe(name) for name in DATASETS]; print([m for m in {heavy} if m in sys.modules])"
    )
    assert run_python(program) == "[]"


LOAD = """
from cnnviz.datasets.registry import load_dataset
told = []
data = load_dataset({name!r}, progress=lambda *what: told.append(what))
print(data.x_train.shape, data.x_test.shape, data.x_train.dtype, data.y_train.dtype, data.y_train[:5].tolist(), told[0])
"""


@pytest.mark.keras
@pytest.mark.parametrize(
    ("name", "labels", "told"),
    [
        ("mnist", [5, 0, 4, 1, 9], "Reading MNIST digits (11 MB)"),
        ("fashion_mnist", [9, 0, 0, 3, 0], "Reading Fashion-MNIST (31 MB)"),
    ],
)
def test_sets_that_keras_keeps_load_without_network(name: str, labels: list[int], told: str, tmp_path: Path) -> None:
    told_of = run_python(LOAD.format(name=name), KERAS_HOME=str(keras_home(tmp_path)))
    assert told_of == f"(60000, 28, 28, 1) (10000, 28, 28, 1) uint8 int64 {labels} ('{told}', 1.0)"


@pytest.mark.parametrize("name", REMOTE)
def test_a_failed_download_is_said_in_words(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import keras

    def refuse(*_: object) -> None:
        raise Exception("URL fetch failure on https://example.org: None -- Name or service not known")

    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", refuse)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    told: list[str] = []
    with pytest.raises(DatasetUnavailable, match=r"could not be loaded.*kept in .*'digits' works without one"):
        load_dataset(name, progress=lambda *what: told.append(what[0]))
    assert told[0].startswith(f"Downloading {describe(name).title} (")


def test_a_download_reports_how_far_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import keras

    from cnnviz.datasets.sources import keras_downloads as remote

    shares: list[float] = []

    def arrive() -> tuple:
        (tmp_path / "datasets").mkdir()
        for part in range(4):
            with (tmp_path / "datasets/mnist.npz").open("ab") as file:
                file.write(bytes(11_490_434 // 4))
            until(lambda part=part: shares[-1] > (part + 0.5) / 4)
        blank = np.zeros((2, 28, 28), np.uint8), np.array([3, 4], np.uint8)
        return blank, blank

    monkeypatch.setattr(remote, "PROGRESS_INTERVAL", 0.01)
    monkeypatch.setattr(keras.datasets.mnist, "load_data", arrive)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    data = remote.load_remote(describe("mnist"), lambda *what: shares.append(what[1]))
    assert shares[0] == 0.0
    assert shares == sorted(shares)
    assert data.x_train.shape == (2, 28, 28, 1)
    assert data.y_train.tolist() == [3, 4]


def test_the_folder_of_a_user_who_is_not_here_is_a_path_that_does_not_exist() -> None:
    with pytest.raises(UnknownName, match="There is no data set or path '~nosuchuser/photos'"):
        describe("~nosuchuser/photos")
