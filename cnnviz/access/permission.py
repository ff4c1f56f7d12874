"""Who may see and change what belongs to somebody."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from cnnviz.access.visitor import Visitor
from cnnviz.errors import NotAllowed

_OF_OTHERS = "This run belongs to somebody else: you can look at it, not change it."

READ_ONLY = f"{_OF_OTHERS} Press 'Train on from here' on the Training page for a copy of your own."

READ_ONLY_TRAINING = f"{_OF_OTHERS} Press 'Train on from here' for a copy of your own."
"""The same on the Training page, where that button stands."""

LOOK_ONLY = "This net belongs to somebody else: you can look at it, not change it."


class Sharing(StrEnum):
    """Who may look at something beside its owner: nobody, whoever has its link, or everybody in every list."""

    PRIVATE = "private"
    LINK = "link"
    EVERYBODY = "everybody"


def sharing_named(text: str) -> Sharing:
    """Read what the store holds; a word that this version does not know keeps the thing private."""
    return Sharing(text) if text in set(Sharing) else Sharing.PRIVATE


class Owned(Protocol):
    """Something with an owner (a `Visitor.id`)."""

    @property
    def owner(self) -> str:
        """Id of the visitor to whom it belongs."""

    @property
    def sharing(self) -> Sharing:
        """Who else may look at it."""


@dataclass(frozen=True)
class Ownership:
    """To whom something belongs and who else may look at it, without the thing itself."""

    owner: str
    sharing: Sharing


def may_change(visitor: Visitor, thing: Owned) -> bool:
    """Whether a visitor may command, rename, share, resume or delete it: its owner and the operator may."""
    return visitor.is_operator or (visitor.id != "" and visitor.id == thing.owner)


def may_see(visitor: Visitor, thing: Owned) -> bool:
    """Whether a visitor who asks for it by its link may look at it."""
    return may_change(visitor, thing) or thing.sharing is not Sharing.PRIVATE


def is_listed(visitor: Visitor, thing: Owned) -> bool:
    """Whether it stands in a visitor's lists without being asked for."""
    return may_change(visitor, thing) or thing.sharing is Sharing.EVERYBODY


def require_change(visitor: Visitor, thing: Owned) -> None:
    """Raise NotAllowed unless the visitor may change it."""
    if not may_change(visitor, thing):
        raise NotAllowed(READ_ONLY)
