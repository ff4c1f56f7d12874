from dataclasses import dataclass

import pytest

from cnnviz.access.permission import Sharing, is_listed, may_change, may_see, require_change
from cnnviz.access.visitor import OPERATOR, Visitor
from cnnviz.errors import NotAllowed

ADA, BOB = Visitor("ada"), Visitor("bob")


@dataclass
class Thing:
    owner: str
    sharing: Sharing


@pytest.mark.parametrize("sharing", Sharing)
def test_its_owner_and_the_operator_may_do_everything(sharing: Sharing) -> None:
    for visitor in (ADA, OPERATOR):
        assert may_change(visitor, Thing("ada", sharing))
        assert may_see(visitor, Thing("ada", sharing))
        assert is_listed(visitor, Thing("ada", sharing))
        require_change(visitor, Thing("ada", sharing))


@pytest.mark.parametrize(
    ("sharing", "sees", "listed"),
    [(Sharing.PRIVATE, False, False), (Sharing.LINK, True, False), (Sharing.EVERYBODY, True, True)],
)
def test_others_see_what_is_shared_and_change_nothing(sharing: Sharing, sees: bool, listed: bool) -> None:
    thing = Thing("ada", sharing)
    assert may_see(BOB, thing) is sees
    assert is_listed(BOB, thing) is listed
    assert not may_change(BOB, thing)
    with pytest.raises(NotAllowed, match="belongs to somebody else"):
        require_change(BOB, thing)


def test_a_visitor_without_an_id_owns_nothing() -> None:
    assert not may_change(Visitor(""), Thing("", Sharing.PRIVATE))
