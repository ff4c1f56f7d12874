"""Numbers as people type them and as programs copy them; `assets/components/shared/numbers.js` reads them alike."""

import re
from math import isfinite

_DECIMAL = r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+"
_NUMBER = re.compile(rf"([+-]?)({_DECIMAL})(?:[eE]([+-]?[0-9]{{1,2}}))?(?:\s*/\s*({_DECIMAL}))?")
_DASHES = re.compile("[\N{HYPHEN}-\N{EM DASH}\N{MINUS SIGN}]")


def parse_number(text: str) -> float | None:
    """Read "0.5", "0,5", "1e-3", "1/9" or "-1" with any dash that text programs make of it; None for anything else.

    None as well for what is too large for a float. A comma is a decimal one: nobody types thousands in the fields of
    this program.
    """
    match = _NUMBER.fullmatch(_DASHES.sub("-", text.strip()))
    if match is None:
        return None
    sign, digits, exponent, divisor = match.groups()
    value = float(f"{sign}{digits.replace(',', '.')}e{exponent or 0}")
    below = 1.0 if divisor is None else float(divisor.replace(",", "."))
    if not below or not isfinite(value) or not isfinite(below):
        return None
    quotient = value / below
    return quotient if isfinite(quotient) else None
