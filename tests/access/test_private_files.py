"""Files that appear whole, whoever else writes them at the same time."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from cnnviz.access import private_files
from cnnviz.access.private_files import write_whole
from tests.helpers import SECONDS


def test_two_threads_that_write_one_file_at_once_leave_it_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As two visitors do who are the first to open a net."""
    write, both_wrote = private_files.write_file, threading.Barrier(2)

    def write_and_wait(path: Path, data: bytes) -> None:
        write(path, data)
        both_wrote.wait(SECONDS)

    monkeypatch.setattr(private_files, "write_file", write_and_wait)
    contents = [b"one" * 1000, b"another"]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda data: write_whole(tmp_path / "net", data), contents))
    assert (tmp_path / "net").read_bytes() in contents
    assert [path.name for path in tmp_path.iterdir()] == ["net"]
