"""A visitor: a random secret in a cookie, or a user whom the operator's login names."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

OPERATOR_ID = "operator"
"""Owner of what the command line makes, and of what was made before owners existed."""

_SECRET_BYTES = 32
_SECRET_FORM = re.compile(r"[A-Za-z0-9_-]{43}")  # what `secrets.token_urlsafe` makes of so many bytes


@dataclass(frozen=True)
class Visitor:
    """Somebody who may own runs and uploads.

    `id` is what is stored as an owner: a digest, so that nobody who reads the store can act as its visitors.
    An operator may see and end everything.
    """

    id: str
    is_operator: bool = False


OPERATOR = Visitor(OPERATOR_ID, is_operator=True)


def new_secret() -> str:
    """Make the secret of a new visitor: 256 random bits, safe in a cookie."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def is_secret(text: object) -> bool:
    """Whether a cookie's value has the form of a secret made here."""
    return isinstance(text, str) and _SECRET_FORM.fullmatch(text) is not None


def visitor_with_secret(secret: str) -> Visitor:
    """Give the visitor who holds this secret."""
    return Visitor(_digest("visitor", secret))


def visitor_named(user: str) -> Visitor:
    """Give the visitor whom a login names; the same on every device."""
    return Visitor(_digest("user", user))


def is_operator_secret(given: str, expected: str | None) -> bool:
    """Compare with the operator's secret in constant time; nobody is the operator where none is set."""
    return hmac.compare_digest(given.encode(), expected.encode()) if expected else False


def _digest(kind: str, text: str) -> str:
    return hashlib.sha256(f"cnnviz {kind} {text}".encode()).hexdigest()[:32]
