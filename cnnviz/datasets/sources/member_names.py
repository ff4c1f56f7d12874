"""Names of the files in a zip or folder as their author meant them: character sets, backslashes, normal forms. Pure."""

import re
import unicodedata
import zipfile
from collections.abc import Iterable, Sequence

UTF8_FLAG = 0x800
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
    """Give paths with `/` between folders, composed letters (NFC), and no two the same: those keep their own form."""
    paths: list[str] = []
    seen: set[str] = set()
    for name in names:
        plain = "/".join(part for part in name.replace("\\", "/").split("/") if part != ".")  # "./cat/0.png"
        composed = unicodedata.normalize("NFC", plain)
        path = composed if composed not in seen else plain
        while path in seen:
            path += "'"
        seen.add(path)
        paths.append(path)
    return paths


def natural_key(name: str) -> list[tuple[str, int, str]]:
    """Sort key in which people count: 2 before 10, and img9 before img10."""
    pieces = re.split(r"(\d+)", name)
    digits = [piece.lstrip("0") for piece in pieces[1::2]] + [""]
    return [(text, len(number), number) for text, number in zip(pieces[::2], digits, strict=True)]


def in_order(labels: Iterable[str]) -> list[str]:
    """Sort names of classes as people count; numbers alone by their value, be they negative or decimal."""
    names = sorted(labels)
    if names and all(re.fullmatch(r"[+\-\u2212]?\d{1,15}([.,]\d{1,15})?", name) for name in names):
        return sorted(names, key=lambda name: float(name.replace(",", ".").replace("\u2212", "-")))
    return sorted(names, key=natural_key)


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
