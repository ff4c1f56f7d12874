"""The public photos of cats and dogs, fetched once and read from their zip, which is never unpacked to the disk."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from cnnviz.datasets.dataset import Dataset, DatasetInfo, Progress
from cnnviz.datasets.sources.folder import load_images
from cnnviz.datasets.sources.keras_downloads import downloading
from cnnviz.settings import read_places

FILE = "kagglecatsanddogs_5340.zip"
ORIGIN = f"https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/{FILE}"
SHA256 = "b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9"
NUM_BYTES = 824_887_076


def load_cats_vs_dogs(info: DatasetInfo, progress: Progress, **options: Any) -> Dataset:
    """Fetch the zip at the first use, and read it as `folder.load_images` does, with its `options`.

    Raises DatasetUnavailable when it is not there and cannot be fetched.
    """
    options["image_size"] = options.get("image_size") or info.image_shape[:2]
    data = load_images(archive(info.title, progress), progress=progress, **options)
    shown = replace(info, image_shape=data.info.image_shape, num_train=data.info.num_train, num_test=data.info.num_test)
    return replace(data, info=shown)  # its folders are Cat and Dog, in the order of the classes


def archive(title: str, progress: Progress) -> Path:
    """Path of the zip, downloaded and checked if need be."""
    import keras

    file = read_places().keras_home / "datasets" / FILE
    with downloading(title, file, NUM_BYTES, progress):
        return Path(keras.utils.get_file(FILE, ORIGIN, file_hash=SHA256))
