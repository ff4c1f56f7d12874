"""From a place where workers are to a Dask client: an external scheduler, or a child process of ours."""

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from cnnviz.errors import EngineUnavailable
from cnnviz.settings import read_places

PROJECT_FOLDER = Path(__file__).parents[3]
CONNECT_SECONDS = 60


def external_address() -> str | None:
    """Address of an external scheduler, from the environment."""
    return read_places().scheduler


class Connection:
    """A client and, with the embedded cluster, the child process behind it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[str] | None = None
        address = external_address()
        if address is None:
            self._child, address = _launch()
        # Only now, because this import takes a second in which the first visitor's page is drawn.
        from cnnviz.engine.workers.client import PatientClient

        try:
            self.client = PatientClient(address, timeout=CONNECT_SECONDS, set_as_default=False)
        except OSError as error:
            self.close_child()
            raise EngineUnavailable(f"No Dask scheduler answers at {address}: {error}.") from error

    @property
    def is_alive(self) -> bool:
        """Whether work can be sent."""
        return self.client.status == "running" and (self._child is None or self._child.poll() is None)

    def close(self) -> None:
        """Close the client, then the child."""
        with suppress(OSError):  # it takes too long, or the scheduler is gone
            self.client.close(timeout=2)
        self.close_child()

    def close_child(self) -> None:
        """End the embedded cluster, if there is one."""
        if self._child is None:
            return
        self._child.stdin.close()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        self._child.stdout.close()


def _launch() -> tuple[subprocess.Popen[str], str]:
    """Start the embedded cluster in a session of its own: Ctrl-C reaches only the server, which closes it."""
    child = subprocess.Popen(
        [sys.executable, "-m", "cnnviz.engine.workers.cluster"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": _python_path()},
    )
    address = child.stdout.readline().strip()
    if not address:
        child.wait()
        raise EngineUnavailable(f"The embedded cluster ended at once with exit code {child.returncode}.")
    return child, address


def _python_path() -> str:
    """Workers import cnnviz wherever the server was started from."""
    return os.pathsep.join(filter(None, [str(PROJECT_FOLDER), os.environ.get("PYTHONPATH")]))
