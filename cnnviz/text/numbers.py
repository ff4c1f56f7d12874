"""Numbers as people type them and as programs copy them; `assets/components/shared/numbers.js` reads them alike."""

import re

_DECIMAL = r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+"
_NUMBER = re.compile(rf"([+-]?)({_DECIMAL})(?:[eE]([+-]?[0-9]{{1,2}}))?(?:\s*/\s*({_DECIMAL}))?")
_DASHES = re.compile("[\N{HYPHEN}-\N{EN DASH}\N{MINUS SIGN}]")


def parse_number(text: str) -> float | None:
    """Read "0.5", "0,5", "1e-3", "1/9" or "-1" with any dash that text programs make of it; None for anything else.

    A comma is a decimal one: nobody types thousands in the fields of this program.
    """
    match = _NUMBER.fullmatch(_DASHES.sub("-", text.strip()))
    if match is None:
        return None
    sign, digits, exponent, divisor = match.groups()
    value = float(f"{sign}{digits.replace(',', '.')}e{exponent or 0}")
    if divisor is None:
        return value
    below = float(divisor.replace(",", "."))
    return value / below if below else None
