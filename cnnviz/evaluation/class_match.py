"""Which class of a data set each answer of a net means, where the net was not trained on that set here. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.errors import InvalidInput


@dataclass(frozen=True)
class ClassMatch:
    """How the classes of a data set stand in a net's answer.

    Attributes
    ----------
    places : tuple of int
        For each class of the data set, in its order, the place of the net's answer that means it.
    by_name : bool
        Whether they were found by their names; else the first class is taken for the first answer, and so on.
    """

    places: tuple[int, ...]
    by_name: bool


def match_classes(of_net: Sequence[str], of_data: Sequence[str]) -> ClassMatch:
    """Find each class of a data set among those of a net: by name where all names agree, else by order.

    Capitals, blanks, hyphens and underscores do not count.

    Raises
    ------
    InvalidInput
        There are more classes on one side than on the other.
    """
    if len(of_net) != len(of_data):
        raise InvalidInput(
            f"These images do not fit the net: it tells {len(of_net):,} classes apart, they have {len(of_data):,}. "
            f"Choose images with as many classes. Received: {', '.join(of_data)[:120]}."
        )
    named = {_plain(name): place for place, name in enumerate(of_net)}
    wanted = [_plain(name) for name in of_data]
    if len(named) == len(of_net) and set(wanted) == set(named):
        return ClassMatch(tuple(named[name] for name in wanted), by_name=True)
    return ClassMatch(tuple(range(len(of_data))), by_name=False)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter not in " -_")
