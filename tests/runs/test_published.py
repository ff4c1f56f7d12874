"""What of a run browsers may fetch: named by its content, private on the disk, replaced and removed with its run."""

import hashlib
import os
import stat
import time
from pathlib import Path

import pytest

from cnnviz.errors import UnknownName
from cnnviz.runs.folders import NETS, RunFolders
from tests.helpers import OtherThread

RUN, OTHER = "abc123", "def456"


@pytest.fixture
def folders(tmp_path: Path) -> RunFolders:
    return RunFolders(tmp_path)


def kept(folders: RunFolders) -> set[str]:
    return {path.name for path in (folders.home / NETS).iterdir()}


def test_a_file_is_named_by_the_hash_of_its_content_and_nobody_else_reads_it(folders: RunFolders) -> None:
    published = folders.publish(RUN, "net-end", b"content")
    assert published == f"{hashlib.sha256(b'content').hexdigest()}.net"
    assert folders.published(RUN, "net-end") == published
    assert folders.load_published(published) == b"content"
    assert stat.S_IMODE((folders.home / NETS / published).stat().st_mode) == 0o600
    assert stat.S_IMODE((folders.home / NETS).stat().st_mode) == 0o700


def test_what_takes_the_place_of_another_withdraws_it(folders: RunFolders) -> None:
    folders.publish(RUN, "net-end", b"old")
    new = folders.publish(RUN, "net-end", b"new")
    images = folders.publish(RUN, "images-500", b"pixels")
    assert kept(folders) == {new, images}
    assert images.endswith(".images")


def test_a_net_older_than_the_weights_it_was_made_of_counts_as_none(folders: RunFolders) -> None:
    folders.save_file(RUN, "model.keras", b"weights")
    published = folders.publish(RUN, "net-end", b"content")
    assert folders.published(RUN, "net-end", newer_than="model.keras") == published
    later = time.time() + 60
    os.utime(folders.home / "runs" / RUN / "model.keras", (later, later))
    assert folders.published(RUN, "net-end", newer_than="model.keras") is None
    assert folders.published(RUN, "net-0003") is None


def test_a_net_made_of_weights_that_were_replaced_meanwhile_counts_as_none(folders: RunFolders) -> None:
    """A worker may be asked for it, which takes long: the run may have gone back and be as far again by then."""
    folders.save_file(RUN, "model.keras", b"old weights")
    as_of = folders.changed_at(RUN, "model.keras")
    published = folders.publish(RUN, "net-end", b"old", as_of=as_of)
    assert folders.published(RUN, "net-end", newer_than="model.keras") == published
    later = time.time_ns() + 10**9
    folders.save_file(RUN, "model.keras", b"new weights")
    os.utime(folders.home / "runs" / RUN / "model.keras", ns=(later, later))
    folders.publish(RUN, "net-end", b"old", as_of=as_of)
    assert folders.published(RUN, "net-end", newer_than="model.keras") is None
    assert folders.changed_at(RUN, "net-0003") is None


def test_files_are_removed_with_their_run_and_those_of_no_run_are_swept(folders: RunFolders) -> None:
    folders.publish(RUN, "net-end", b"one")
    theirs = folders.publish(OTHER, "net-0001", b"two")
    folders.delete_files(RUN)
    assert kept(folders) == {theirs}
    stray, fresh = folders.home / NETS / f"{'0' * 64}.net", folders.home / NETS / f"{'1' * 64}.net"
    for path in (stray, fresh):
        path.write_bytes(b"of a run that is gone")
    os.utime(stray, (0, 0))
    folders.sweep_files()
    assert kept(folders) == {theirs, fresh.name}, "a new one may be about to be noted"


def test_what_another_run_has_published_too_stays_until_the_last_of_them_goes(folders: RunFolders) -> None:
    shared = folders.publish(RUN, "images-500", b"pixels")
    assert folders.publish(OTHER, "images-500", b"pixels") == shared
    folders.delete_files(RUN)
    assert folders.published(OTHER, "images-500") == shared
    folders.delete_files(OTHER)
    assert kept(folders) == set()


def test_what_a_run_publishes_anew_stays_for_the_notes_that_name_it(folders: RunFolders) -> None:
    old = folders.publish(RUN, "net-end", b"old")
    folders.publish(RUN, "net-0003", b"old")
    folders.publish(OTHER, "net-end", b"old")
    new = folders.publish(RUN, "net-end", b"new")
    assert kept(folders) == {old, new}
    folders.publish(RUN, "net-0003", b"new")
    assert folders.published(OTHER, "net-end") == old


def test_what_is_published_while_the_last_run_that_had_it_is_deleted_stays(
    folders: RunFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the net that somebody begins to fine-tune while the run that it is from is removed for good."""
    folders.publish(RUN, "net-end", b"content")
    publishing = OtherThread(lambda: folders.publish(OTHER, "net-start", b"content"))
    noted = folders._noted

    def published_meanwhile(besides: set[Path]) -> set[str | None]:
        found = noted(besides)
        publishing.go_as_far_as_it_can()
        return found

    monkeypatch.setattr(folders, "_noted", published_meanwhile)
    folders.delete_files(RUN)
    publishing.end()
    published = folders.published(OTHER, "net-start")
    assert published is not None
    assert folders.load_published(published) == b"content"


def test_what_was_withdrawn_just_now_is_said_as_that(folders: RunFolders) -> None:
    published = folders.publish(RUN, "net-end", b"old")
    folders.publish(RUN, "net-end", b"new")
    with pytest.raises(UnknownName, match="Load the page again"):
        folders.load_published(published)


def test_a_file_that_goes_while_it_is_looked_at_is_no_trouble_of_the_store(
    folders: RunFolders, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half written ones do so all the time, and a checkpoint when its run makes room for others."""
    look = Path.stat

    def gone_after_a_look(path: Path, **options: bool) -> os.stat_result:
        found = look(path, **options)
        if path.name == "epoch-0001.npz":
            path.unlink()
        return found

    folders.save_file(RUN, "model.keras", b"weights")
    folders.save_file(RUN, "epoch-0001.npz", b"1")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", gone_after_a_look)
        assert folders.num_bytes(RUN) in (7, 8)
    folders.save_file(RUN, "epoch-0001.npz", b"1")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "stat", gone_after_a_look)
        assert folders.load_file(RUN, "epoch-0001.npz") == b"1"
