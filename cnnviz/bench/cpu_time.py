"""CPU and wall time of a piece of work."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import psutil


class Seconds(NamedTuple):
    """CPU time of this process and all its children, and wall time, in seconds."""

    cpu: float
    wall: float


def measure_time(work: Callable[[], Any]) -> Seconds:
    """Call `work` once and return the time that it took."""
    before, started = _cpu_time(), time.monotonic()
    work()
    return Seconds(_cpu_time() - before, time.monotonic() - started)


def _cpu_time() -> float:
    process = psutil.Process()
    return sum(sum(one.cpu_times()[:2]) for one in (process, *process.children(recursive=True)))
