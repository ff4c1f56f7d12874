"""Test images as cards: each with the first answers of the net, and a way to the page Inside."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cnnviz.ui.components.bundle import register

_component = register("image_cards")


@dataclass(frozen=True)
class CardAnswer:
    """One class that the net thinks of: its name, its probability 0..1 and in words, and whether it is the true one.

    `is_first`: a net says it first, also where others stand before it, as with the first answers of several nets.
    """

    name: str
    share: float
    text: str
    is_true: bool
    is_first: bool = False


@dataclass(frozen=True)
class Card:
    """An image of the test set: its number from 0, its picture as a data URL, its class, the net's first answers."""

    index: int
    picture: str
    true: str
    answers: Sequence[CardAnswer]
    url: str


def image_cards(cards: Sequence[Card], *, title: str, key: str) -> int | None:
    """Show cards beside each other.

    Parameters
    ----------
    cards : sequence of Card
    title : str
        What they have in common, for screen readers; with another one they are brought into sight.
    key : str

    Returns
    -------
    int, optional
        Number of the image that was clicked, in the one run after that.
    """
    data = {"title": title, "cards": [asdict(card) for card in cards]}
    chosen: Any = _component(data=data, key=key, on_open_change=_ignore).open
    return chosen if chosen in [card.index for card in cards] else None


def _ignore() -> None:
    """A click needs no callback, only the rerun."""
