"""A class opens the link: thirty visitors within five seconds, then each a rerun every five, against an empty app.

A visitor here is Streamlit's browser side without the browser: the page by HTTP, then the WebSocket, so that the two
cores are left to the server.
"""

import asyncio
import contextlib
import statistics
import tempfile
import time
import urllib.request
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from cnnviz.bench.harness import PROJECT, Server
from cnnviz.bench.startup import EMPTY_APP
from cnnviz.ui.app.browser_messages import is_end_of_run, rerun_message

PAGES = ("home", "kernels", "architecture", "images", "training", "inside", "evaluation", "runs")
VISITORS = 30
WAVE_SECONDS = 5.0
RERUN_SECONDS = 5.0
NUM_RERUNS = 4
ROUNDS = 2
PATIENCE = 60.0  # seconds after which a visitor has given up
WARM_SECONDS = 30.0  # in which the worker imports TensorFlow, beside which nothing is measured
GOALS = {"first_page": 1.5, "rerun_p95": 2.0}


@dataclass
class Waits:
    """Seconds that visitors waited, and how many got nothing."""

    first: list[float] = field(default_factory=list)
    reruns: list[float] = field(default_factory=list)
    num_lost: int = 0


def measure() -> dict[str, Any]:
    """First page of each page alone, the first wave, and the reruns of all, ours against an empty app in turn."""
    alone: dict[str, list[float]] = {page: [] for page in PAGES}
    waits = {"ours": Waits(), "empty": Waits()}
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.py"
        empty.write_text(EMPTY_APP)
        home = Path(folder)
        empty_alone = []
        for _ in range(ROUNDS):
            with _served(home, empty) as url:
                empty_alone += [asyncio.run(_first_page(url, "")) for _ in PAGES]
                asyncio.run(_class(url, waits["empty"]))
            with _served(home, PROJECT / "app.py") as url:
                time.sleep(WARM_SECONDS)
                for page in PAGES:
                    alone[page].append(asyncio.run(_first_page(url, page)))
                asyncio.run(_class(url, waits["ours"]))
    return _figures(alone, statistics.median(empty_alone), waits)


@contextlib.contextmanager
def _served(home: Path, script: Path) -> Any:
    server = Server(home, script=script).wait_until_up()
    try:
        yield server.url
    finally:
        server.close()


async def _class(url: str, waits: Waits) -> None:
    """Let the class come, each to the page after the last one's, and work."""
    visits = [_visit(url, PAGES[number % len(PAGES)], number, waits) for number in range(VISITORS)]
    await asyncio.gather(*visits)


async def _visit(url: str, page: str, number: int, waits: Waits) -> None:
    await asyncio.sleep(number * WAVE_SECONDS / VISITORS)
    started = time.monotonic()
    try:
        async with asyncio.timeout(PATIENCE), _connected(url, page) as socket:
            await _rerun(socket, page)
            waits.first.append(time.monotonic() - started)
            for _ in range(NUM_RERUNS):
                await asyncio.sleep(RERUN_SECONDS)
                waits.reruns.append(await _timed(lambda: _rerun(socket, page)))
    except (OSError, TimeoutError, ConnectionError):
        waits.num_lost += 1


async def _first_page(url: str, page: str) -> float:
    """Seconds from asking for a page to the end of its script, for a new visitor."""

    async def visit() -> None:
        async with asyncio.timeout(PATIENCE), _connected(url, page) as socket:
            await _rerun(socket, page)

    return await _timed(visit)


async def _timed(work: Callable[[], Coroutine[Any, Any, None]]) -> float:
    started = time.monotonic()
    await work()
    return time.monotonic() - started


@contextlib.asynccontextmanager
async def _connected(url: str, page: str) -> Any:
    """The page's HTML, then its WebSocket with the cookies that came."""
    request = urllib.request.Request(f"{url}/{page}")
    cookies = await asyncio.to_thread(_cookies, request)
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    headers = {"Cookie": cookies} if cookies else None
    async with connect(
        address, subprotocols=[Subprotocol("streamlit")], additional_headers=headers, max_size=None
    ) as socket:
        yield socket


def _cookies(request: urllib.request.Request) -> str:
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        answer.read()
        return "; ".join(cookie.split(";")[0] for cookie in answer.headers.get_all("set-cookie") or ())


async def _rerun(socket: ClientConnection, page: str) -> None:
    """Ask for a run of the page's script and take in all that it draws."""
    await socket.send(rerun_message("" if page == "home" else page))
    async for message in socket:
        if isinstance(message, bytes) and is_end_of_run(message):
            return


def _figures(alone: dict[str, list[float]], base: float, waits: dict[str, Waits]) -> dict[str, Any]:
    pages = {page: round(statistics.median(times) / base, 2) for page, times in alone.items()}
    ours, empty = waits["ours"], waits["empty"]
    wave = statistics.median(ours.first) / statistics.median(empty.first)
    reruns = _p95(ours.reruns) / _p95(empty.reruns)
    return {
        "first_page_ratio": pages,
        "empty_first_page_s": round(base, 3),
        "wave_median_s": round(statistics.median(ours.first), 2),
        "wave_p95_s": round(_p95(ours.first), 2),
        "wave_ratio": round(wave, 2),
        "wave_empty_median_s": round(statistics.median(empty.first), 2),
        "lost": ours.num_lost,
        "rerun_p95_s": round(_p95(ours.reruns), 3),
        "rerun_p95_ratio": round(reruns, 2),
        "goal": GOALS,
        "text": (
            f"first wave {statistics.median(ours.first):.2f} s (p95 {_p95(ours.first):.2f} s), {wave:.1f}x an empty "
            f"app (goal 1.5x), {ours.num_lost} lost; reruns p95 {_p95(ours.reruns):.2f} s, {reruns:.1f}x (goal 2x); "
            f"slowest page alone {max(pages, key=lambda name: pages[name])} {max(pages.values()):.1f}x (goal 1.5x)"
        ),
    }


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]
