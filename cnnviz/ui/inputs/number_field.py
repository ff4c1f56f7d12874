"""A field for a number as people write it: 0.002, 0,002, 2e-3 or 1/500.

Browsers drop what they do not know from a field of numbers: Streamlit's own made 2 of 0,002, and 1500 of 1/500.
"""

from functools import partial
from typing import Any

import streamlit as st

from cnnviz.text.numbers import parse_number
from cnnviz.text.units import plain_text
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.shared.elements import KEPT

EXAMPLES = "such as 0.01, 0,01, 1e-2 or 1/100"


def number_field(
    label: str, key: str, *, least: float, most: float, help: str | None = None, width: Any = "stretch"
) -> float:
    """Show the number that the session holds under `key`, and let the visitor write another one.

    What is no number from `least` to `most` is refused in a sentence, and the number stays. A field that was emptied
    shows it again without a word: a browser also tells of an empty one when it draws the field anew before it has heard
    what stands in it.
    """
    text_key, refused_key = f"{key}_text", f"{key}_refused"
    shown = number_text(st.session_state[key])
    if st.session_state.get(text_key) != shown:
        st.session_state[text_key] = shown
    st.text_input(label, key=text_key, help=help, width=width, on_change=partial(_take, key, least, most), **KEPT)
    if refused := st.session_state.get(refused_key):
        limits = f"from {plain_text(least)} to {plain_text(most)}"
        show_message(f"Write a number {limits}, {EXAMPLES}. Received: {refused[:40]}.", icon=":material/edit:")
    return st.session_state[key]


def number_text(number: float) -> str:
    """Write a number as such a field shows it, so that it is read back as the same."""
    short = f"{number:g}"
    return short if float(short) == number else str(number)


def _take(key: str, least: float, most: float) -> None:
    text = st.session_state[f"{key}_text"].strip()
    number = parse_number(text)
    st.session_state.pop(f"{key}_refused", None)
    if number is not None and least <= number <= most:
        st.session_state[key] = number
    elif text:
        st.session_state[f"{key}_refused"] = text
