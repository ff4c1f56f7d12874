"""Folders and zips of images, well-meant and not."""

import zipfile
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.datasets.registry import describe, load_dataset
from cnnviz.datasets.sources import archive as entries
from cnnviz.datasets.sources import folder
from cnnviz.datasets.sources.folder import describe_images, load_images
from cnnviz.errors import InvalidDataset, InvalidInput
from tests.shared_data import shared

RED, BLUE = (220, 30, 30), (30, 30, 220)


def picture(colour: tuple[int, int, int], *, size: tuple[int, int] = (40, 30), format: str = "PNG") -> bytes:
    """A plain picture, `size` is (width, height)."""
    file = BytesIO()
    Image.new("RGB", size, colour).save(file, format)
    return file.getvalue()


def write(root: Path, files: dict[str, bytes], *, packed: bool) -> Path:
    """The files as a folder, or as a zip."""
    if packed:
        with zipfile.ZipFile(root / "set.zip", "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return root / "set.zip"
    for name, data in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    return root


def two_classes(pattern: str, *, count: int = 8) -> dict[str, bytes]:
    """Red cats and blue dogs."""
    return {pattern.format(label, i): picture(c) for label, c in (("cat", RED), ("dog", BLUE)) for i in range(count)}


def assert_red_cats_and_blue_dogs(data) -> None:
    assert data.info.classes == ("cat", "dog")
    for images, labels in ((data.x_train, data.y_train), (data.x_test, data.y_test)):
        expected = np.where((labels == 0)[:, None], RED, BLUE)
        assert np.array_equal(images.mean(axis=(1, 2)).round(), expected)


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize(
    "pattern",
    [
        "{}/{}.png",
        "{}.{}.png",
        "train/{}.{}.png",
        "pets/{}/{}.png",
        "pets/{}.{}.png",
        "Train/{}/{}.PNG",
        "{}/a/b/{}.png",
    ],
)
def test_labels_come_from_folders_or_file_names(pattern: str, packed: bool, tmp_path: Path) -> None:
    data = load_images(write(tmp_path, two_classes(pattern), packed=packed), image_size=(6, 8))
    assert_red_cats_and_blue_dogs(data)
    assert data.x_train.shape == (12, 6, 8, 3)
    assert data.x_test.shape == (4, 6, 8, 3)
    assert data.x_train.dtype == np.uint8
    assert data.y_train.dtype == np.int64
    assert data.notes == ()


@pytest.mark.parametrize("test", ["test", "Test", "val", "validation"])
def test_a_test_part_is_kept_as_it_is(test: str, tmp_path: Path) -> None:
    files = two_classes("train/{}/{}.png") | two_classes(test + "/{}/{}.png", count=3)
    data = load_images(write(tmp_path, files, packed=False))
    assert_red_cats_and_blue_dogs(data)
    assert (len(data.x_train), len(data.x_test)) == (16, 6)


def test_the_share_and_the_seed_decide_which_pictures_are_for_testing(tmp_path: Path) -> None:
    colours = {f"{'ab'[i % 2]}/{i}.png": picture((i * 6, 0, 0)) for i in range(40)}
    path = write(tmp_path, colours, packed=False)
    first, again, other = (load_images(path, test_share=0.5, seed=seed) for seed in (1, 1, 2))
    assert len(first.x_test) == 20
    assert np.bincount(first.y_test).tolist() == [10, 10]
    assert np.array_equal(first.x_train, again.x_train)
    assert not np.array_equal(first.x_train, other.x_train)
    assert not {x.tobytes() for x in first.x_train} & {x.tobytes() for x in first.x_test}


def test_a_limit_takes_as_many_of_each_class_and_shrinks_the_test_part(tmp_path: Path) -> None:
    data = load_images(write(tmp_path, two_classes("{}/{}.png", count=40), packed=False), limit=20)
    assert np.bincount(data.y_train).tolist() == [10, 10]
    assert np.bincount(data.y_test).tolist() == [3, 3]


def test_a_limit_per_class_evens_out_what_is_frequent(tmp_path: Path) -> None:
    files = two_classes("{}/{}.png", count=40) | {f"ant/{i}.png": picture((9, 9, 9)) for i in range(8)}
    path = write(tmp_path, files, packed=False)
    data = load_images(path, limit_per_class=10)
    assert data.info.classes == ("ant", "cat", "dog")
    assert np.bincount(data.y_train).tolist() == [6, 10, 10]
    assert np.bincount(data.y_test).tolist() == [2, 3, 3]
    assert describe_images(path, limit_per_class=10).num_train == 26


def test_grey_pictures_have_one_channel(tmp_path: Path) -> None:
    data = load_images(write(tmp_path, two_classes("{}/{}.png"), packed=False), image_size=(6, 8), channels=1)
    assert data.info.image_shape == data.x_train.shape[1:] == (6, 8, 1)
    greys = [round(0.299 * r + 0.587 * g + 0.114 * b) for r, g, b in (RED, BLUE)]
    assert [set(data.x_train[data.y_train == label].ravel()) for label in (0, 1)] == [{grey} for grey in greys]
    with pytest.raises(InvalidInput, match=r"1 or 3 channels. Received: \(6, 8, 2\)"):
        load_images(tmp_path, image_size=(6, 8), channels=2)


def test_a_description_counts_as_a_load_would(tmp_path: Path) -> None:
    path = write(tmp_path, two_classes("{}/{}.png", count=20), packed=True)
    options = {"image_size": (5, 7), "channels": 1, "test_share": 0.4, "limit_per_class": 9}
    assert describe(str(path), **options) == load_dataset(str(path), **options).info


def test_pictures_are_cut_not_squeezed(tmp_path: Path) -> None:
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = (0, 200, 0)
    files = {f"{label}/{i}.png": _png(wide) for label in "ab" for i in range(4)}
    data = load_images(write(tmp_path, files, packed=False), image_size=(10, 10))
    assert (data.x_train == (0, 200, 0)).all()


def test_the_size_is_64_by_default_and_grey_pictures_become_rgb(tmp_path: Path) -> None:
    files = {f"{label}/{i}.png": _png(np.full((9, 12), 77, np.uint8)) for label in "ab" for i in range(4)}
    data = load_images(write(tmp_path, files, packed=False))
    assert data.x_train.shape[1:] == data.info.image_shape == (64, 64, 3)
    assert (data.x_train == 77).all()


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
def test_bad_files_are_left_out_and_named(packed: bool, tmp_path: Path) -> None:
    whole = picture(RED, format="JPEG", size=(200, 150))
    files = two_classes("{}/{}.png") | {
        "cat/cut.jpg": whole[: len(whole) // 3],
        "dog/text.png": b"not a picture",
        "readme.txt": b"hello",
        "stray.png": picture(RED),
        "__MACOSX/cat/._0.png": b"x",
        "cat/.DS_Store": b"x",
    }
    data = load_images(write(tmp_path, files, packed=packed))
    assert_red_cats_and_blue_dogs(data)
    assert len(data.x_train) + len(data.x_test) == 16
    assert (data.info.num_train, data.info.num_test) == (len(data.x_train), len(data.x_test))
    told = "\n".join(data.notes)
    assert len(data.notes) == 3
    for name in ("readme.txt", "stray.png", "cat/cut.jpg", "dog/text.png"):
        assert name in told
    assert "DS_Store" not in told


def test_many_bad_files_are_counted_not_listed(tmp_path: Path) -> None:
    files = two_classes("{}/{}.png") | {f"cat/bad{i}.png": picture(RED)[:60] for i in range(50)}
    notes = load_images(write(tmp_path, files, packed=False)).notes
    assert len(notes) == folder.MAX_NOTES + 1
    assert notes[-1] == "30 more files could not be used."


def test_progress_runs_to_the_end(tmp_path: Path) -> None:
    path, told = write(tmp_path, two_classes("{}/{}.png", count=100), packed=True), []
    load_images(path, progress=lambda text, share: told.append((text, share)))
    assert told[0] == ("Reading 200 pictures", 0.0)
    assert [share for _, share in told] == [0.0, 0.32, 0.64, 0.96]


@pytest.mark.parametrize("name", ["../out.png", "cat/../../out.png", "/../out.png", "C:\\..\\out.png", "..\\out.png"])
def test_a_zip_that_names_files_outside_of_itself_is_refused(name: str, tmp_path: Path) -> None:
    path = write(tmp_path, two_classes("{}/{}.png") | {name: picture(RED)}, packed=True)
    with pytest.raises(InvalidDataset, match="outside of itself"):
        load_images(path)


@pytest.mark.parametrize("name", ["cat/more.zip", "inner.TAR", "x/y.tar.gz", "z.7z"])
def test_a_nested_archive_is_left_out_unopened(name: str, tmp_path: Path) -> None:
    data = load_images(write(tmp_path, two_classes("{}/{}.png") | {name: b"PK"}, packed=True))
    assert_red_cats_and_blue_dogs(data)
    told = f"Left out 1 file, an archive, which is not opened (unpack it, and pack the images themselves): {name}."
    assert data.notes[0] == told


def test_a_zip_with_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entries, "MAX_FILES", 15)
    for packed in (False, True):
        with pytest.raises(InvalidDataset, match=r"expected at most 15\. Received: 16"):
            load_images(write(tmp_path, two_classes("{}/{}.png"), packed=packed))


def test_a_zip_that_is_too_large_unpacked_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tmp_path / "bomb.zip"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/1.png", bytes(65 * 2**20))
        archive.writestr("b/1.png", picture(RED))
    assert bomb.stat().st_size < 100_000
    with pytest.raises(InvalidDataset, match=r"a/1\.png is too large: expected at most 64 MiB"):
        load_images(bomb)
    monkeypatch.setattr(entries, "MAX_TOTAL_BYTES", 2**20)
    with pytest.raises(InvalidDataset, match="too large once unpacked"):
        load_images(bomb)


def test_a_zip_whose_index_understates_a_size_gives_only_a_note(tmp_path: Path) -> None:
    files = two_classes("{}/{}.png")
    path = write(tmp_path, files, packed=True)
    honest, size = path.read_bytes(), len(files["cat/0.png"]).to_bytes(4, "little")
    at = honest.index(b"PK\x01\x02") + 24  # the uncompressed size of the first file in the index
    assert honest[at : at + 4] == size
    path.write_bytes(honest[:at] + (5).to_bytes(4, "little") + honest[at + 4 :])
    data = load_images(path)
    assert len(data.x_train) + len(data.x_test) == 15
    assert "cat/0.png" in data.notes[0]


def test_an_encrypted_zip_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, two_classes("{}/{}.png"), packed=True)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1  # the flag in the index
    path.write_bytes(bytes(data))
    with pytest.raises(InvalidDataset, match="without a password"):
        load_images(path)


