"""Numbers as people type them and as programs copy them; `assets/components/shared/numbers.js` reads them alike."""

import re
import unicodedata
from math import isfinite

_DECIMAL = r"[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+"
_NUMBER = re.compile(rf"([+-]?)({_DECIMAL})(?:[eE]([+-]?[0-9]{{1,2}}))?(?:\s*/\s*({_DECIMAL}))?")
_VULGAR = re.compile("([0-9]+)?([\u00bc-\u00be\u2150-\u215e\u2189])")
_FULL_WIDTH = re.compile("[\uff01-\uff5e]")
_DASHES = re.compile("[\N{HYPHEN}-\N{EM DASH}\N{MINUS SIGN}]")


def parse_number(text: str) -> float | None:
    """Read "0.5", "0,5", "1e-3", "1/9", "½" or "-1" with any dash that text programs make of it; else None.

    None as well for what is too large for a float. A comma is a decimal one: nobody types thousands in the fields of
    this program.
    """
    match = _NUMBER.fullmatch(with_plain_marks(_with_plain_fractions(text)).strip())
    if match is None:
        return None
    sign, digits, exponent, divisor = match.groups()
    value = float(f"{sign}{digits.replace(',', '.')}e{exponent or 0}")
    below = 1.0 if divisor is None else float(divisor.replace(",", "."))
    if not below or not isfinite(value) or not isfinite(below):
        return None
    quotient = value / below
    return quotient if isfinite(quotient) else None


def with_plain_marks(text: str) -> str:
    """Write "-" for any dash that text programs make of it, and the dots of "0…1" as two."""
    return re.sub("(?<!\\.)\\.{3}(?!\\.)|…|‥", "..", _DASHES.sub("-", text))


def _with_plain_fractions(text: str) -> str:
    """Write 1/2 for a half that is one letter, 3/2 for one and a half, and digits of full width as usual ones."""
    plain = _FULL_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found[0]), _VULGAR.sub(_as_fraction, text))
    return plain.replace("\u215f", "1/").replace("\u2044", "/").replace("\u2215", "/")


def _as_fraction(found: re.Match[str]) -> str:
    above, below = unicodedata.normalize("NFKC", found[2]).split("\u2044")
    return f"{int(found[1] or 0) * int(below) + int(above)}/{below}"
