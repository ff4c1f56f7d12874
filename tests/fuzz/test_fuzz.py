"""Some 1,700 seeded hostile inputs, each used in a process that is watched: `pytest -m slow tests/fuzz -n 0 -s`."""

import json
import selectors
import subprocess
import sys
from math import inf
from typing import Any

import pytest

from tests.helpers import PROJECT

NUMBERS = {"picture": 500, "zip": 400, "net": 200, "link": 200, "lab link": 75, "lab values": 75, "keras": 260}
HANG_SECONDS = 10
MAX_MEGABYTES = 2000
START_SECONDS = 240
LINE_SECONDS = 300  # by the clock, making an input included; what counts is the processor time of its use

pytestmark = [pytest.mark.slow, pytest.mark.keras]


@pytest.mark.parametrize("kind", NUMBERS)
def test_whatever_is_brought_is_used_or_refused_in_a_sentence_and_costs_what_it_may(kind: str) -> None:
    rows = _use_all(kind, NUMBERS[kind])
    slowest = max(rows, key=lambda row: row["seconds"])
    largest = max(rows, key=lambda row: row["megabytes"])
    used = sum(not row["outcome"] for row in rows)
    print(f"{kind}: {len(rows)} inputs, {used} used; slowest {slowest}, most memory {largest}")  # noqa: T201
    assert [row for row in rows if "Traceback" in row["outcome"]] == []
    assert slowest["seconds"] < HANG_SECONDS
    assert largest["megabytes"] < MAX_MEGABYTES
    assert used


def _use_all(kind: str, number: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    while len(rows) < number:  # a new process goes on behind an input that ended the last one
        rows += _use(kind, len(rows), number)
    return rows


def _use(kind: str, first: int, last: int) -> list[dict[str, Any]]:
    """Rows of all inputs, or up to the one that hangs or ends the process."""
    command = [sys.executable, "-m", "tests.fuzz.child", kind, str(first), str(last)]
    rows: list[dict[str, Any]] = []
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        chosen = selectors.DefaultSelector()
        chosen.register(child.stdout, selectors.EVENT_READ)
        seconds = START_SECONDS
        while len(rows) < last - first:
            line = child.stdout.readline() if chosen.select(seconds) else ""
            if not line:
                child.kill()
                outcome = f"Traceback: it hangs, or ended the process ({child.wait()})"
                return [*rows, {"seed": first + len(rows), "seconds": inf, "megabytes": inf, "outcome": outcome}]
            rows.append(json.loads(line))
            seconds = LINE_SECONDS
    return rows
