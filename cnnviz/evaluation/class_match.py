"""Which class of a data set each answer of a net means, where the net was not trained on that set here. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from cnnviz.errors import InvalidInput

BY_ORDER = "The classes of the net have other names than those of the images, so they were matched in order: {pairs}."
SHOWN_PAIRS = 4


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


def in_order_of_net(match: ClassMatch, of_data: Sequence[str]) -> tuple[str, ...]:
    """Give the classes of a data set in the order of a net's answers."""
    return tuple(name for _, name in sorted(zip(match.places, of_data, strict=True)))


def match_note(match: ClassMatch, of_net: Sequence[str], of_data: Sequence[str]) -> tuple[str, ...]:
    """Say which class was taken for which, where it was not by name."""
    if match.by_name:
        return ()
    pairs = [f"{net} is {data}" for net, data in zip(of_net, of_data, strict=True)]
    more = ["..."] if len(pairs) > SHOWN_PAIRS else []
    return (BY_ORDER.format(pairs=", ".join([*pairs[:SHOWN_PAIRS], *more])),)


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter not in " -_")
