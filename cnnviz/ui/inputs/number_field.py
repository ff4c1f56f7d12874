"""A field for a number as people write it: 0.002, 0,002, 2e-3 or 1/500.

Browsers drop what they do not know from a field of numbers: Streamlit's own made 2 of 0,002, and 1500 of 1/500.
"""

from functools import partial
from typing import Any, NamedTuple

import streamlit as st

from cnnviz.errors import InvalidConfig
from cnnviz.text.numbers import parse_number
from cnnviz.text.units import plain_text
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.shared.elements import KEPT

EXAMPLES = "such as 0.01, 0,01, 1e-2 or 1/100"
REFUSED = "numbers_refused"
"""Session key of what was refused, by the key of its field."""
DRAWN = "numbers_drawn"
"""Session key of the fields that a form shows, by key, with their labels."""


class _Refused(NamedTuple):
    text: str
    number: float  # which the session held, and holds on
    sentence: str


def number_field(
    label: str, key: str, *, least: float, most: float, help: str | None = None, width: Any = "stretch"
) -> float:
    """Show the number that the session holds under `key`, and let the visitor write another one.

    What is no number from `least` to `most` is refused in a sentence: it stays in the field until it is mended, or
    until the session holds another number, and so does the number (`is_refused`, `check_numbers`). A field that was
    emptied shows the number again without a word: a browser also tells of an empty one when it draws the field anew
    before it has heard what stands in it.
    """
    st.session_state.setdefault(DRAWN, {})[key] = label
    text_key, refused = f"{key}_text", _refused(key)
    shown = refused.text if refused else number_text(st.session_state[key])
    if st.session_state.get(text_key) != shown:
        st.session_state[text_key] = shown
    st.text_input(label, key=text_key, help=help, width=width, on_change=partial(_take, key, least, most), **KEPT)
    if refused:
        show_message(refused.sentence, icon=":material/edit:")
    return st.session_state[key]


def begin_numbers() -> None:
    """Begin a form: `check_numbers` then looks at the fields that are drawn from here on."""
    st.session_state[DRAWN] = {}


def check_numbers() -> None:
    """Raise InvalidConfig while a field of the form shows what was refused: its number is not the one that is seen."""
    for key, label in st.session_state.get(DRAWN, {}).items():
        if refused := _refused(key):
            raise InvalidConfig(f"Nothing was started, because of what stands in the field {label}. {refused.sentence}")


def is_refused(key: str) -> bool:
    """Whether the field of that key shows what was refused."""
    return _refused(key) is not None


def forget_refused() -> None:
    """Let all fields show their numbers again."""
    st.session_state.pop(REFUSED, None)


def number_text(number: float) -> str:
    """Write a number as such a field shows it, so that it is read back as the same."""
    short = f"{number:g}"
    return short if float(short) == number else str(number)


def _refused(key: str) -> _Refused | None:
    refused = st.session_state.get(REFUSED, {}).get(key)
    return refused if refused and refused.number == st.session_state[key] else None


def _take(key: str, least: float, most: float) -> None:
    text = st.session_state[f"{key}_text"]
    number = parse_number(text.strip())
    all_refused = st.session_state.setdefault(REFUSED, {})
    all_refused.pop(key, None)
    if number is not None and least <= number <= most:
        st.session_state[key] = number
    elif text.strip():
        limits = f"from {plain_text(least)} to {plain_text(most)}"
        sentence = f"Write a number {limits}, {EXAMPLES}. Received: {text.strip()[:40]}."
        all_refused[key] = _Refused(text, st.session_state[key], sentence)
