"""What a folder or zip of images means, as plain data. Pages, the command line and the loading all go by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from cnnviz.datasets.dataset import class_names
from cnnviz.datasets.sources.part_names import Part
from cnnviz.text.markup import as_name, as_names

Role = Literal["class", "train", "validation", "test", "look inside", "left out"]
ROLES: tuple[Role, ...] = ("class", "train", "validation", "test", "look inside", "left out")
Roles = tuple[tuple[str, Role], ...]  # path of a folder -> what a person says it is

FOR: dict[Part, str] = {"train": "to learn from", "validation": "to validate on", "test": "to test on"}
PART_TITLES: dict[Part, str] = {"train": "To learn from", "validation": "To validate on", "test": "To test on"}
NO_PARTS = "All pictures; a share of each class is set aside for testing"
SHOWN = 3  # names in a sentence
NO_LABEL = "without a label in folder or name"
BESIDE_CLASSES = "beside the folders of the classes"
BESIDE_PARTS = "beside the parts"
COPY = "a copy of what lies beside"
BY_CHOICE = "by your choice"
LONELY = "{name} has one picture to learn from: no net can tell a class by one. Give it 20 or more, or leave it out."
EMPTY = "without a picture"


@dataclass(frozen=True)
class LeftOut:
    """Files (or empty folders) that were left out for one reason; `where` is the folder in which all of them lie."""

    reason: str
    names: tuple[str, ...]
    where: str = ""

    def __str__(self) -> str:
        what = "folder" if self.reason == EMPTY else "file"
        number = f"{len(self.names):,} {what}{'' if len(self.names) == 1 else 's'}"
        shown = as_name(self.where) if self.where else as_names(self.names, SHOWN)
        more = f" and {len(self.names) - SHOWN:,} more" if not self.where and len(self.names) > SHOWN else ""
        return f"Left out {number}, {self.reason}: {shown}{more}."


@dataclass(frozen=True)
class FolderRole:
    """A folder, what it was taken for, and the pictures in it."""

    path: str
    role: Role
    num_pictures: int


@dataclass(frozen=True)
class Layout:
    """What was found in a folder or zip.

    Attributes
    ----------
    classes : tuple of str
        In the order in which people count.
    parts : mapping of part to mapping of class to files
        The parts that the names tell, "train" alone where they tell none. Every class is a class of "train".
    unusable : frozenset of str
        Those of the files that are called pictures and are none.
    left_out : tuple of LeftOut
    notes, questions : tuple of str
        What was decided, and what only a person can decide, one sentence each.
    folders : tuple of FolderRole
        Those of which a person can say that they are something else.
    """

    classes: tuple[str, ...]
    parts: Mapping[Part, Mapping[str, tuple[str, ...]]]
    unusable: frozenset[str] = frozenset()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    folders: tuple[FolderRole, ...] = ()

    def pictures(self, part: Part, label: str) -> tuple[str, ...]:
        """Files of a class in a part, without the unusable ones."""
        return tuple(name for name in self.parts.get(part, {}).get(label, ()) if name not in self.unusable)

    def counts(self, part: Part) -> dict[str, int]:
        """Pictures of each class in a part, of classes that have some."""
        counted = {label: len(self.pictures(part, label)) for label in self.classes}
        return {label: count for label, count in counted.items() if count}

    def title(self, part: Part) -> str:
        """Say what a part is for, in words."""
        return PART_TITLES[part] if "test" in self.parts else NO_PARTS

    @property
    def names(self) -> dict[str, str]:
        """Class -> its name as it is shown."""
        return dict(zip(self.classes, class_names(self.classes), strict=True))

    @property
    def cautions(self) -> tuple[str, ...]:
        """A sentence on each class, of a few, that has one picture to learn from: of two, one may be set aside."""
        most = 1 if "test" in self.parts else 2
        lonely = [label for label, count in self.counts("train").items() if count <= most]
        return tuple(LONELY.format(name=as_name(label)) for label in lonely[:SHOWN])

    @property
    def num_left_out(self) -> int:
        """Files that were left out."""
        return sum(len(left.names) for left in self.left_out if left.reason != EMPTY)

    def as_dict(self) -> dict[str, Any]:
        """Give the same as plain numbers, lists and texts, ready for JSON; classes by their names as a net has them."""
        names = self.names
        return {
            "classes": list(names.values()),
            "parts": {part: {names[label]: n for label, n in self.counts(part).items()} for part in self.parts},
            "left_out": [
                {"reason": left.reason, "count": len(left.names), "where": left.where, "first": left.names[0]}
                for left in self.left_out
            ],
            "notes": list(self.notes),
            "questions": list(self.questions),
            "folders": {folder.path: folder.role for folder in self.folders},
        }

    @property
    def remarks(self) -> tuple[str, ...]:
        """Everything to say, one sentence each."""
        return (*self.questions, *self.notes, *map(str, self.left_out))
