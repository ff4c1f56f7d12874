"""Names in zips by the tools of other systems, and files by their content; the zips are made here."""

import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.datasets.sources.content import find_layout, is_picture
from cnnviz.datasets.sources.folder import load_images
from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop.split import split


def picture(shade: int, format: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (20, 16), (shade, 20, 90)).save(file, format)
    return file.getvalue()


def zip_of_raw_names(path: Path, names: dict[bytes, bytes]) -> Path:
    """A zip whose names are these bytes, without the flag that says UTF-8."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, data in enumerate(names.values()):
            archive.writestr(f"{number:04d}".ljust(len(list(names)[number]), "x"), data)
    content = path.read_bytes()
    for number, name in enumerate(names):
        content = content.replace(f"{number:04d}".ljust(len(name), "x").encode(), name)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("labels", "encoding"),
    [
        (("Bär", "Füchse"), "utf-8"),
        (("Bär", "Füchse"), "cp437"),
        (("Bär", "Füchse"), "cp1252"),
        (("Кот", "Собака"), "cp866"),
        (("猫猫", "犬犬"), "utf-8"),
    ],
)
def test_names_without_a_word_on_their_character_set_are_read(
    labels: tuple[str, str], encoding: str, tmp_path: Path
) -> None:
    files = {f"{label}/{n}.png".encode(encoding): picture(n) for label in labels for n in range(3)}
    assert set(find_layout(zip_of_raw_names(tmp_path / "a.zip", files)).classes) == set(labels)


@pytest.mark.parametrize(("labels", "encoding"), [(("苹果", "香蕉"), "gbk"), (("사과", "딸기"), "euc_kr")])
def test_names_in_a_character_set_that_cannot_be_told_are_asked_about(
    labels: tuple[str, str], encoding: str, tmp_path: Path
) -> None:
    files = {f"{label}/{n}.png".encode(encoding): picture(n) for label in labels for n in range(3)}
    layout = find_layout(zip_of_raw_names(tmp_path / "a.zip", files))
    assert len(layout.classes) == 2
    assert layout.questions[0].startswith("The names of these folders are in a character set that could not be told")


def test_decomposed_letters_and_backslashes_are_read(tmp_path: Path) -> None:
    apple = unicodedata.normalize("NFD", "Äpfel")
    names = [
        f"set\\{part}\\{label}\\{n}.png" for part in ("train", "test") for label in (apple, "Obst") for n in (1, 2)
    ]
    files = {name.encode(): picture(number) for number, name in enumerate(names)}
    layout = find_layout(zip_of_raw_names(tmp_path / "a.zip", files))
    assert layout.classes == ("Äpfel", "Obst")
    assert set(layout.parts) == {"train", "test"}


def test_names_that_begin_with_a_dot_for_this_folder_are_read(tmp_path: Path) -> None:
    files = {f"./{label}/./{n}.png".encode(): picture(n) for label in ("cat", "dog") for n in range(3)}
    layout = find_layout(zip_of_raw_names(tmp_path / "a.zip", files))
    assert layout.classes == ("cat", "dog")


def test_files_on_a_disk_whose_names_kept_the_backslashes_are_read(tmp_path: Path) -> None:
    for label in ("cat", "dog"):
        for number in range(4):
            (tmp_path / f"pets\\{label}\\{number}.png").write_bytes(picture(number))
    assert load_images(tmp_path).info.classes == ("cat", "dog")


@pytest.mark.parametrize("ending", ["", ".jfif", ".jpg_large", ".dat", ".JPE", ".txt"])
def test_pictures_are_known_by_their_content(ending: str, tmp_path: Path) -> None:
    for label in ("cat", "dog"):
        (tmp_path / label).mkdir()
        for number in range(4):
            (tmp_path / label / f"{number}{ending}").write_bytes(picture(number, "JPEG"))
    (tmp_path / "cat" / "note.jpg").write_text("this is no picture at all")
    data = load_images(tmp_path)
    assert len(data.x_train) + len(data.x_test) == 8
    assert data.notes == ("Left out 1 file, no picture by content: cat/note.jpg.",)


def test_formats_are_told_by_their_first_bytes() -> None:
    for format in ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"):
        assert is_picture(picture(3, format)[:16])
    assert is_picture(b"\0\0\0\x18ftypheic\0\0\0\0")
    assert not is_picture(b"RIFF\0\0\0\0WAVEfmt ")
    assert not is_picture(b"")


def test_a_colon_in_the_name_of_a_class_leads_nowhere(tmp_path: Path) -> None:
    files = {f"{label}/{n}.png".encode(): picture(n) for label in ("a: cat", "b: dog") for n in range(3)}
    assert find_layout(zip_of_raw_names(tmp_path / "a.zip", files)).classes == ("a: cat", "b: dog")


def test_a_large_file_that_is_no_picture_costs_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for label in ("cat", "dog"):
            for number in range(3):
                archive.writestr(f"{label}/{number}.png", picture(number))
        archive.writestr("model.h5", bytes(65 * 2**20))
    assert len(load_images(path).x_train) == 4


def test_three_parts_are_learned_from_validated_on_and_tested_on(tmp_path: Path) -> None:
    for part, count in (("train", 5), ("valid", 3), ("test", 2)):
        for label, shade in (("cat", 10), ("dog", 200)):
            (tmp_path / part / label).mkdir(parents=True)
            for number in range(count):
                (tmp_path / part / label / f"{number}.png").write_bytes(picture(shade + number))
    data = load_images(tmp_path)
    assert (data.info.num_train, data.info.num_validation, data.info.num_test) == (10, 6, 4)
    assert data.x_val is not None
    parts = split(data, TrainingConfig(validation_share=0.2))
    assert parts.x_val is data.x_val
    assert len(parts.x_train) == 10
    assert np.array_equal(np.bincount(parts.y_val), [3, 3])


def test_a_class_of_which_nothing_can_be_read_is_none(tmp_path: Path) -> None:
    for label in ("ant", "cat", "dog"):
        (tmp_path / label).mkdir()
        for number in range(4):
            data = picture(number)
            (tmp_path / label / f"{number}.png").write_bytes(data[:50] if label == "ant" else data)
    data = load_images(tmp_path)
    assert data.info.classes == ("cat", "dog")
    assert np.bincount(data.y_train).tolist() == [3, 3]
    assert "Left out the class ant: none of its pictures to learn from can be read." in data.notes
