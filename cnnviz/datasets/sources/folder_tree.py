"""The folders of a data set as a tree, what repeats in it, and labels in the names of files. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from cnnviz.datasets.sources.part_names import Part, part_of

COMPARED = 12  # pictures of a folder that are compared byte by byte with those of another
SAME_SHARE = 0.8  # of a folder's pictures that lie beside it as well: then it is a copy

_ENDING = re.compile(r"\.[A-Za-z][A-Za-z0-9]{0,4}$")
_BY_NUMBER = (
    re.compile(r"(?P<label>.*?[^\W_].*?)[ ._-]*\(\d+\)"),  # cat (1)
    re.compile(r"(?P<label>.*?[^\W_].*?)(?:[ ._-]+\d+)+(?: *\(\d+\))?"),  # cat.1, cat_1, cat-1, cat 1, cat_1_2 (3)
    re.compile(r"(?P<label>.*?[^\W\d_])\d+(?: *\(\d+\))?"),  # cat1
    re.compile(r"\d+[ ._-]+(?P<label>[^\W\d_].*)"),  # 1_cat
)
_BY_LAST_NUMBER = (re.compile(r"(?P<label>.*[^\W_].*?)[ ._-]+\(?\d+\)?"),)  # class_2_17 is of class_2
_DATE = re.compile(r"\d{4,}")
_CAMERA = re.compile(
    r"(img|image|images|imag|dsc|dscn|dscf|pxl|mvimg|photo|pic|picture|foto|bild|imagen|immagine|imagem|scan|file|"
    r"screenshot|whatsapp image.*|untitled|unbenannt|frame|sample|train|test|val)[ _-]*",
    re.IGNORECASE,
)
"""What cameras and programs call any picture: no label."""

Same = Callable[[str, str], bool]  # whether two files hold the same


@dataclass(eq=False)
class Folder:
    """A folder with its pictures (their whole paths) and its folders by name."""

    path: str = ""
    files: list[str] = field(default_factory=list)
    folders: dict[str, "Folder"] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Last piece of its path."""
        return self.path.rpartition("/")[2]

    @cached_property
    def part(self) -> tuple[Part | None, str]:
        """What `part_of` says of its name."""
        return part_of(self.name)

    @cached_property
    def num_pictures(self) -> int:
        """Pictures in it, however deep."""
        return len(self.files) + sum(folder.num_pictures for folder in self.folders.values())

    def pictures(self) -> Iterator[str]:
        """Give all pictures in it, however deep."""
        yield from self.files
        for folder in self.folders.values():
            yield from folder.pictures()

    def filled(self) -> list["Folder"]:
        """Give its folders that hold pictures."""
        return [folder for folder in self.folders.values() if folder.num_pictures]

    @cached_property
    def labels(self) -> frozenset[str]:
        """What could be names of classes in it: folders, below those that only wrap, or labels in names of files."""
        inner = self.filled()
        if not inner:
            return frozenset(labels_in_names(self.files).values())
        if len(inner) == 1:
            return inner[0].labels or frozenset([inner[0].name])
        return frozenset(folder.name for folder in inner)


def make_tree(pictures: Iterable[str], folders: Iterable[str] = ()) -> Folder:
    """Build the tree of these paths; `folders` adds those that hold nothing."""
    root = Folder()
    for path in folders:
        _folder_at(root, path.rstrip("/"))
    for path in pictures:
        _folder_at(root, path.rpartition("/")[0]).files.append(path)
    return root


def _folder_at(root: Folder, path: str) -> Folder:
    place = root
    for name in filter(None, path.split("/")):
        inner = place.folders.get(name)
        if inner is None:
            inner = place.folders[name] = Folder(f"{place.path}/{name}" if place.path else name)
        place = inner
    return place


def labels_in_names(paths: Sequence[str], known: frozenset[str] = frozenset()) -> dict[str, str]:
    """Find the labels in names of files such as cat.1.jpg, cat_1.jpg, cat (1).jpg, 1_cat.jpg; path -> label.

    Empty where there are not two labels with two files each, on average: those numbers say something else. With
    `known` labels, one of them is enough.
    """
    for patterns in (_BY_NUMBER, _BY_LAST_NUMBER):
        found = {path: label for path in paths for label in [_label(path, patterns)] if label}
        if known:  # A_test.jpg
            rests = {path: part_of(_ENDING.sub("", path.rpartition("/")[2])) for path in paths}
            found |= {path: rest for path, (named, rest) in rests.items() if named and rest in known}
        if known.intersection(found.values()):
            return {path: label for path, label in found.items() if label in known}
        if not known and 1 < len(set(found.values())) <= len(found) / 2:
            return found
    return {}


def _label(path: str, patterns: tuple[re.Pattern[str], ...]) -> str:
    stem = _ENDING.sub("", path.rpartition("/")[2])
    for pattern in patterns:
        if found := pattern.fullmatch(stem):
            label = found["label"].strip(" ._-(")
            return "" if _CAMERA.fullmatch(label) or _DATE.fullmatch(label) else label
    return ""


def repeated_folder(folder: Folder, same: Same, *, is_class: bool = False) -> Folder | None:
    """Find a folder of this one that holds what lies beside it once more, as zips of zips do; None without one.

    Only one with classes in it, but for a class: two classes may number the same pictures alike. And no part.
    """
    inner = [one for one in folder.filled() if is_class or (one.labels and one.part[0] is None)]
    if not inner:
        return None
    everything = list(folder.pictures())
    for one in inner:
        core = one
        while not core.files and len(core.filled()) == 1:  # folders that only wrap
            (core,) = core.filled()
        below = _below(core, core.pictures())
        beside = [_below(folder, [path for path in everything if not path.startswith(f"{one.path}/")])]
        beside += [] if is_class else [_below(other, other.pictures()) for other in inner if _is_before(other, one)]
        if any(_holds(candidate, below, same) for candidate in beside):
            return one
    return None


def part_named(folder: Folder) -> Part | None:
    """Give the part whose name a folder has; None where its name says something else or more."""
    part, rest = folder.part
    return None if rest else part


def _below(folder: Folder, paths: Iterable[str]) -> dict[str, str]:
    """Paths by what they are below a folder."""
    start = len(folder.path) + 1 if folder.path else 0
    return {path[start:]: path for path in paths}


def _is_before(other: Folder, inner: Folder) -> bool:
    """Whether `inner` is the copy of two alike: the one with the longer name, else the later one."""
    return other is not inner and (len(other.name), other.name) < (len(inner.name), inner.name)


def _holds(beside: dict[str, str], inner: dict[str, str], same: Same) -> bool:
    shared = [name for name in inner if name in beside]
    if len(shared) < SAME_SHARE * len(inner) or len(shared) < 2:
        return False
    step = -(-len(shared) // COMPARED)
    return all(same(inner[name], beside[name]) for name in shared[::step])
