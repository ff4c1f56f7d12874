"""The runs of a comparison as cards that are moved and taken out: a component that tells their new order."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from cnnviz.ui.components.bundle import register

KEY = "compared_runs"

_component = register(KEY)


@dataclass(frozen=True)
class RunCard:
    """A run: its id, letter and colour in the comparison, its name, and a line on what it is and got right."""

    id: str
    letter: str
    colour: str
    name: str
    note: str


def compared_runs(cards: Sequence[RunCard], *, on_order: Callable[[list[str]], None]) -> None:
    """Show the runs; `on_order` is called with the ids in their new order before the run that draws them."""

    def hear() -> None:
        order = read_order(st.session_state[KEY].get("order"), [card.id for card in cards])
        if order is not None:
            on_order(order)

    _component(data={"runs": [asdict(card) for card in cards]}, key=KEY, on_order_change=hear)


def read_order(sent: Any, known: Sequence[str]) -> list[str] | None:
    """Read what the browser sent; None unless it names some of the runs that are known, each once."""
    if not isinstance(sent, list) or not sent or not all(isinstance(one, str) for one in sent):
        return None
    return sent if len(set(sent)) == len(sent) and set(sent) <= set(known) else None
