"""Home opened cold by its link until a trained net's maps are on screen, against an empty Streamlit page."""

import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cnnviz.bench.harness import PROJECT, Server, browser
from cnnviz.bench.startup import EMPTY_APP

ROUNDS = 7
MAPS = ".home-net .stage[data-drawn]"
HEADING = "h1"
READY_SECONDS = 120  # in which the worker imports TensorFlow, beside which nothing is measured
GOAL = 1.5


def measure() -> dict[str, Any]:
    """Open both pages in turn, each time with a browser that has kept nothing.

    Returns
    -------
    dict
        "ours_s" and "empty_s": median seconds until the maps are drawn, and until the empty page has its heading;
        "ratio", "goal", "text".
    """
    times: dict[str, list[float]] = {"ours": [], "empty": []}
    with _servers() as (empty, ours), browser() as chromium:
        _seconds(chromium, empty, HEADING)
        _wait_until_calm(chromium, ours)
        for _ in range(ROUNDS):
            times["empty"].append(_seconds(chromium, empty, HEADING))
            times["ours"].append(_seconds(chromium, ours, MAPS))
    seen, base = (statistics.median(times[name]) for name in ("ours", "empty"))
    return {
        "ours_s": round(seen, 2),
        "empty_s": round(base, 2),
        "ratio": round(seen / base, 2),
        "goal": GOAL,
        "text": f"a net's maps after {seen:.2f} s, empty page {base:.2f} s: {seen / base:.2f}x (goal {GOAL}x)",
    }


@contextlib.contextmanager
def _servers() -> Iterator[tuple[str, str]]:
    """Addresses of an empty app and of ours."""
    with contextlib.ExitStack() as stack:
        addresses = []
        for name in ("empty", "ours"):
            home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            script = PROJECT / "app.py" if name == "ours" else home / "empty.py"
            if name == "empty":
                script.write_text(EMPTY_APP)
            server = Server(home, script=script)
            stack.callback(server.close)
            addresses.append(server.wait_until_up().url)
        yield addresses[0], addresses[1]


def _wait_until_calm(chromium: Any, url: str) -> None:
    page = chromium.new_context().new_page()
    page.goto(url)
    page.get_by_text("ready").wait_for(timeout=READY_SECONDS * 1000)
    page.context.close()


def _seconds(chromium: Any, url: str, sight: str) -> float:
    context = chromium.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    started = time.monotonic()
    page.goto(url)
    page.locator(sight).wait_for()
    seconds = time.monotonic() - started
    context.close()
    return seconds
