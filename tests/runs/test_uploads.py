"""Uploads of several visitors: whose they are, how much there may be, and when they go."""

import os
import stat
import tempfile
import time
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from cnnviz.access.private_files import LEFTOVER_SECONDS
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.datasets.dataset import shown_name
from cnnviz.datasets.permitted import require_usable
from cnnviz.datasets.registry import describe, load_dataset
from cnnviz.datasets.sources.uploads import num_bytes
from cnnviz.errors import InvalidConfig, InvalidDataset, UnknownName
from cnnviz.runs.store import RunStore
from cnnviz.runs.uploads import DAY, delete_run, keep_upload, sweep_uploads
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.calibration import PROBES, KeptMeasurements, write_measurements
from cnnviz.training.duration.model import Measurement
from cnnviz.ui.app import services

NET = get_preset("digits-small").architecture
ADA, BOB = Visitor("ada"), Visitor("bob")


@pytest.fixture
def store(tmp_path: Path, each_database: str) -> RunStore:
    return RunStore(tmp_path / "home")


def _files(shade: int) -> dict[str, list[tuple[str, bytes]]]:
    file = BytesIO()
    Image.new("RGB", (8, 6), (shade, shade, shade)).save(file, "PNG")
    return {name: [(f"{number}.png", file.getvalue()) for number in range(4)] for name in ("day", "night")}


def packed_images(shade: int) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for label, pictures in _files(shade).items():
            for name, data in pictures:
                # With no time of its own: it would be other images when asked for again, a second later.
                archive.writestr(zipfile.ZipInfo(f"{label}/{name}"), data)
    return packed.getvalue()


def _run_on(store: RunStore, path: Path, owner: Visitor = ADA) -> str:
    return store.create(NET, TrainingConfig(dataset=str(path)), owner=owner.id).id


def _age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


@pytest.mark.parametrize("content", [_files(1), packed_images(1)], ids=["files", "zip"])
def test_an_upload_can_be_used_by_its_owner_and_the_operator_and_is_not_there_for_others(
    store: RunStore, content: dict | bytes
) -> None:
    path = keep_upload(store, ADA, content)
    assert path.is_relative_to(store.home / "uploads" / "ada")
    assert load_dataset(str(path)).info.classes == ("day", "night")
    for visitor in (ADA, OPERATOR):
        require_usable(str(path), visitor, store.home)
    missing = str(path.with_name("nothing"))
    with pytest.raises(UnknownName) as nothing:
        require_usable(missing, BOB, store.home)
    with pytest.raises(UnknownName) as refused:
        require_usable(str(path), BOB, store.home)
    assert str(refused.value) == str(nothing.value).replace(missing, str(path))


def test_two_visitors_with_the_same_images_have_them_each(store: RunStore) -> None:
    adas, bobs = (keep_upload(store, visitor, _files(1)) for visitor in (ADA, BOB))
    assert adas != bobs
    delete_run(store, _run_on(store, adas))
    assert not adas.exists()
    assert bobs.exists()


@pytest.mark.parametrize("form", ["{uploads}/bob/../ada/{name}", "{uploads}/./ada/{name}", "/etc", "~", "{uploads}"])
def test_no_way_of_writing_a_path_leads_to_what_is_not_ones_own(store: RunStore, form: str) -> None:
    path = keep_upload(store, ADA, _files(1))
    keep_upload(store, BOB, _files(2))
    with pytest.raises(UnknownName, match="There is no data set or path"):
        require_usable(form.format(uploads=store.home / "uploads", name=path.name), BOB, store.home)


def test_all_may_use_what_is_registered_and_what_the_server_offers(
    store: RunStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "pets").symlink_to(tmp_path / "elsewhere")
    monkeypatch.setenv("CNNVIZ_IMAGES", str(tmp_path / "served"))
    for name in ("digits", "starter", str(tmp_path / "served" / "pets")):
        require_usable(name, BOB, store.home)
    with pytest.raises(UnknownName):
        require_usable(str(tmp_path / "elsewhere"), BOB, store.home)


