"""Images that the server offers: chosen by name, never by a typed path."""

from pathlib import Path

import pytest

from cnnviz.datasets.catalogue import served_images
from cnnviz.errors import InvalidDataset


def test_folders_and_zips_are_offered_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_IMAGES", str(tmp_path))
    (tmp_path / "birds").mkdir()
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "cats.ZIP").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("no images")
    assert served_images() == {"birds": tmp_path / "birds", "cats.ZIP": tmp_path / "cats.ZIP"}


def test_without_the_setting_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CNNVIZ_IMAGES", raising=False)
    assert served_images() == {}


def test_a_setting_that_names_no_folder_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_IMAGES", str(tmp_path / "nothing"))
    with pytest.raises(InvalidDataset, match="CNNVIZ_IMAGES must name a folder"):
        served_images()
