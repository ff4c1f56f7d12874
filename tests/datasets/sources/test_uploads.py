"""Images from a form: kept where they belong and nowhere else."""

import errno
import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.datasets.registry import load_dataset
from cnnviz.datasets.sources import uploads
from cnnviz.datasets.sources.uploads import save_upload
from cnnviz.errors import InvalidDataset, StoreUnavailable


def picture(shade: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), (shade, shade, shade)).save(file, "PNG")
    return file.getvalue()


def pictures(shade: int, *, count: int = 8) -> list[tuple[str, bytes]]:
    return [(f"photo {number}.PNG", picture(shade)) for number in range(count)]


def packed(files: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file.getvalue()


TWO = {"black cat": pictures(10), "Größe": pictures(200)}


def test_files_per_class_become_a_data_set(tmp_path: Path) -> None:
    path = save_upload(tmp_path / "uploads", TWO)
    assert path.parent == tmp_path / "uploads"
    data = load_dataset(str(path), image_size=(6, 8))
    assert data.info.classes == ("black cat", "Größe")
    assert np.array_equal(data.x_train.mean(axis=(1, 2, 3)), np.where(data.y_train == 1, 200, 10))
    assert len(data.x_train) + len(data.x_test) == 16
    assert data.notes == ()


def test_a_zip_is_kept_packed_and_read_as_it_is(tmp_path: Path) -> None:
    names = {f"train/{label}/{i}.png": picture(shade) for label, shade in (("a", 9), ("b", 99)) for i in range(4)}
    path = save_upload(tmp_path, packed(names))
    assert path.suffix == ".zip"
    assert load_dataset(str(path)).info.classes == ("a", "b")
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_the_same_images_come_to_the_same_path_and_others_to_another(tmp_path: Path) -> None:
    first, again, other = (save_upload(tmp_path, files) for files in (TWO, dict(TWO), {**TWO, "c": pictures(50)}))
    assert first == again != other
    assert {file.name for file in tmp_path.iterdir()} == {first.name, other.name}


@pytest.mark.parametrize(
    "label",
    ["", " ", "..", ".hidden", "a/b", "a\\b", "C:", "nul", "a\0b", "x" * 61, "__MACOSX", "a."],
)
def test_a_class_name_that_could_lead_elsewhere_or_mean_something_else_is_refused(label: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidDataset, match=r"A class cannot have this name.*Received: "):
        save_upload(tmp_path / "up", {"cat": pictures(1), label: pictures(2)})
    assert list((tmp_path / "up").iterdir()) == []


def test_classes_that_differ_only_in_case_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataset, match="Two classes have the same name"):
        save_upload(tmp_path, {"cat": pictures(1), "Cat ": pictures(2)})


@pytest.mark.parametrize("name", ["../../evil.png", "/etc/evil.png", "C:\\evil.png", ".png", "a\0b.png", "x" * 400])
def test_a_file_name_never_decides_where_a_file_goes(name: str, tmp_path: Path) -> None:
    path = save_upload(tmp_path / "up", {"a": [*pictures(1), (name, picture(3))], "b": pictures(2)})
    written = [file for file in tmp_path.rglob("*") if file.is_file()]
    assert len(written) == 17
    assert all(file.parent.parent == path for file in written)


def test_pictures_of_one_name_are_all_kept(tmp_path: Path) -> None:
    same = [("image.jpg", picture(shade)) for shade in (1, 2, 3, 4)]
    data = load_dataset(str(save_upload(tmp_path, {"a": same, "b": same})))
    assert len(data.x_train) + len(data.x_test) == 8


def test_a_file_that_is_no_picture_is_named_when_the_set_is_loaded(tmp_path: Path) -> None:
    files = {"a": [*pictures(1), ("letter.png", b"Dear Sir")], "b": [*pictures(2), ("notes.txt", b"x")]}
    notes = "\n".join(load_dataset(str(save_upload(tmp_path, files))).notes)
    assert "letter.png" in notes
    assert "notes.txt" in notes


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"only": pictures(1)}, "expected 2 to 1000 classes"),
        ({}, "expected 2 to 1000 classes"),
        (b"no zip", "is no usable zip"),
        (packed({"../out.png": b"x", "a/1.png": b"x"}), "outside of itself"),
        (packed({"a/more.zip": b"x"}), "an archive, which is not opened"),
        (packed({"readme.txt": b"x"}), "expected 2 to 1000 classes"),
    ],
)
def test_what_is_no_data_set_is_refused_and_leaves_nothing_behind(
    files: dict | bytes, words: str, tmp_path: Path
) -> None:
    with pytest.raises(InvalidDataset, match=words):
        save_upload(tmp_path, files)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "limit", "words"),
    [
        ("MAX_UPLOAD_BYTES", 500, "too large together"),
        ("MAX_FILES", 15, r"at most 15\. Received: 16"),
        ("MAX_FILE_BYTES", 50, "photo 0.PNG is too large"),
    ],
)
def test_too_much_is_refused(
    name: str, limit: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, name, limit)
    with pytest.raises(InvalidDataset, match=words):
        save_upload(tmp_path, TWO)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreUnavailable, match=r"could not be kept.*Make it a folder that can be written\. Received: "):
        save_upload(tmp_path / "file", TWO)


def test_space_is_asked_for_only_where_it_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fill(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(uploads, "write_file", fill)
    with pytest.raises(StoreUnavailable, match=r"Free some space there\. Received: No space left on device\."):
        save_upload(tmp_path, TWO)


def test_a_zip_without_two_classes_is_kept_where_its_folders_can_be_said_to_be_something_else(tmp_path: Path) -> None:
    path = str(
        save_upload(tmp_path, packed({f"{name}/{i}.png": picture(i) for name in ("train", "test") for i in range(2)}))
    )
    with pytest.raises(InvalidDataset, match="expected 2 to 1000 classes"):
        load_dataset(path)
    roles = (("train", "class"), ("test", "class"))
    assert load_dataset(path, roles=roles).info.classes == ("test", "train")
