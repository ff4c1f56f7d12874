"""What happens once per server: start and close the engine; and the last resort when a page fails."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st

from cnnviz.ui.app import services

logger = logging.getLogger(__name__)

UNEXPECTED = "Something went wrong on this page, and it is not your fault. Reload the page; your runs are kept."


@asynccontextmanager
async def lifespan(_app: st.App) -> AsyncIterator[None]:
    """Start the workers with the server, close them with it."""
    services.start()
    yield
    services.close()


def show_unexpected(error: Exception) -> bool:
    """Show one sentence instead of a traceback; the traceback goes to the server's log."""
    logger.error("A page failed", exc_info=error)
    st.error(UNEXPECTED, icon=":material/error:")
    return True
