"""What is said, drawn and offered of a kind of layer, and the families that kinds belong to."""

from collections.abc import Callable
from dataclasses import dataclass

from cnnviz.architecture.spec import Layer

Shape = tuple[int, ...]
NewLayer = Callable[[Shape | None], Layer]

INPUT_COLOUR = "#B8C4CE"

FAMILIES: dict[str, str] = {
    "convolution": "#0072B2",
    "pooling": "#E69F00",
    "normalisation": "#009E73",
    "activation": "#F0E442",
    "dropout": "#BBBBBB",
    "shape": "#777777",
    "dense": "#CC79A7",
    "sum or concatenation": "#D55E00",
    "repetition": "#999999",
    "pretrained net": "#56B4E9",
}
"""Kinds that do the same sort of thing: the family's name in a legend -> its colour, in the order of the legend.

The colours are those of Okabe and Ito ("Color Universal Design", 2008) and three greys, told apart with any kind of
colour vision; their lightness differs as well, so that a print in black and white can be read.
"""


@dataclass(frozen=True)
class LayerKind:
    """What is said, drawn and offered of one kind of layer.

    Parameters
    ----------
    title : str
        Entry in the menu of layers, heading above a layer's settings.
    family : str
        A key of `FAMILIES`.
    explanation : str
        One sentence for users.
    new : callable, optional
        Input shape (None: not known) -> a layer with the settings it is added with. None: nobody adds such a layer,
        it comes of a block.
    around : callable, optional
        A layer -> a block of this kind that holds it. None: no block.
    term : str, optional
        The kind in running text and in the names of layers (`layer_titles`), where that is not its title.
    """

    title: str
    family: str
    explanation: str
    new: NewLayer | None = None
    around: Callable[[Layer], Layer] | None = None
    term: str = ""

    @property
    def words(self) -> str:
        """The kind in running text: "max pooling"."""
        return self.term or self.title.lower()

    @property
    def colour(self) -> str:
        """The family's colour, "#rrggbb"."""
        return FAMILIES[self.family]
