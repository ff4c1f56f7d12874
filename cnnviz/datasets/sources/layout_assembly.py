"""The parts of a data set brought together: one spelling for each class, and what is missing in a part. Pure."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from cnnviz.datasets.sources.layout import FOR, FolderRole, Layout, LeftOut, Role, Roles
from cnnviz.datasets.sources.member_names import in_order
from cnnviz.datasets.sources.part_names import PARTS, Part
from cnnviz.text.markup import INVISIBLE, as_name, as_names

CASE_MATTERS = 2  # up to so many letters: "a" and "A" may be two letters to be told apart

NAMED = 5  # names in a sentence
WITHOUT: dict[Part, str] = {
    "train": "",
    "validation": ", so there is no part of its own to validate on",
    "test": ", so the images to test on are taken from those to learn from",
}

_BLANKS = re.compile("[ \u00a0\u2000-\u200a\u202f\u3000]+")  # no line breaks: a name with one is refused

ByClass = dict[str, list[str]]
ByPart = dict[Part | None, ByClass]


def tidy(label: str) -> str:
    """Give a name composed (NFC), without what nobody sees and blanks around it, and with single blanks in it."""
    seen = unicodedata.normalize("NFC", label).translate(dict.fromkeys(map(ord, INVISIBLE)))
    return _BLANKS.sub(" ", seen).strip(" ") or label


def merge_labels(parts: ByPart) -> tuple[ByPart, list[str]]:
    """Bring names together that differ in case, or between parts in blanks, lines and a plural's s.

    Returns
    -------
    parts
        With one spelling for each class, that of the part to learn from.
    notes : list of str
        A sentence for each name that was taken for another.
    """
    spelling: dict[str, str] = {}
    counts = Counter({label: 0 for by_class in parts.values() for label in by_class})
    for by_class in parts.values():
        for label, names in by_class.items():
            counts[label] += len(names)
            spelling.setdefault(label if len(label) <= CASE_MATTERS else label.casefold(), label)
    taken = {label: spelling[label if len(label) <= CASE_MATTERS else label.casefold()] for label in counts}
    base = {taken[label] for label in next(iter(parts.values()), {})}
    for label in set(taken.values()) - base:
        alike = [other for other in base if _loose(label) and _loose(other) == _loose(label)]
        if len(alike) == 1:
            taken = {name: alike[0] if target == label else target for name, target in taken.items()}
    merged: ByPart = {}
    for part, by_class in parts.items():
        for label, names in by_class.items():
            merged.setdefault(part, {}).setdefault(taken[label], []).extend(names)
    notes = [
        f"{as_name(label)} and {as_name(target)} are taken for one class."
        for label, target in sorted(taken.items())
        if label != target
    ]
    return merged, notes


def _loose(label: str) -> str:
    return re.sub(r"[\W_]+", "", label.casefold()).removesuffix("s")


def assemble(found: ByPart, position: Mapping[str, int], unusable: frozenset[str]) -> Layout:
    """Make a Layout of the files of each part and class, None being no part at all.

    Parameters
    ----------
    found : mapping of part to mapping of label to files
    position : mapping of file to its place in the order of all
    unusable : frozenset of str
        Files that are called pictures and are none.
    """
    merged, notes = merge_labels({part: found[part] for part in (None, *PARTS) if part in found})
    parts, more = _named_parts(
        {part: of for part, of in merged.items() if part in (None, "train") or not unusable.issuperset(_files(of))}
    )
    for by_class in parts.values():
        for names in by_class.values():
            names.sort(key=position.__getitem__)
    notes += more
    for label in [label for label, names in parts.get("train", {}).items() if unusable.issuperset(names)]:
        number = len(parts["train"][label])
        which = f"none of its {number:,} files" if number > 1 else "its only file"
        notes.append(f"{as_name(label)} is no class: {which} is {'a' if number > 1 else 'no'} picture.")
        parts = {part: {c: names for c, names in by_class.items() if c != label} for part, by_class in parts.items()}
    left = []
    for part in [part for part in ("test", "validation") if part in parts]:
        for label in [label for label in parts[part] if label not in parts["train"]]:
            left.append(
                LeftOut(f"of {as_name(label)}, a class without pictures to learn from", tuple(parts[part].pop(label)))
            )
        missing = in_order(label for label in parts["train"] if label not in parts[part])
        if missing and parts[part]:
            notes.append(f"No pictures {FOR[part]} of {as_names(missing)}{' ...' * (len(missing) > NAMED)}.")
    files = {
        part: {label: tuple(names) for label, names in sorted(parts[part].items(), key=lambda one: position[one[1][0]])}
        for part in PARTS
        if parts.get(part)
    }
    return Layout(tuple(in_order(parts.get("train", {}))), files, unusable, tuple(left), tuple(notes))


def _files(by_class: Mapping[str, Iterable[str]]) -> list[str]:
    return [name for names in by_class.values() for name in names]


def _is_used(layout: Layout, folder: str) -> bool:
    return any(name.startswith(f"{folder}/") for by_class in layout.parts.values() for name in _files(by_class))


def notes_on_roles(roles: Roles, pictures: Iterable[str]) -> list[str]:
    """A sentence for each folder of which something is said and that is not there."""
    inside = {name[:at] for name in pictures for at, letter in enumerate(name) if letter == "/"} if roles else set()
    return [
        f"There is no folder {as_name(path)} with pictures in it, so that it is {role!r} changes nothing."
        for path, role in roles
        if path not in inside
    ]


def notes_on_parts(layout: Layout, folders: Sequence[FolderRole], empty: Sequence[tuple[str, Part]]) -> list[str]:
    """Say which parts hold nothing, what follows from that, and which folders are one part together.

    Parameters
    ----------
    layout : Layout
    folders : sequence of FolderRole
    empty : sequence of (path, part)
        Folders with the name of a part and no picture in them.
    """
    notes = [
        f"{as_name(path)} holds no picture{'' if part in layout.parts else WITHOUT[part]}." for path, part in empty
    ]
    together: dict[tuple[str, Role], list[str]] = defaultdict(list)
    for folder in folders:
        together[folder.path.rpartition("/")[0], folder.role].append(folder.path)
    for part in PARTS:
        found = [paths for (_, role), paths in together.items() if role == part]
        notes += [f"{as_names(paths)} are one part together, {FOR[part]}." for paths in found if len(paths) > 1]
        unused = [path for paths in found for path in paths if part not in layout.parts and not _is_used(layout, path)]
        if unused:
            notes.append(f"No picture in {as_names(unused)} can be used{WITHOUT[part]}.")
    return notes


def _named_parts(merged: ByPart) -> tuple[dict[Part, ByClass], list[str]]:
    """Say which part is for what: what is in no part is to learn from, and something always is."""
    parts: dict[Part, ByClass] = {part: merged[part] for part in PARTS if part in merged}
    notes = []
    if "train" not in parts or None in merged:
        together = [merged.get(None, {}), parts.get("train", {})]
        if not any(together):
            together = list(parts.values())
            notes += [f"No part is for learning, so all pictures are taken together ({', '.join(parts)})."] * bool(
                parts
            )
            parts = {}
        parts["train"] = {}
        for by_class in together:
            for label, names in by_class.items():
                parts["train"].setdefault(label, []).extend(names)
    if "validation" in parts and "test" not in parts:
        notes.append("There is no part for testing, so the validation part is used for it.")
        parts["test"] = parts.pop("validation")
    elif "validation" in parts:
        notes.append("The validation part is what a net is validated on after each epoch.")
    return parts, notes
