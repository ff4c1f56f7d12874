"""Viewers of a training as the panel is one, a WebSocket each in a process of their own; what tells them; its clock."""

import asyncio
import multiprocessing
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from cnnviz.bench.harness import free_port
from cnnviz.components.bundle import COMPONENTS, bundle
from cnnviz.engine.engine import Engine
from cnnviz.errors import EngineUnavailable
from cnnviz.runs.curve_data import finite
from cnnviz.web.live.route import live_route

PANEL = COMPONENTS / "live_run"
READY_SECONDS = 60.0
END_SECONDS = 10.0

_times: dict[float, float] = {}


@contextmanager
def served(engine: Engine) -> Iterator[str]:
    """Serve the news of runs, and an empty page with the script of the panel; gives the address."""
    port = free_port()
    script = bundle(PANEL / "main.js")
    routes = [
        live_route(lambda: engine),
        Route("/", lambda _: HTMLResponse("<!doctype html><title>Bench</title><body></body>")),
        Route("/live_run.js", lambda _: Response(script, media_type="text/javascript")),
    ]
    server = uvicorn.Server(uvicorn.Config(Starlette(routes=routes), port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + READY_SECONDS
    while not server.started:
        if time.monotonic() > end:
            raise EngineUnavailable(f"The server of the bench did not start within {READY_SECONDS:g} s.")
        time.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(END_SECONDS)


@contextmanager
def watch(address: str, count: int) -> Iterator[Any]:
    """Let so many viewers look while the block runs; gives the number of messages so far, as `value`."""
    context = multiprocessing.get_context("spawn")
    told, here = context.Value("i", 0), context.Value("i", 0)
    if not count:
        yield told
        return
    process = context.Process(target=_look, args=(address, count, told, here), daemon=True)
    process.start()
    try:
        end = READY_SECONDS
        while here.value < count and end > 0:
            process.join(0.1)
            end -= 0.1
        if here.value < count:
            raise AssertionError(f"{here.value} of {count} viewers are told something")
        yield told
    finally:
        process.terminate()
        process.join(END_SECONDS)


def _look(address: str, count: int, told: Any, here: Any) -> None:
    asyncio.run(_all(address, count, told, here))


async def _all(address: str, count: int, told: Any, here: Any) -> None:
    await asyncio.gather(*(_one(address, told, here) for _ in range(count)))
    await asyncio.Event().wait()  # all have been told that the run has ended, and ask nothing more


async def _one(address: str, told: Any, here: Any) -> None:
    is_first = True
    async with connect(address, max_size=None) as socket:
        try:
            async for _ in socket:
                told.value += 1
                here.value += is_first
                is_first = False
        except ConnectionClosed:
            return


# ---- when each batch ended, by the clock of the worker; both functions run there


def note_batches() -> None:
    """From now on, note of each point of a curve when its batch ended."""
    from cnnviz.training.loop.reporter import Reporter

    record = Reporter._record

    def noted(reporter: Any, batch: int, logs: dict[str, Any]) -> None:
        ended = time.time()
        record(reporter, batch, logs)
        _times.setdefault(reporter._points[-1]["epoch"], ended)

    Reporter._record = noted  # type: ignore[method-assign, assignment]


def batch_times() -> dict[float, float]:
    """Position of a point, in epochs as the panel is told it -> when its batch ended, in seconds since 1970."""
    return {finite(position): ended for position, ended in _times.items()}