def test_what_is_no_zip_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "set.zip"
    path.write_bytes(b"PK\x03\x04 but no more")
    with pytest.raises(InvalidDataset, match=r"set\.zip is no usable zip"):
        load_images(path)
    with pytest.raises(InvalidDataset, match="nothing at this path"):
        load_images(tmp_path / "missing")


@pytest.mark.parametrize(
    "files",
    [{}, {"a.txt": b"x"}, {"cat/1.png": picture(RED)}, {"1.png": picture(RED), "2.png": picture(BLUE)}],
    ids=["empty", "no pictures", "one class", "no labels"],
)
def test_a_folder_without_two_classes_is_refused(files: dict[str, bytes], tmp_path: Path) -> None:
    with pytest.raises(InvalidDataset, match=r"expected 2 to 1000 classes.*Received: \d pictures?"):
        load_images(write(tmp_path, files, packed=False))


def test_a_folder_with_only_damaged_pictures_is_refused(tmp_path: Path) -> None:
    files = {f"{label}/{i}.png": picture(RED)[:60] for label in "ab" for i in range(4)}
    with pytest.raises(InvalidDataset, match=r"Too few pictures.*the first problem"):
        load_images(write(tmp_path, files, packed=False))


def test_images_that_do_not_fit_into_memory_are_refused_before_reading(tmp_path: Path) -> None:
    path = write(tmp_path, two_classes("{}/{}.png"), packed=False)
    with pytest.raises(InvalidDataset, match="do not fit into memory"):
        load_images(path, image_size=(20_000, 20_000))


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "secret.png").write_bytes(picture(RED))
    path = write(tmp_path / "set", two_classes("{}/{}.png"), packed=False)
    (path / "cat/link.png").symlink_to(tmp_path / "secret.png")
    (path / "cat/loop").symlink_to(path, target_is_directory=True)
    assert sum(map(len, (load_images(path).x_train, load_images(path).x_test))) == 16


