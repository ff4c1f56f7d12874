"""Parts of a page that draw themselves anew while something is live."""

import functools
from collections.abc import Callable
from typing import ParamSpec

import streamlit as st

from cnnviz.ui.app.page_frame import errors_shown

LIVE_SECONDS = 0.4

P = ParamSpec("P")


def follow(draw: Callable[P, None], *, is_live: bool, seconds: float = LIVE_SECONDS) -> Callable[P, None]:
    """Return `draw` as a part that is drawn every `seconds` while `is_live`; errors are said in it, also later.

    Each part stands in a container of the page's own. Where the server is busy, Streamlit drops what a whole run has
    drawn of a part that is about to be drawn again; what comes after it would then have no place, and Streamlit's
    browser side answers that with an empty page ("Bad delta path index").
    """

    @functools.wraps(draw)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> None:
        with errors_shown():
            draw(*args, **kwargs)

    def placed(*args: P.args, **kwargs: P.kwargs) -> None:
        with st.container():
            st.fragment(guarded, run_every=seconds if is_live else None)(*args, **kwargs)

    return placed
