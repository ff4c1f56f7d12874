"""Lists of labels beside pictures: they are not read, and that is said."""

from pathlib import Path

import numpy as np
import pytest

from cnnviz.datasets.sources.content import find_layout
from cnnviz.datasets.sources.folder import describe_images
from cnnviz.errors import InvalidDataset
from cnnviz.imaging.decode import encode_png

LISTS = "Lists of labels are not read"


def _write(root: Path, pictures: list[str], others: list[str]) -> Path:
    for name in [*pictures, *others]:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        content = encode_png(np.zeros((5, 6, 3), np.uint8)) if name in pictures else b"0 0.5 0.5"
        (root / name).write_bytes(content)
    return root


@pytest.mark.parametrize(
    ("pictures", "lists"),
    [
        ("images/{}.png", ["labels.csv"]),
        ("photos/{}.png", ["truth.xlsx"]),
        ("{}.png", ["annotations.json"]),
        ("JPEGImages/{}.png", ["Annotations/1.xml", "Annotations/2.xml"]),
        ("images/train/{}.png", ["labels/train/1.txt", "labels/train/2.txt"]),
        ("train2017/{}.png", ["annotations/instances_train2017.json"]),
    ],
)
def test_pictures_with_a_list_of_labels_are_refused_with_what_to_do(
    pictures: str, lists: list[str], tmp_path: Path
) -> None:
    root = _write(tmp_path, [pictures.format(number) for number in range(5)], [*lists, "README.txt"])
    with pytest.raises(InvalidDataset, match=rf"{LISTS} \({lists[0]}.*a folder for each class.*cat_1.jpg.*Received: "):
        describe_images(root)


@pytest.mark.parametrize("other", ["labels.csv", "fox/annotation.xml", "owl/1.txt"])
def test_beside_folders_of_classes_it_is_said_where_the_labels_are_from(other: str, tmp_path: Path) -> None:
    root = _write(tmp_path, [f"{label}/{number}.png" for label in ("fox", "owl") for number in range(4)], [other])
    (note,) = find_layout(root).notes
    assert note == f"{LISTS} ({other}): the labels are those of the folders and file names."


@pytest.mark.parametrize("other", ["readme.txt", "LICENSE.txt", "owl/weather.csv", "script.py"])
def test_other_files_beside_classes_are_no_lists_of_labels(other: str, tmp_path: Path) -> None:
    root = _write(tmp_path, [f"{label}/{number}.png" for label in ("fox", "owl") for number in range(4)], [other])
    assert find_layout(root).notes == ()
