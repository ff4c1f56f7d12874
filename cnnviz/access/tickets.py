"""Tickets: what a page gives a browser, so that a route of the app knows for whom it looks something up.

A route hears no login and no operator's secret, only a cookie; the page that was shown has asked for all of them.
"""

import hashlib
import hmac
import secrets

from cnnviz.access.visitor import Visitor


class Tickets:
    """Issues and reads tickets; those of another process, another thing or another browser are worth nothing.

    A ticket says who looks, not what that visitor may see: that is asked anew each time.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)

    def issue(self, visitor: Visitor, thing: str, browser: str) -> str:
        """Write a ticket for a visitor and a thing (the id of a run); `browser` is its cookie's secret, or "".

        The same is written for the same each time.
        """
        named = f"{visitor.id}.{int(visitor.is_operator)}"
        return f"{named}.{self._signature(named, thing, browser)}"

    def read(self, ticket: str, thing: str, browser: str) -> Visitor | None:
        """Give the visitor whom a ticket for this thing names; None if it was not issued here to this browser."""
        named, _, signature = ticket.rpartition(".")
        if not hmac.compare_digest(signature.encode(), self._signature(named, thing, browser).encode()):
            return None
        visitor_id, _, is_operator = named.rpartition(".")
        return Visitor(visitor_id, is_operator=is_operator == "1")

    def _signature(self, named: str, thing: str, browser: str) -> str:
        content = "\n".join((named, thing, browser)).encode(errors="replace")
        return hmac.new(self._key, content, hashlib.sha256).hexdigest()
