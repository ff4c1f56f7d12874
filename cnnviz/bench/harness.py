"""What benches and browser tests measure with: an engine, a server and a browser of their own, and CPU time."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from cnnviz.engine.engine import Engine
from cnnviz.errors import EngineUnavailable
from cnnviz.runs.store import RunStore

PROJECT = Path(__file__).parents[2]
BROWSER_FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
START_SECONDS = 180
END_SECONDS = 15
PORTS = range(20_000, 32_000)  # Linux gives those from 32,768 on to whoever connects, others from 49,152 on


@contextmanager
def fresh_engine() -> Iterator[Engine]:
    """Start an engine with an empty run store in a temporary folder; both are gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Engine(RunStore(Path(folder))).start()
        try:
            yield engine
        finally:
            engine.close()


class Server:
    """A process of `streamlit run SCRIPT`.

    Parameters
    ----------
    home : Path
        Its CNNVIZ_HOME; `home/server.log` holds what it prints.
    script : Path
    port : int, optional
        A free one by default.
    """

    def __init__(self, home: Path, *, script: Path = PROJECT / "app.py", port: int | None = None) -> None:
        self.home = home
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self._log = (home / "server.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(script), "--server.port", str(self.port)],
            cwd=PROJECT,
            env={**os.environ, "CNNVIZ_HOME": str(home), "TF_CPP_MIN_LOG_LEVEL": "3"},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def wait_until_up(self) -> "Server":
        """Wait until the server answers, at most three minutes; raises EngineUnavailable when it does not."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and self.process.poll() is None:
            if self._is_up():
                return self
            time.sleep(0.05)
        raise EngineUnavailable(f"The server did not start. Its log ends: {self.log()[-1000:]}")

    def _is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    def log(self) -> str:
        """Text that the server has printed so far."""
        return (self.home / "server.log").read_text(errors="replace")

    def close(self) -> None:
        """End the server: SIGTERM, and SIGKILL after 15 seconds."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=END_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._log.close()


def free_port() -> int:
    """Number of a TCP port that no process listens on.

    It is none of those that systems give to whoever connects somewhere: before a server listens, seconds pass.
    """
    for port in random.SystemRandom().sample(PORTS, len(PORTS)):
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("", port))
            return port
    raise EngineUnavailable("The bench found no free TCP port. End some of the servers of this computer.")


def chromium_path() -> str | None:
    """Path of an installed Chromium or Chrome; None if there is none."""
    found = (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))
    return next((path for path in found if path), None)


@contextmanager
def browser(*flags: str) -> Iterator[Any]:
    """Start a headless Chromium, with `flags` beside its usual ones.

    Raises
    ------
    EngineUnavailable
        Playwright or the browser is missing.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError as error:
        raise EngineUnavailable("This bench needs a browser: pip install -r tests/requirements.txt.") from error
    with sync_playwright() as playwright:
        path = chromium_path() or playwright.chromium.executable_path
        if not Path(path).exists():
            raise EngineUnavailable(
                "This bench needs Chromium: apt-get install chromium, or playwright install chromium."
            )
        patience = 1000 * START_SECONDS
        chromium = playwright.chromium.launch(executable_path=path, args=[*BROWSER_FLAGS, *flags], timeout=patience)
        yield chromium
        chromium.close()


def tell(text: str) -> None:
    """Write a line on how far a bench is, on the standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


@contextmanager
def time_limit(seconds: float, what: str) -> Iterator[None]:
    """End the block after so many seconds with EngineUnavailable, which names it; where signals are to be had."""

    def end(*_: object) -> None:
        raise EngineUnavailable(f"The bench gave up: {what} took longer than {seconds:g} s.")

    if not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


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
