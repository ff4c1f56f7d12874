"""Sessions without a browser, as Streamlit's browser side opens them: what those who left hold, and who comes first."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

from cnnviz.bench.harness import Server
from cnnviz.bench.load import first_page
from cnnviz.ui.app.browser_messages import is_last_of_run, read_message, rerun_request
from cnnviz.ui.app.sessions import LOOK_SECONDS
from tests.helpers import SECONDS, until

SESSIONS = 100
AT_ONCE = 10
ROOM = 15  # file descriptors: keep-alive connections, the store's, a log


def _num_descriptors(server: Server) -> int:
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


async def _come_and_go(url: str) -> None:
    for _ in range(SESSIONS // AT_ONCE):
        await asyncio.gather(*(first_page(url, "kernels") for _ in range(AT_ONCE)))


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Beside the loop of Playwright's, which other tests of this process leave running."""
    with ThreadPoolExecutor(1) as once:
        return once.submit(asyncio.run, work).result()


def test_a_hundred_visitors_who_left_hold_no_file_descriptors(start_server: Callable[..., Server]) -> None:
    server = start_server()
    _run(first_page(server.url, "kernels"))
    before = _num_descriptors(server)
    _run(_come_and_go(server.url))
    until(lambda: _num_descriptors(server) <= before + ROOM, SECONDS)
    assert _run(first_page(server.url, "kernels")) < SECONDS, "whoever comes next is served"
    assert "Traceback" not in server.log()


async def _session(url: str, page: str, *, again: str = "") -> str:
    """Id of the session in which a page was run; `again` names one that was left."""
    protocols = [Subprotocol(word) for word in ("streamlit", "PLACEHOLDER_AUTH_TOKEN", again) if word]
    session_id = ""
    async with (
        asyncio.timeout(SECONDS),
        connect(f"{url.replace('http', 'ws', 1)}/_stcore/stream", subprotocols=protocols, max_size=None) as socket,
    ):
        await socket.send(rerun_request(page).SerializeToString())
        async for received in socket:
            message = read_message(received)
            if message.WhichOneof("type") == "new_session":
                session_id = message.new_session.initialize.session_id
            if is_last_of_run(message):
                break
    return session_id


def test_a_visitor_whose_network_comes_back_finds_the_session_again(server: Server) -> None:
    first = _run(_session(server.url, "training"))
    _run(asyncio.sleep(2 * LOOK_SECONDS))  # meanwhile its event loop is closed
    assert _run(_session(server.url, "training", again=first)) == first
    assert _run(_session(server.url, "training")) != first
    assert "event loop is closed" not in server.log()
