"""The confusion matrix: a component that shows counts or shares, in any order and over the epochs, without a rerun."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from cnnviz.ui.components.bundle import register

KEY = "confusion_matrix"

_component = register(KEY)

Cell = tuple[int, int]
"""True class and predicted class, both from 0."""


@dataclass(frozen=True)
class Stop:
    """A matrix on the line through the epochs.

    Attributes
    ----------
    title : str
        Which images, after which epoch.
    cells : list of (int, int, int)
        True class, predicted class and images of every cell that has some.
    epoch : int
        0 for the one that the page is about, which is the last.
    kept : bool
        Whether the net of that epoch is kept, so that it can answer the test images.
    """

    title: str
    cells: list[tuple[int, int, int]]
    epoch: int = 0
    kept: bool = False


@dataclass(frozen=True)
class Difference:
    """What is left of the matrix when that of another net is subtracted.

    Attributes
    ----------
    title : str
        Of the other net.
    cells : list of (int, int, float)
        True class, predicted class, and points of per cent of the true class that this net has more, where it has.
    accuracy : float
        Of the other net, 0..1.
    """

    title: str
    cells: list[tuple[int, int, float]]
    accuracy: float


@dataclass(frozen=True)
class MatrixData:
    """What the component is given.

    Attributes
    ----------
    id : str
        Of run and epoch: with another one it begins at the last stop.
    classes, labels : list of str
        Full names, and short ones for the axes.
    stops : list of Stop
    orders : dict
        Name of an order ("class", "error", "cluster") -> the classes in it.
    worst : list of dict
        The worst confusions: "cell" and "text".
    cell : (int, int) or None
        The cell whose images are shown.
    difference : Difference or None
    name : str
        What the whole is called; where several stand on a page, each something else.
    """

    id: str
    classes: list[str]
    labels: list[str]
    stops: list[Stop]
    orders: dict[str, list[int]]
    worst: list[dict[str, Any]]
    cell: Cell | None
    difference: Difference | None = None
    name: str = "Confusion matrix"


def confusion_matrix(data: MatrixData, *, on_epoch: Callable[[int], None], key: str = KEY) -> Cell | None:
    """Show a matrix.

    Parameters
    ----------
    data : MatrixData
    on_epoch : callable
        Called with a kept epoch that the visitor wants to see evaluated, before the run in which the page shows it.
    key : str
        Where several stand on a page, another one for each.

    Returns
    -------
    (int, int), optional
        The cell that was chosen, in the one run after the click.
    """

    def hear_epoch() -> None:
        wanted = st.session_state[key].get("epoch")
        if isinstance(wanted, int) and any(stop.kept and stop.epoch == wanted for stop in data.stops):
            on_epoch(wanted)

    said: Any = _component(data=asdict(data), key=key, on_cell_change=_ignore, on_epoch_change=hear_epoch)
    return read_cell(said.cell, len(data.classes))


def read_cell(sent: Any, num_classes: int) -> Cell | None:
    """Read what the browser sent; None if it names no cell."""
    match sent:
        case [int(true), int(predicted)] if 0 <= true < num_classes and 0 <= predicted < num_classes:
            return true, predicted
    return None


def _ignore() -> None:
    """A click needs no callback, only the rerun."""
