"""What a page says of a problem: a sentence for everybody, details for who programs, and warnings that stay."""

import re
from collections.abc import Callable
from typing import Any

import streamlit as st

from cnnviz.settings import read_places
from cnnviz.text.markup import as_markdown

KEPT, PAGE, PLACE = "warnings_kept", "warnings_page", "warnings_place"
DETAILS = re.compile(r"[(\[{]|\bb['\"]|\\x")
"""What marks as the program's what was received: a tuple, a list, bytes."""
RECEIVED = "Received: "
HOME = "this server's folder"
"""What is said instead of its path, which is the operator's business: the log has it."""


def show_message(
    problem: object,
    *,
    show: Callable[..., Any] = st.error,
    icon: str = ":material/error:",
    advice: str = "",
) -> None:
    """Show an error, or another sentence, as text.

    Parameters
    ----------
    problem
        What it says is escaped. What it received is shown behind "Details" where only programmers read it.
    show
        `st.error`, `st.warning` or `st.info`.
    advice
        A sentence of the page's own that comes after.
    """
    text = str(problem).replace(str(read_places("home").home), HOME)
    sentence, _, received = text.partition(RECEIVED)
    is_detail = bool(DETAILS.search(received))
    said = sentence if is_detail else text
    show(" ".join(filter(None, (as_markdown(said), advice))), icon=icon)
    if is_detail:
        with st.expander("Details", type="compact"):
            st.text(f"{RECEIVED}{received}")


def begin_warnings(page: str) -> None:
    """Make the place for the warnings of a page, and show those that nobody has closed yet."""
    kept = st.session_state.get(KEPT, []) if st.session_state.get(PAGE) == page else []
    st.session_state.update({KEPT: kept, PAGE: page, PLACE: st.container(key="page_warnings")})
    for number, (text, icon) in enumerate(kept):
        _show_kept(number, text, icon)


def warn(problem: object, *, icon: str = ":material/link_off:") -> None:
    """Show a warning on top of the page until it is closed or another page is opened: redrawing does not take it."""
    kept: list[tuple[str, str]] = st.session_state.setdefault(KEPT, [])
    if (str(problem), icon) not in kept:
        kept.append((str(problem), icon))
        _show_kept(len(kept) - 1, str(problem), icon)


def _show_kept(number: int, text: str, icon: str) -> None:
    place = st.session_state[PLACE] if PLACE in st.session_state else st.container()
    with place, st.container(horizontal=True, gap="small", vertical_alignment="center"):
        with st.container():
            show_message(text, show=st.warning, icon=icon)
        st.button(
            "Close",
            key=f"close_warning_{number}",
            icon=":material/close:",
            type="tertiary",
            on_click=_close,
            args=(text,),
        )


def _close(text: str) -> None:
    st.session_state[KEPT] = [(kept, icon) for kept, icon in st.session_state.get(KEPT, []) if kept != text]
