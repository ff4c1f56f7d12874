"""Memory of server and idle worker, and of each further visitor (PSS: shared pages count once)."""

import tempfile
import time
from pathlib import Path
from typing import Any

import psutil

from cnnviz.bench.harness import Server, browser

SESSIONS = 10
WARM_SECONDS = 180
SETTLE_SECONDS = 3
MB = 1e6


def measure() -> dict[str, Any]:
    """Measure the process tree of a server with a warm worker.

    Returns
    -------
    dict
        "total_mb" with one visitor, "session_mb" for each of ten more, both in 10^6 bytes of PSS; "goal", "text".
    """
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        server = Server(Path(folder)).wait_until_up()
        try:
            first = _visit(chromium, server.url)
            first.get_by_text("ready").wait_for(timeout=WARM_SECONDS * 1000)
            time.sleep(SETTLE_SECONDS)
            alone = _pss(server.process.pid)
            for _ in range(SESSIONS):
                _visit(chromium, server.url)
            time.sleep(SETTLE_SECONDS)
            each = (_pss(server.process.pid) - alone) / SESSIONS
        finally:
            server.close()
    return {
        "total_mb": round(alone / MB),
        "session_mb": round(each / MB, 1),
        "goal": {"total_mb": 1200, "session_mb": 15},
        "text": f"server and idle worker {alone / MB:.0f} MB (goal 1200), each visitor {each / MB:.1f} MB (goal 15)",
    }


def _visit(chromium: Any, url: str) -> Any:
    """Open the page with the most on it, in a context of its own."""
    page = chromium.new_context().new_page()
    page.goto(f"{url}/architecture")
    page.get_by_role("heading", level=1).wait_for()
    return page


def _pss(pid: int) -> int:
    """Bytes of a process and all its children."""
    process = psutil.Process(pid)
    return sum(one.memory_full_info().pss for one in (process, *process.children(recursive=True)))
