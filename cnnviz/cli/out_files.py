"""The file that `--out` names."""

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

from cnnviz.errors import InvalidConfig


def ending(path: str | None) -> str:
    """Ending of a path in small letters, "png"; "" for none."""
    return Path(path or "").suffix.lower().removeprefix(".")


def write_arrays(path: str, arrays: dict[str, Any]) -> None:
    """Keep arrays as an .npz; raises InvalidConfig where the file cannot be written."""
    file = BytesIO()
    np.savez(file, **arrays)
    write_file(path, file.getvalue())


def write_file(path: str, data: bytes) -> None:
    """Keep a file; raises InvalidConfig where it cannot be written."""
    try:
        Path(path).write_bytes(data)
    except OSError as error:
        raise InvalidConfig(f"The file cannot be written: {error.strerror}. Received: --out {path}") from error
