"""What all commands share: their answer, the files that they read, and an engine."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cnnviz.engine.engine import Engine
from cnnviz.errors import CnnvizError
from cnnviz.runs.store import RunStore
from cnnviz.text.markup import as_terminal
from cnnviz.text.units import bytes_text

MAX_FILE_BYTES = 2**30  # of one that is read whole


@dataclass(frozen=True)
class Answer:
    """Result of a command: `data` is the JSON object of --json, `text` the same for people.

    `problem` is why it is no success although there is something to show.
    """

    data: dict[str, Any]
    text: str
    problem: CnnvizError | None = None

    def printed(self, *, is_json: bool) -> str:
        """Give what is printed to stdout; JSON has no word for what is no finite number, so that becomes null."""
        if not is_json:
            return as_terminal(self.text)
        try:
            return json.dumps(self.data, allow_nan=False)
        except ValueError:
            return json.dumps(json.loads(json.dumps(self.data), parse_constant=lambda _: None))


def read_file(path: str, error_class: type[Exception]) -> bytes:
    """Content of a file; raises `error_class` in one sentence where it cannot be read or is too large."""
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise error_class(f"This is a folder or a device: expected the path of a file. Received: {path}")
        if Path(path).stat().st_size > MAX_FILE_BYTES:
            raise error_class(f"The file is too large: expected at most {bytes_text(MAX_FILE_BYTES)}. Received: {path}")
        return Path(path).read_bytes()
    except OSError as error:
        raise error_class(f"The file cannot be read: {error.strerror}. Received: {path}") from error


def read_text(path: str, error_class: type[Exception]) -> str:
    """Text of a file in UTF-8; raises `error_class` as `read_file` does."""
    try:
        return read_file(path, error_class).decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise error_class(f"The file is no text in UTF-8: save it as such. Received: {path}") from error


@contextmanager
def running_engine() -> Iterator[Engine]:
    """An engine on the usual run store, closed at the end."""
    engine = Engine(RunStore()).start()
    try:
        engine.connection.client()  # a scheduler that does not answer is said before anything is begun
        yield engine
    finally:
        engine.close()