def test_what_is_too_much_for_one_visitor_is_said_and_others_still_have_their_room(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = num_bytes(_files(1))
    monkeypatch.setenv("CNNVIZ_MAX_UPLOAD_BYTES", str(2 * size + 10))
    for shade in (1, 2):
        _run_on(store, keep_upload(store, ADA, _files(shade)))
    with pytest.raises(InvalidDataset, match=r"Your uploads take too much room together: .*Received: .* beside "):
        keep_upload(store, ADA, _files(3))
    assert keep_upload(store, BOB, _files(3)).exists()
    assert keep_upload(store, OPERATOR, _files(3)).exists()


def test_a_quota_that_is_no_number_is_said(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_UPLOAD_BYTES", "plenty")
    with pytest.raises(InvalidConfig, match="CNNVIZ_MAX_UPLOAD_BYTES must be a number"):
        keep_upload(store, ADA, _files(1))


def test_older_images_that_no_run_uses_make_room_the_oldest_first(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = num_bytes(_files(1))
    monkeypatch.setenv("CNNVIZ_MAX_UPLOAD_BYTES", str(3 * size + 10))
    used, oldest, younger = (keep_upload(store, ADA, _files(shade)) for shade in (1, 2, 3))
    _run_on(store, used)
    for path, age in ((used, 300), (oldest, 200), (younger, 100)):
        _age(path, age)
    newest = keep_upload(store, ADA, _files(4))
    assert [path.exists() for path in (used, oldest, younger, newest)] == [True, False, True, True]


@pytest.mark.parametrize("content", [_files(1), packed_images(1)], ids=["files", "zip"])
def test_the_same_images_brought_again_take_no_more_room_and_count_as_new(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, content: dict | bytes
) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_UPLOAD_BYTES", str(num_bytes(content) + 10))
    path = keep_upload(store, ADA, content)
    _run_on(store, path)
    _age(path, 100 * DAY)
    assert keep_upload(store, ADA, content) == path
    assert time.time() - path.stat().st_mtime < DAY


def test_images_go_with_the_last_run_on_them(store: RunStore) -> None:
    path = keep_upload(store, ADA, packed_images(1))
    first, second = _run_on(store, path), _run_on(store, path)
    delete_run(store, first)
    assert path.exists()
    delete_run(store, second)
    assert not path.exists()


def test_a_deleted_run_takes_nothing_away_but_uploads(store: RunStore, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    other = keep_upload(store, ADA, _files(1))
    delete_run(store, _run_on(store, folder))
    assert folder.exists()
    assert other.exists()


def test_images_that_no_run_uses_go_after_a_time(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_UPLOAD_DAYS", "2")
    used, unused, young = (keep_upload(store, ADA, _files(shade)) for shade in (1, 2, 3))
    before_owners = store.home / "uploads" / "images-0123"
    before_owners.mkdir()
    _run_on(store, used)
    for path in (used, unused, before_owners):
        _age(path, 2 * DAY + 60)
    sweep_uploads(store)
    assert [path.exists() for path in (used, unused, young, before_owners)] == [True, False, True, False]


def test_what_a_killed_server_has_left_half_written_is_swept_and_what_is_being_written_stays(store: RunStore) -> None:
    run_id = _run_on(store, Path("digits"))
    store.save_file(run_id, "model.keras", b"kept")
    keep_upload(store, ADA, _files(1))
    places = [store.home / "runs" / run_id, store.home / "uploads" / "ada", store.home / "uploads"]
    old = [places[0] / "model.keras.7.partial", places[1] / ".upload-old", places[2] / ".upload-old"]
    new = [places[0] / "test.npz.8.partial", places[1] / ".upload-new", places[2] / ".upload-new"]
    for path in [*old, *new]:
        path.write_bytes(b"half") if path.suffix == ".partial" else path.mkdir()
    for path in old:
        _age(path, LEFTOVER_SECONDS + 60)
    store.sweep_files()
    sweep_uploads(store)
    assert not any(path.exists() for path in old)
    assert all(path.exists() for path in new)
    assert store.load_file(run_id, "model.keras") == b"kept"


def test_a_server_sweeps_and_says_what_keeps_it_from_that(
    store: RunStore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    left = store.home / "runs" / "abc" / "model.keras.7.partial"
    left.parent.mkdir()
    left.write_bytes(b"half")
    _age(left, LEFTOVER_SECONDS + 60)
    monkeypatch.setattr(tempfile, "tempdir", str(store.home))
    services.sweep(store)
    assert not left.exists()
    monkeypatch.setenv("CNNVIZ_MAX_UPLOAD_DAYS", "soon")
    services.sweep(store)
    assert "CNNVIZ_MAX_UPLOAD_DAYS must be a number" in caplog.text


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_nobody_else_on_the_machine_reads_what_visitors_bring_and_train(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "deep" / "home")
    run_id = _run_on(store, keep_upload(store, ADA, _files(1)))
    keep_upload(store, BOB, packed_images(1))
    store.save_file(run_id, "model.keras", b"weights")
    store.copy_file(run_id, "model.keras", _run_on(store, Path("digits")))
    write_measurements(store.home, KeptMeasurements.of("CPU", tuple(_measured()), ()))
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "deep", *(tmp_path / "deep").rglob("*"))}
    assert any(path.name.startswith("runs.db") for path in found)
    assert {path: mode for path, mode in found.items() if mode != (0o700 if path.is_dir() else 0o600)} == {}


def _measured() -> Iterator[Measurement]:
    for number, probe in enumerate(PROBES, 1):
        yield Measurement(workload=probe.work, seconds=float(number))


def test_what_an_older_version_left_open_is_closed(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "home")
    for name in ("runs", "runs.db"):
        (store.home / name).chmod(0o755 if name == "runs" else 0o644)
    (store.home / "uploads").mkdir(mode=0o755)
    again = RunStore(tmp_path / "home")
    sweep_uploads(again)
    modes = [stat.S_IMODE((store.home / name).stat().st_mode) for name in ("runs", "runs.db", "uploads")]
    assert modes == [0o700, 0o600, 0o700]


def test_an_upload_is_called_what_its_owner_called_it_and_never_what_it_is_kept_as(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    path = keep_upload(store, ADA, packed_images(1), name="Lena's pets.zip")
    assert shown_name(path) == "Lena's pets.zip"
    assert describe(str(path)).title == "Lena's pets"
    assert keep_upload(store, ADA, packed_images(1), name="the same again.zip") == path
    assert shown_name(path) == "Lena's pets.zip"
    path.write_bytes(b"no zip")
    with pytest.raises(InvalidDataset) as broken:
        describe(str(path))
    assert "Lena's pets.zip" in str(broken.value)
    with pytest.raises(UnknownName, match="'own images'") as gone:
        require_usable(str(path), BOB, store.home)
    for error in (broken, gone):
        assert "images-" not in str(error.value)
        assert str(tmp_path) not in str(error.value)


def test_an_upload_without_a_name_is_own_images(tmp_path: Path) -> None:
    assert shown_name(keep_upload(RunStore(tmp_path), ADA, packed_images(1))) == "own images"
