"""Turning the pages of a list; the page stands in the address."""

import streamlit as st

from cnnviz.text.units import count_text

PAGE = "page"
"""Key of the control, and its name in the address; of a second list on the page with something behind it."""
PAGE_SIZE = 50


def first_row(total: int, key: str = "") -> int:
    """How many rows come before the page that is turned to; that is the first where there are not as many.

    The control stands below the table, and is asked before it is drawn: what the list holds is known only then.
    """
    name = f"{PAGE}{key}"
    asked = str(st.session_state.get(name) or st.query_params.get(name, "1"))
    number = int(asked) if asked.isdecimal() and len(asked) < 8 else 1
    return (number - 1) * PAGE_SIZE if 1 <= number <= _num_pages(total) else 0


def show_pages(total: int, noun: str, key: str = "") -> None:
    """Draw the pages to turn to, where there is more than one; the address keeps no page that there is not."""
    name = f"{PAGE}{key}"
    if _num_pages(total) == 1:
        if name not in st.session_state:  # else the control was drawn before, and its place in the address goes with it
            st.query_params.pop(name, None)
        return
    first = first_row(total, key)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"pages{key}"):
        st.pagination(_num_pages(total), key=name, bind="query-params")
        last = min(first + PAGE_SIZE, total)
        st.caption(f"{first + 1:,} to {last:,} of {count_text(total, noun)}", width="content")


def _num_pages(total: int) -> int:
    return max(1, -(-total // PAGE_SIZE))
