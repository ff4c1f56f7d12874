"""Tickets name a visitor to a route; only what was issued here, for this thing and this browser, is one."""

import pytest

from cnnviz.access.tickets import Tickets
from cnnviz.access.visitor import OPERATOR, Visitor

ANNA = Visitor("anna")


@pytest.mark.parametrize("visitor", [ANNA, OPERATOR, Visitor(""), Visitor("with.dots.1")])
def test_a_ticket_gives_back_the_visitor_it_was_issued_to(visitor: Visitor) -> None:
    tickets = Tickets()
    ticket = tickets.issue(visitor, "run", "browser")
    assert tickets.read(ticket, "run", "browser") == visitor
    assert ticket == tickets.issue(visitor, "run", "browser")


def test_a_ticket_of_another_thing_browser_or_process_is_none() -> None:
    tickets = Tickets()
    ticket = tickets.issue(ANNA, "run", "browser")
    assert tickets.read(ticket, "other", "browser") is None
    assert tickets.read(ticket, "run", "other") is None
    assert tickets.read(ticket, "runbrowser", "") is None
    assert Tickets().read(ticket, "run", "browser") is None


@pytest.mark.parametrize("change", [("anna", "berta"), (".0.", ".1."), (".", ""), ("anna", "\u00e4nna")])
def test_what_was_changed_in_a_ticket_makes_it_none(change: tuple[str, str]) -> None:
    tickets = Tickets()
    assert tickets.read(tickets.issue(ANNA, "run", "").replace(*change), "run", "") is None
