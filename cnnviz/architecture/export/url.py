"""A net as a short text for the address bar: compact JSON, deflated, base64 with URL-safe letters."""

import base64
import binascii
import zlib

from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidArchitecture, InvalidLink
from cnnviz.text.links import MOST_SHOWN

MAX_TEXT = 57_600  # characters; servers read up to 65,536 of all headers together
MAX_JSON = 262_144  # bytes after inflating; the largest legal net needs about half of it


def encode(architecture: Architecture) -> str:
    """Return the net as URL-safe text (letters, digits, `-`, `_`); `decode` gives the same net back."""
    compact = architecture.model_dump_json(exclude_defaults=True).encode()
    return base64.urlsafe_b64encode(zlib.compress(compact, 9)).decode().rstrip("=")


def decode(text: str) -> Architecture:
    """Read what `encode` wrote.

    Raises
    ------
    InvalidLink
        The text is cut off, changed, far too large or holds no net.
    """
    if len(text) > MAX_TEXT:
        raise _invalid(f"it is {len(text):,} characters long, at most {MAX_TEXT:,} are read", text)
    compact = _inflate(_from_base64(text), text)
    try:
        return Architecture.from_json(compact)
    except InvalidArchitecture as error:
        raise InvalidLink(f"The link holds no usable net. {error}") from None


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise _invalid("it has letters that no link has, or lacks some", text) from None


def _inflate(packed: bytes, text: str) -> bytes:
    inflater = zlib.decompressobj()
    try:
        compact = inflater.decompress(packed, MAX_JSON)
    except zlib.error:
        raise _invalid("it has been changed or cut off", text) from None
    if inflater.unconsumed_tail:
        raise _invalid(f"it unpacks to more than {MAX_JSON:,} bytes", text)
    if not inflater.eof or inflater.unused_data:
        raise _invalid("it has been cut off or added to", text)
    return compact


def _invalid(reason: str, text: str) -> InvalidLink:
    return InvalidLink(
        f"The net in this link cannot be read: {reason}. Copy the whole link again, or start from a preset. "
        f"Received: {text[:MOST_SHOWN]}."
    )
