"""Names of the files in a zip or folder as their author meant them: character sets, backslashes, normal forms. Pure."""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence

UTF8_FLAG = 0x800
NOT_COMPOSED = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "æ": "ae", "đ": "d"})  # letters that lose no accent by NFD
_ROMAN = re.compile(
    r"(?P<before>.*[\W_]|)(?P<numeral>(?=[IVXLCDM])M{0,3}(CM|CD|D?C{0,3})(XC|XL|L?X{0,3})(IX|IV|V?I{0,3}))", re.DOTALL
)
_ROMAN_DIGITS = {"I": 1, "V": 5, "X": 10, "L": 50, "C": 100, "D": 500, "M": 1000}
_ROOT = re.compile(r"^(?:/|[A-Za-z]:/)+")  # a colon without / after it is a letter of a name
_ZIP_DEFAULT = "cp437"  # what zipfile reads names as that are not marked as UTF-8 (APPNOTE 4.4.4, appendix D)


def member_names(members: Sequence[zipfile.ZipInfo]) -> list[str]:
    """Give the path of each member, `/` between its folders.

    macOS and many tools write UTF-8 without saying so; older ones of Windows write the code page of their country.
    PowerShell 5 and .NET write `\\` between folders.
    """
    raw = [
        member.orig_filename.split("\0")[0].encode(_ZIP_DEFAULT, "replace") for member in members if _is_bare(member)
    ]
    encoding = _encoding(b"/".join(raw))
    names = [member.filename if not _is_bare(member) else member.orig_filename for member in members]
    for index, member in enumerate(members):
        if _is_bare(member) and encoding != _ZIP_DEFAULT:
            names[index] = names[index].encode(_ZIP_DEFAULT, "replace").decode(encoding, "replace")
    return clean_paths(names)


def clean_paths(names: Sequence[str]) -> list[str]:
    """Give paths with `/` between folders, composed letters (NFC), and no two the same: those keep their own form.

    They begin inside: `/cat/0.png` and `C:\\pics\\cat\\0.png` lose what older tools have put before them.
    """
    paths: list[str] = []
    seen: set[str] = set()
    for name in names:
        inside = _ROOT.sub("", name.replace("\\", "/"))
        plain = "/".join(part for part in inside.split("/") if part != ".")  # "./cat/0.png"
        composed = unicodedata.normalize("NFC", plain)
        path = composed if composed not in seen else plain
        while path in seen:
            path += "'"
        seen.add(path)
        paths.append(path)
    return paths


def natural_key(name: str) -> tuple[list[tuple[str, int, str]], str]:
    """Sort key in which people count: 2 before 10, img9 before img10, and Äpfel before Zebra: letters by their base."""
    pieces = re.split(r"(\d+)", _base_letters(name))
    digits = [piece.lstrip("0") for piece in pieces[1::2]] + [""]
    return [(text, len(number), number) for text, number in zip(pieces[::2], digits, strict=True)], name


def in_order(labels: Iterable[str]) -> list[str]:
    """Sort names of classes as people count; numbers alone by their value, be they negative, decimal or Roman."""
    names = sorted(labels)
    if names and all(re.fullmatch(r"[+\-\u2212]?\d{1,15}([.,]\d{1,15})?", name) for name in names):
        return sorted(names, key=lambda name: float(name.replace(",", ".").replace("\u2212", "-")))
    roman = _roman_values(names)
    return sorted(names, key=lambda name: (roman.get(name, 0), natural_key(name)))


def _base_letters(name: str) -> str:
    """Small letters without accents, wide forms as usual ones."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(NOT_COMPOSED))
    return "".join(letter for letter in folded if not unicodedata.combining(letter))


def _roman_values(names: Sequence[str]) -> dict[str, int]:
    """Values of names that are Roman numerals, all of them, or all after the same words (`Stage IV`); else empty.

    One has several letters, else they are letters to be told apart.
    """
    found = {name: _ROMAN.fullmatch(unicodedata.normalize("NFKC", name).upper()) for name in names}
    numerals = {name: match["numeral"] for name, match in found.items() if match}
    before = {match["before"] for match in found.values() if match}
    if len(numerals) < len(names) or len(before) != 1 or max(map(len, numerals.values())) < 2:
        return {}
    return {name: _roman_value(numeral) for name, numeral in numerals.items()}


def _roman_value(numeral: str) -> int:
    values = [_ROMAN_DIGITS[letter] for letter in numeral]
    return sum(-one if one < after else one for one, after in zip(values, [*values[1:], 0], strict=True))


def _is_bare(member: zipfile.ZipInfo) -> bool:
    return not member.flag_bits & UTF8_FLAG and not member.orig_filename.isascii()


def _encoding(raw: bytes) -> str:
    """The character set in which all these names make sense together."""
    for encoding, is_likely in (
        ("utf-8", None),
        (_ZIP_DEFAULT, _is_latin),
        ("cp866", _is_cyrillic),
        ("cp1252", _is_latin),
    ):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if is_likely is None or is_likely(text):
            return encoding
    return _ZIP_DEFAULT


def _is_latin(text: str) -> bool:
    return all(unicodedata.name(letter, "").startswith("LATIN") for letter in text if not letter.isascii())


def _is_cyrillic(text: str) -> bool:
    """Whether all letters that are not ASCII are Cyrillic, and none stands in a word with Latin ones."""
    strange = [letter for letter in text if not letter.isascii()]
    mixed = re.search(r"[A-Za-z][^\x00-\x7f]|[^\x00-\x7f][A-Za-z]", text)
    return not mixed and all("CYRILLIC" in unicodedata.name(letter, "") for letter in strange)
