"""What the server does with Streamlit's sessions: a visit before anybody comes, and what those who left still hold."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

import streamlit as st
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime import get_instance
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.session_manager import ClientContext, SessionClient

from cnnviz.ui.app import services
from cnnviz.ui.app.browser_messages import is_last_of_run, rerun_request
from cnnviz.ui.app.page_frame import PAGES

logger = logging.getLogger(__name__)

LOOK_SECONDS = 3.0
VISIT_SECONDS = 120.0


class _Nobody(SessionClient):
    """Takes what a page draws for nobody; `has_seen` all of it."""

    def __init__(self) -> None:
        self.has_seen = asyncio.Event()

    def write_forward_msg(self, msg: ForwardMsg) -> None:
        """Wait for the end."""
        if is_last_of_run(msg):
            self.has_seen.set()

    @property
    def client_context(self) -> ClientContext | None:
        """No browser: no cookies, no headers."""
        return None


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the workers with the server, close them with it, and look after its sessions meanwhile."""
    services.start()
    logging.getLogger("streamlit.runtime.app_session").addFilter(_is_no_word_on_closed_loop)
    work = asyncio.gather(_logged(_visit_when_ready()), _logged(_keep_free()))
    try:
        yield
    finally:
        work.cancel()
        with suppress(asyncio.CancelledError):
            await work
        services.close()


async def _logged(work: Coroutine[Any, Any, None]) -> None:
    """Do what visitors can do without: the server goes on where it fails."""
    try:
        await work
    except Exception:
        logger.exception("Sessions are not looked after any more")


async def _visit_when_ready() -> None:
    """Pay for what the first visit of a page costs, imports and answers of the worker, before anybody waits for it."""
    while not await asyncio.to_thread(services.is_ready):
        await asyncio.sleep(LOOK_SECONDS)
    for name in PAGES:
        with suppress(TimeoutError):
            async with asyncio.timeout(VISIT_SECONDS):
                await _visit(name)


async def _visit(page: str) -> None:
    runtime, nobody = get_instance(), _Nobody()
    session_id = runtime.connect_session(client=nobody, user_info={})
    try:
        runtime.handle_backmsg(session_id, rerun_request(page))
        await nobody.has_seen.wait()
    finally:
        runtime.close_session(session_id)


async def _keep_free() -> None:
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        close_left_loops()


def close_left_loops() -> None:
    """Close the event loops, three file descriptors each, of sessions whose visitors have left.

    Streamlit keeps such a session for two minutes, in case the visitor's network comes back, and its loop until Python
    collects garbage after that; it makes another loop for who comes back. To be called in the server's event loop.
    """
    manager: Any = get_instance()._session_mgr  # there is no public way to them
    for info in manager._session_storage.list():
        session = info.session
        if isinstance(session, AppSession) and session._scriptrunner is None:
            session._script_event_loop.close()


def _is_no_word_on_closed_loop(record: logging.LogRecord) -> bool:
    """Streamlit warns of a closed loop when a visitor comes back; it was closed here, and no page uses it."""
    return "script event loop is closed" not in record.getMessage()
