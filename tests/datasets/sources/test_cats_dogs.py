"""The public photos, from an archive laid out as Microsoft's and from the real ones at hand."""

import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.datasets import registry
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.registry import describe, load_dataset
from cnnviz.datasets.sources import keras_downloads
from cnnviz.errors import DatasetUnavailable
from tests.shared_data import shared

pytestmark = pytest.mark.keras  # its `get_file` is replaced


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the archive is kept; what is there counts as downloaded."""
    registry.loaded_sets.clear()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    file = tmp_path / "datasets" / keras_downloads.CATS_DOGS_FILE
    asked: list[tuple] = []

    def get_file(name: str, origin: str, *, file_hash: str) -> str:
        asked.append((name, origin, file_hash))
        if not file.exists():
            raise Exception("URL fetch failure: Name or service not known")
        return str(file)

    monkeypatch.setattr("keras.utils.get_file", get_file)
    return file


def _write_archive(path: Path) -> None:
    """As the real one: its folders, a note, what Windows leaves behind, an empty and a damaged photo."""

    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("CDLA-Permissive-2.0.pdf", b"%PDF")
        archive.writestr("readme[1].txt", b"hello")
        for label, colour in (("Cat", (200, 30, 30)), ("Dog", (30, 30, 200))):
            archive.writestr(f"PetImages/{label}/Thumbs.db", b"x")
            for number in range(20):
                photo = BytesIO()
                Image.new("RGB", (500, 375), colour).save(photo, "PNG")
                archive.writestr(f"PetImages/{label}/{number}.jpg", photo.getvalue())
        archive.writestr("PetImages/Cat/666.jpg", b"")
        archive.writestr("PetImages/Dog/11702.jpg", b"GIF89a")


def test_the_archive_gives_cats_and_dogs_without_the_bad_files(kept: Path) -> None:
    _write_archive(kept)
    data = load_dataset("cats_vs_dogs", image_size=(24, 30))
    assert data.info.classes == ("cat", "dog")
    assert data.info.name == "cats_vs_dogs"
    assert data.x_train.shape[1:] == data.info.image_shape == (24, 30, 3)
    assert len(data.x_train) + len(data.x_test) == 40
    red = data.x_train[..., 0].mean(axis=(1, 2)) > 100
    assert np.array_equal(red, data.y_train == 0)
    told = "\n".join(data.notes)
    assert "666.jpg" in told
    assert "11702.jpg" in told


def test_each_size_is_a_set_of_its_own_and_the_usual_one_is_that_of_the_description(kept: Path) -> None:
    _write_archive(kept)
    usual, grey = load_dataset("cats_vs_dogs"), load_dataset("cats_vs_dogs", image_size=(9, 12), channels=1, limit=10)
    assert usual.x_train.shape[1:] == describe("cats_vs_dogs").image_shape
    assert grey.x_train.shape == (10, 9, 12, 1)
    assert load_dataset("cats_vs_dogs") is usual


def test_without_internet_it_is_said_in_words(kept: Path) -> None:
    told: list[str] = []
    with pytest.raises(DatasetUnavailable, match=r"Cats and dogs could not be loaded: expected a download of 825 MB"):
        load_dataset("cats_vs_dogs", progress=lambda text, _: told.append(text))
    assert told[0] == "Downloading Cats and dogs (825 MB)"


def test_only_the_published_archive_is_taken() -> None:
    assert len(keras_downloads.CATS_DOGS_SHA256) == 64
    assert keras_downloads.CATS_DOGS_ORIGIN.startswith("https://download.microsoft.com/")
    assert DATASETS["cats_vs_dogs"].num_train + DATASETS["cats_vs_dogs"].num_test == 25_000


def test_real_photos_fit_the_tutorials_nets(kept: Path) -> None:
    shutil.copy(shared("cats-vs-dogs.zip"), kept)
    data = load_dataset("cats_vs_dogs", image_size=(94, 125), limit_per_class=30)
    assert data.x_train.shape == (60, 94, 125, 3)
    assert data.info.classes == ("cat", "dog")


def test_large_sets_push_each_other_out_of_memory(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write_archive(kept)
    monkeypatch.setattr(registry.loaded_sets, "max_bytes", 40 * 64 * 64 * 3 + 1)
    first = load_dataset("cats_vs_dogs", image_size=(64, 64))
    assert load_dataset("cats_vs_dogs", image_size=(64, 64)) is first
    load_dataset("cats_vs_dogs", image_size=(32, 32))
    assert load_dataset("cats_vs_dogs", image_size=(64, 64)) is not first
