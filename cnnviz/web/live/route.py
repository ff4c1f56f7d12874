"""The route of live panels: `/live/<run>`, a WebSocket.

A WebSocket and no server-sent events: what stands between carries Streamlit's own, the server can close it when it
ends, and browsers do not count it among the six requests that all tabs share.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from cnnviz.access.permission import may_see
from cnnviz.access.tickets import Tickets
from cnnviz.access.visitor import Visitor, is_secret
from cnnviz.engine.engine import Engine
from cnnviz.errors import CnnvizError
from cnnviz.runs.permitted import visible_run
from cnnviz.web.live.followed import FollowedRun, FollowedRuns
from cnnviz.web.live.panel import Told, read_place
from cnnviz.web.visitor_cookie import COOKIE

PLACE = "live"
REFUSED = 1008  # the code of a WebSocket for what may not be

tickets = Tickets()


def live_url(run_id: str, visitor: Visitor, browser: str) -> str:
    """Address of a run's news for a visitor, from the root of the site; `browser` is its cookie's secret, or ""."""
    return f"/{PLACE}/{run_id}?ticket={tickets.issue(visitor, run_id, browser)}"


def live_route(engine: Callable[[], Engine]) -> WebSocketRoute:
    """The route; `engine()` gives the engine of this server, once it is asked for a run."""
    runs = FollowedRuns(engine)

    async def tell(socket: WebSocket) -> None:
        run_id = socket.path_params["run"]
        cookie = socket.cookies.get(COOKIE, "")
        browser = cookie if is_secret(cookie) else ""
        visitor = tickets.read(socket.query_params.get("ticket", ""), run_id, browser)
        if visitor is None or not await asyncio.to_thread(_is_visible, engine(), run_id, visitor):
            await socket.close(REFUSED)  # before it is accepted, this is a 403
            return
        await socket.accept()
        async with runs.viewed(run_id) as run:
            await tell_viewer(socket, run, visitor, read_place(socket.query_params.get("at", "")))

    return WebSocketRoute(f"/{PLACE}/{{run}}", tell)


def _is_visible(engine: Engine, run_id: str, visitor: Visitor) -> bool:
    try:
        visible_run(engine.store, run_id, visitor)
    except CnnvizError:
        return False
    return True


async def tell_viewer(socket: WebSocket, followed: FollowedRun, visitor: Visitor, told: Told) -> None:
    """Send what is new until the run has ended, is not for this visitor any more, or the browser is gone."""
    heard: asyncio.Future[Any] = asyncio.ensure_future(socket.receive())  # only that a browser leaves
    try:
        while not heard.done():
            changed, is_over = followed.changed, followed.is_over  # before that is told: with the end comes the last
            if followed.run is not None and not may_see(visitor, followed.run):
                break
            if followed.run is not None:
                message, told = followed.panel.message(told)
                if message:
                    await socket.send_text(message)
            if is_over:
                break
            await asyncio.wait({heard, changed}, return_when=asyncio.FIRST_COMPLETED)
        if not heard.done() or heard.result()["type"] != "websocket.disconnect":
            await socket.close(1000 if followed.is_over and followed.run is not None else REFUSED)
    except (WebSocketDisconnect, RuntimeError, OSError):
        pass  # it left while it was told something
    finally:
        heard.cancel()
