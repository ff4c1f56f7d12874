"""Server start to the first usable page, against an empty Streamlit app."""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from cnnviz.bench.harness import PROJECT, Server, browser

ROUNDS = 5
EMPTY_APP = 'import streamlit as st\nst.title("empty")\n'
GOAL = 1.5


def measure() -> dict[str, Any]:
    """Start our server and that of an empty app in turn.

    Returns
    -------
    dict
        "ours_s" and "empty_s": median seconds until the first page has its heading; "ratio", "goal", "text".
    """
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY_APP)
        home = Path(folder)
        times: dict[str, list[float]] = {"ours": [], "empty": []}
        for _ in range(ROUNDS):
            times["empty"].append(_seconds(chromium, home, empty))
            times["ours"].append(_seconds(chromium, home, PROJECT / "app.py"))
    ours, base = (statistics.median(times[name]) for name in ("ours", "empty"))
    return {
        "ours_s": round(ours, 2),
        "empty_s": round(base, 2),
        "ratio": round(ours / base, 2),
        "goal": GOAL,
        "text": f"first page after {ours:.2f} s, empty app {base:.2f} s: {ours / base:.2f}x (goal {GOAL}x)",
    }


def _seconds(chromium: Any, home: Path, script: Path) -> float:
    started = time.monotonic()
    server = Server(home, script=script)
    page = chromium.new_page()
    try:
        server.wait_until_up()
        page.goto(server.url)
        page.get_by_role("heading", level=1).wait_for()
        return time.monotonic() - started
    finally:
        page.close()
        server.close()
