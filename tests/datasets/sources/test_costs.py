"""What a zip or folder of pictures may cost, whatever it says of itself and however little it weighs."""

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnviz.datasets.sources import archive, folder_tree, zip_files
from cnnviz.datasets.sources.archive import open_source
from cnnviz.datasets.sources.folder import describe_images, load_images
from cnnviz.datasets.sources.folder_tree import Folder
from cnnviz.datasets.sources.layout_reader import read_layout
from cnnviz.errors import InvalidDataset
from cnnviz.imaging import pixel_budget
from cnnviz.imaging.decode import encode_png
from cnnviz.imaging.pixel_budget import PixelBudget
from tests.helpers import run_python
from tests.models.foreign.bombs import METHODS, lying_zip

PICTURE = encode_png(np.random.default_rng(0).integers(0, 256, (9, 11, 3), np.uint8))


def zip_of(tmp_path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = tmp_path / "set.zip"
    with zipfile.ZipFile(path, "w", method) as target:
        for name, data in files.items():
            target.writestr(name, data)
    return path


def two_classes(**more: bytes) -> dict[str, bytes]:
    return {f"{label}/{number}.png": PICTURE for label in ("cat", "dog") for number in range(4)} | more


@pytest.mark.parametrize("depth", [33, 300, 20_000])
def test_a_zip_with_folders_too_deep_is_refused_by_its_names(tmp_path: Path, depth: int) -> None:
    path = zip_of(tmp_path, {f"{'a/' * depth}{name}": data for name, data in two_classes().items()})
    with pytest.raises(InvalidDataset, match=rf"too deeply: expected at most 32.*Received: {depth + 1:,}\."):
        describe_images(path)


def test_a_folder_too_deep_is_refused_too(tmp_path: Path) -> None:
    (tmp_path / Path(*["a"] * 33)).mkdir(parents=True)
    with pytest.raises(InvalidDataset, match="too deeply"):
        describe_images(tmp_path)


def test_wrapping_folders_within_the_limit_are_looked_through(tmp_path: Path) -> None:
    path = zip_of(tmp_path, {f"{'a/' * 31}{name}": data for name, data in two_classes().items()})
    assert describe_images(path).classes == ("cat", "dog")


def test_folders_are_made_once_however_many_files_lie_in_them(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr(folder_tree, "Folder", lambda path="": made.append(path) or Folder(path))
    for depth in (2, 20):
        made.clear()
        read_layout([f"{'a/' * depth}{label}/{number}.png" for label in ("cat", "dog") for number in range(9)])
        assert len(made) == 1 + depth + 2


def png_of(megapixels: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("1", (1000, 1000 * megapixels)).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def test_pictures_too_large_together_are_refused_as_a_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixel_budget, "FREE_PIXELS", 2_500_000)
    large = {f"{label}/{number}.png": png_of(1) for label in ("cat", "dog") for number in range(4)}
    with pytest.raises(InvalidDataset, match=r"too large together: expected at most 2 .*more than [3-8] mega"):
        load_images(zip_of(tmp_path, large))


def test_honest_photos_may_have_more_pixels_the_more_they_weigh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixel_budget, "FREE_PIXELS", 100)
    budget = PixelBudget(10)  # 100 + 50 * 10
    budget.spend(600)
    with pytest.raises(InvalidDataset, match="too large together"):
        budget.spend(1)


def test_reading_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pixel_budget, "MAX_SECONDS", -1.0)
    with pytest.raises(InvalidDataset, match="takes too long"):
        PixelBudget(10**6).spend(1)


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_picture_whose_stream_is_broken_is_listed_as_unusable_whatever_packed_it(tmp_path: Path, method: int) -> None:
    path = zip_of(tmp_path, two_classes(**{"cat/a.png": PICTURE * 5}), method)
    with zipfile.ZipFile(path) as target:
        info = target.getinfo("cat/a.png")
    data = bytearray(path.read_bytes())
    start = info.header_offset + 30 + len(info.filename)
    data[start : start + info.compress_size] = bytes([255]) * info.compress_size
    path.write_bytes(data)
    notes = load_images(path).notes
    assert len(notes) == 1
    assert notes[0] == "Left out 1 file, which cannot be unpacked or read: cat/a.png."


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_of_a_picture_that_says_it_is_small_no_more_is_unpacked(tmp_path: Path, method: int) -> None:
    path = tmp_path / "images.zip"
    path.write_bytes(lying_zip("cat/a.png", method, 1000, **two_classes()))
    program = """
import re, sys
from pathlib import Path
from cnnviz.datasets.sources.folder import load_images
(note,) = load_images(sys.argv[1]).notes
print(note, "|", int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""
    note, megabytes = run_python(program, str(path)).split(" | ")
    assert note == "Left out 1 file, which cannot be unpacked or read: cat/a.png."
    assert int(megabytes) < 400


@pytest.mark.parametrize("said", [2, 0, 65_535])
def test_files_are_counted_and_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: int) -> None:
    path = zip_of(tmp_path, two_classes())
    data = bytearray(path.read_bytes())
    data[-14:-10] = said.to_bytes(2, "little") * 2  # what the index says of its length, on this disk and in all
    path.write_bytes(data)
    monkeypatch.setattr(archive, "MAX_FILES", 5)
    monkeypatch.setattr(archive.zipfile, "ZipFile", lambda *_: pytest.fail("an object was made of each"))
    with pytest.raises(InvalidDataset, match=r"too many files: expected at most 5\. Received: 8"):
        describe_images(path)


def test_an_index_too_long_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zip_files, "MAX_DIRECTORY_BYTES", 100)
    with pytest.raises(InvalidDataset, match=r"no usable zip.*an index of"):
        describe_images(zip_of(tmp_path, two_classes()))


def test_a_file_without_a_name_is_left_out(tmp_path: Path) -> None:
    path = zip_of(tmp_path, two_classes(x=b""))
    data = path.read_bytes()
    at = data.rindex(b"PK\1\2")
    nameless = data[: at + 28] + b"\0\0" + data[at + 30 : at + 46] + data[at + 47 :]
    end = nameless.rindex(b"PK\5\6")
    length = int.from_bytes(nameless[end + 12 : end + 16], "little") - 1
    path.write_bytes(nameless[: end + 12] + length.to_bytes(4, "little") + nameless[end + 16 :])
    with open_source(path) as source:
        assert len(source.names) == 8


def test_a_name_in_a_sentence_is_cut(tmp_path: Path) -> None:
    with pytest.raises(InvalidDataset) as refused:
        describe_images(zip_of(tmp_path, two_classes(**{f"../{'x' * 9000}.png": PICTURE})))
    assert len(str(refused.value)) < 400
