"""CPU and wall time of a piece of work."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import psutil


class Spent(NamedTuple):
    """Seconds: CPU time of this process and all its children, and wall time."""

    cpu: float
    wall: float


def spent(work: Callable[[], Any]) -> Spent:
    """Do the work and say what it took."""
    before, started = _cpu(), time.monotonic()
    work()
    return Spent(_cpu() - before, time.monotonic() - started)


def _cpu() -> float:
    process = psutil.Process()
    return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))
