"""Where this installation keeps its files."""

import os
from pathlib import Path


def home_folder() -> Path:
    """The folder of run files: `CNNVIZ_HOME`, by default `~/.cnnviz`."""
    return Path(os.environ.get("CNNVIZ_HOME") or Path.home() / ".cnnviz").expanduser()


def database_url(home: Path) -> str:
    """SQLAlchemy URL of the run store: `CNNVIZ_DATABASE_URL`, by default SQLite in `home`."""
    return os.environ.get("CNNVIZ_DATABASE_URL") or f"sqlite:///{(home / 'runs.db').as_posix()}"
