"""Where the large, real test data lies; it is no part of the project."""

import os
from pathlib import Path

import pytest

ROOT = Path(os.environ.get("CNNVIZ_SHARED_DATA") or Path(__file__).parents[1] / "../shared/data").resolve()


def shared(name: str) -> Path:
    """Path of a shared file or folder; skips the test when it is not on this machine."""
    path = ROOT / name
    if not path.exists():
        pytest.skip(f"{path} is not on this machine; set CNNVIZ_SHARED_DATA to the folder that holds it")
    return path


def keras_home(folder: Path) -> Path:
    """A KERAS_HOME in `folder` with the shared sets in it, so that Keras writes its settings there."""
    (folder / "datasets").symlink_to(shared("keras/datasets"), target_is_directory=True)
    return folder


def drawn_digits() -> list[tuple[Path, int]]:
    """The digits that people drew, with their labels; the first character of the name is the label."""
    return [(path, int(path.name[0])) for path in sorted(shared("drawn-digits").glob("*.png"))]