def test_a_path_works_wherever_a_name_does(tmp_path: Path) -> None:
    path = str(write(tmp_path, two_classes("{}/{}.png"), packed=True))
    data = load_dataset(path, image_size=(8, 8))
    assert load_dataset(path, image_size=(8, 8)) is data
    assert load_dataset(path) is not data
    assert describe(path).classes == data.info.classes
    assert describe(path).num_test == data.info.num_test


def test_cats_and_dogs_are_read_from_their_file_names() -> None:
    path = shared("cats-vs-dogs.zip")
    assert (describe_images(path).num_train, describe_images(path).num_test) == (1202, 400)
    data = load_images(path, image_size=(48, 64), limit=60)
    assert data.info.classes == ("cat", "dog")
    assert data.x_train.shape == (60, 48, 64, 3)
    assert np.bincount(data.y_test).tolist() == [9, 9]
    assert data.notes == ()
    assert data.x_train.std(axis=(1, 2, 3)).min() > 5


def test_cifar_pictures_keep_their_train_and_test_parts() -> None:
    data = load_images(shared("cifar10-images.zip"), image_size=(32, 32), limit=200)
    assert data.info.classes == describe("cifar10").classes
    assert np.bincount(data.y_train).tolist() == [20] * 10
    assert np.bincount(data.y_test).tolist() == [4] * 10


def _png(image: np.ndarray) -> bytes:
    file = BytesIO()
    Image.fromarray(image).save(file, "PNG")
    return file.getvalue()


def test_two_pictures_are_refused_with_how_many_a_class_needs(tmp_path: Path) -> None:
    path = write(tmp_path, {"a/1.png": picture(RED), "b/1.png": picture(BLUE)}, packed=False)
    with pytest.raises(InvalidDataset) as refused:
        describe_images(path)
    said = str(refused.value)
    assert "Give each class at least two that can be read" in said
    assert said.endswith("Received: 2 pictures of 2 classes to learn from, none to test on.")


def test_a_class_with_one_picture_to_learn_from_is_named(tmp_path: Path) -> None:
    files = {f"{label}/{i}.png": picture(RED) for label, count in (("a", 2), ("b", 3)) for i in range(count)}
    notes = load_images(write(tmp_path, files, packed=False)).notes
    assert [note for note in notes if "one picture to learn from" in note] == [
        "a has one picture to learn from: no net can tell a class by one. Give it 20 or more, or leave it out."
    ]
