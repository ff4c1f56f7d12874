"""What a visitor has set on the pages: a small JSON file each, so that it outlasts their tab."""

import contextlib
import json
import time
from pathlib import Path
from typing import Any

from cnnviz.access.private_files import make_folder, write_whole
from cnnviz.access.visitor import Visitor
from cnnviz.runs.store import RunStore

FOLDER = "settings"
MAX_BYTES = 100_000  # many times what the pages set
KEPT_SECONDS = 365 * 24 * 3600.0


def load_settings(store: RunStore, visitor: Visitor) -> dict[str, Any]:
    """What `save_settings` was given last of a visitor; empty where that was nothing, or cannot be read."""
    try:
        found = json.loads(_file(store, visitor).read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def save_settings(store: RunStore, visitor: Visitor, values: dict[str, Any]) -> None:
    """Keep values that JSON knows; raises StoreUnavailable. More than `MAX_BYTES` are not kept."""
    data = json.dumps(values).encode()
    if len(data) <= MAX_BYTES:
        with store.guarded():
            make_folder(_file(store, visitor).parent)
            write_whole(_file(store, visitor), data)


def sweep_settings(store: RunStore) -> None:
    """Delete those of visitors who have set nothing for a year."""
    for path in (store.home / FOLDER).glob("*"):
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > KEPT_SECONDS:
                path.unlink()


def _file(store: RunStore, visitor: Visitor) -> Path:
    return store.home / FOLDER / f"{visitor.id}.json"
