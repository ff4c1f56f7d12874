"""From the names in a folder or zip to its Layout: what are parts, what are classes, what is left out. Pure.

It guesses; what a person says of a folder (`roles`) comes before every guess.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cnnviz.datasets.sources.folder_tree import Folder, Same, labels_in_names, make_tree, part_named, repeated_folder
from cnnviz.datasets.sources.layout import (
    BESIDE_CLASSES,
    BESIDE_PARTS,
    BY_CHOICE,
    COPY,
    EMPTY,
    NO_LABEL,
    FolderRole,
    Layout,
    LeftOut,
    Role,
    Roles,
)
from cnnviz.datasets.sources.layout_assembly import assemble, notes_on_parts, notes_on_roles, tidy
from cnnviz.datasets.sources.layout_rules import (
    has_folders,
    nested_sets,
    parts_among,
    parts_in_class,
    question_on_inferred,
    question_on_others,
    same_folders,
)
from cnnviz.datasets.sources.member_names import in_order, natural_key
from cnnviz.datasets.sources.part_names import Part, part_of
from cnnviz.text.markup import as_name, as_names

ByClass = dict[str, list[str]]


def read_layout(
    pictures: Iterable[str],
    *,
    unusable: frozenset[str] = frozenset(),
    empty: Iterable[str] = (),
    same: Same = lambda _one, _other: False,
    roles: Roles = (),
    left_out: Iterable[LeftOut] = (),
) -> Layout:
    """Read what the paths of the pictures of a folder or zip mean.

    Parameters
    ----------
    pictures : iterable of str
        Paths inside it, `/` between folders.
    unusable : frozenset of str
        Those of them that are called pictures and are none.
    empty : iterable of str
        Folders without any file.
    same : callable
        Tells whether two files hold the same bytes; asked of a few where folders have the same names in them.
    roles : tuple of (path, Role)
        What a person says that folders are.
    left_out : iterable of LeftOut
        What has been left out before.
    """
    ordered = list(pictures)
    reader = _Reader(same, dict(roles), unusable)
    reader.look(make_tree(ordered, empty), None)
    reader.read_waiting()
    position = {name: index for index, name in enumerate(ordered)}
    layout = assemble(reader.parts, position, unusable)
    notes = (*notes_on_roles(roles, ordered), *notes_on_parts(layout, reader.folders, reader.empty_parts))
    return replace(
        layout,
        left_out=_together([*left_out, *reader.left, *layout.left_out]),
        notes=(*notes, *layout.notes),
        questions=tuple(dict.fromkeys(reader.questions)),
        folders=tuple(sorted(reader.folders, key=lambda folder: natural_key(folder.path))),
    )


@dataclass
class _Reader:
    same: Same
    roles: dict[str, Role]
    unusable: frozenset[str]
    parts: dict[Part | None, ByClass] = field(default_factory=dict)
    left: list[LeftOut] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    folders: list[FolderRole] = field(default_factory=list)
    waiting: list[tuple[Folder, Part]] = field(default_factory=list)  # files whose labels other parts explain
    empty_parts: list[tuple[str, Part]] = field(default_factory=list)

    def look(self, folder: Folder, part: Part | None) -> None:
        """Read a folder that is no class: the whole, a part of it, or one that only wraps."""
        said = [one for one in folder.folders.values() if one.path in self.roles and one.num_pictures]
        for one in said:
            self.obey(one, part)
            del folder.folders[one.name]
        folder.__dict__.pop("labels", None)
        for one in [] if part else list(folder.folders.values()):
            if not one.num_pictures and (empty := part_named(one)):
                self.empty_parts.append((one.path, empty))
                del folder.folders[one.name]
        while copy := repeated_folder(folder, self.same):
            self.leave(copy, COPY)
            del folder.folders[copy.name]
        inner = folder.filled()
        if not inner:
            self.read_names(folder, part, is_beside=bool(said))
        elif len(inner) == 1 and not any(self.roles.get(one.path) == "class" for one in said):
            self.unwrap(folder, inner[0], part)
        else:
            self.decide(folder, inner, part)

    def obey(self, folder: Folder, part: Part | None) -> None:
        """Take a folder for what a person says that it is."""
        role = self.roles[folder.path]
        if role == "class":
            self.take_class(folder, part, label=folder.name)
        elif role == "left out":
            self.leave(folder, BY_CHOICE)
        else:
            self.note(folder, role)
            self.look(folder, part if role == "look inside" else role)

    def unwrap(self, folder: Folder, inner: Folder, part: Part | None) -> None:
        """Go into the only folder with pictures, unless the labels stand in the names of files beside it."""
        if labels_in_names(folder.files) and len(folder.files) >= inner.num_pictures:
            self.read_names(folder, part)
            self.leave(inner, BESIDE_CLASSES)
            return
        if folder.files:
            self.left.append(LeftOut(BESIDE_CLASSES, tuple(folder.files)))
        role = part_named(inner)
        is_same_part = part is not None and inner.part[0] == part  # asl_test/asl_test/A_test.jpg
        if not inner.labels and not role and not is_same_part:
            self.take_class(inner, part, label=inner.name)
            return
        self.note(inner, role or "look inside")
        self.look(inner, role or part)

    def decide(self, folder: Folder, inner: list[Folder], part: Part | None) -> None:
        """Tell whether several folders are classes, parts, or both in one (`train_cat`)."""
        found = parts_among(inner, is_inside=part is not None)
        if folder.files:
            self.left.append(LeftOut(BESIDE_PARTS if found else BESIDE_CLASSES, tuple(folder.files)))
        if not found:
            for one in (nested := nested_sets(inner)):
                self.leave(one, BESIDE_CLASSES)
                self.questions.append(
                    f"{as_name(one.path)} holds folders of the same names as those beside it, and is left out."
                )
            classes = [one for one in inner if one not in nested]
            self.take_classes(folder, classes, part, shared=same_folders(classes))
            return
        others = [one for one in inner if one.path not in found]
        for one in inner:
            if one in others:
                self.leave(one, BESIDE_PARTS)
                continue
            role, label = found[one.path]
            self.questions += question_on_inferred(one, role, inner)
            if label:
                self.take_class(one, role, label=label)
            else:
                self.note(one, role)
                self.look(one, role)
        self.questions += question_on_others(others)

    def take_classes(self, folder: Folder, inner: list[Folder], part: Part | None, *, shared: frozenset[str]) -> None:
        """Take each folder for a class."""
        if shared:
            holders = as_names(in_order(one.name for one in inner))
            self.questions.append(
                f"{holders} hold the same folders ({as_names(in_order(shared))}). They are taken for the classes: "
                "if they are parts, say which is which."
            )
        for one in inner:
            if not shared and part_named(one) and has_folders(one):
                below = as_names(in_order(one.labels))
                self.questions.append(
                    f"{as_name(one.path)} is taken for a class, with {below} in it. If it is a part, say so."
                )
            self.take_class(one, part, label=one.name)
        empty = [one.path for one in folder.folders.values() if not one.num_pictures]
        if empty:
            self.left.append(LeftOut(EMPTY, tuple(empty)))

    def take_class(self, folder: Folder, part: Part | None, *, label: str) -> None:
        """Take a folder for a class; parts may lie in it."""
        self.note(folder, "class")
        while copy := repeated_folder(folder, self.same, is_class=True):
            self.leave(copy, COPY)
            del folder.folders[copy.name]
        inside = parts_in_class(folder)
        for one in folder.filled():
            self.add(inside.get(one.path, part), label, one.pictures())
        self.add(part if part or not inside else "train", label, folder.files)

    def read_names(self, folder: Folder, part: Part | None, *, is_beside: bool = False) -> None:
        """Read labels in names of files."""
        labelled = {} if is_beside else labels_in_names(folder.files)
        if part and not labelled and not is_beside:
            self.waiting.append((folder, part))
            return
        meant = {label: part_of(label) for label in set(labelled.values())}
        is_joined = not part and all(role and rest for role, rest in meant.values())  # train_cat_1.jpg, test_cat_1.jpg
        for name, label in labelled.items():
            role, rest = meant[label] if is_joined else (part, label)
            self.add(role, rest, [name])
        bare = tuple(name for name in folder.files if name not in labelled)
        if bare:
            self.left.append(LeftOut(BESIDE_CLASSES if is_beside else NO_LABEL, bare, where=folder.path))

    def read_waiting(self) -> None:
        """Read names of files of a part by the labels of the others, where they are too few to tell by themselves."""
        known = frozenset(label for by_class in self.parts.values() for label in by_class)
        for folder, part in self.waiting:
            labelled = labels_in_names(folder.files, known)
            for name, label in labelled.items():
                self.add(part, label, [name])
            bare = tuple(name for name in folder.files if name not in labelled)
            if bare:
                self.left.append(LeftOut(NO_LABEL, bare, where=folder.path))

    def add(self, part: Part | None, label: str, names: Iterable[str]) -> None:
        """Put files into a class of a part."""
        kept = list(names)
        if kept:
            self.parts.setdefault(part, {}).setdefault(tidy(label), []).extend(kept)

    def leave(self, folder: Folder, reason: str) -> None:
        """Leave a folder out."""
        self.note(folder, "left out")
        names = tuple(name for name in folder.pictures() if name not in self.unusable)
        self.left.append(LeftOut(reason, names, where=folder.path))

    def note(self, folder: Folder, role: Role) -> None:
        """Remember what a folder was taken for."""
        self.folders.append(FolderRole(folder.path, role, sum(name not in self.unusable for name in folder.pictures())))


def _together(left: list[LeftOut]) -> tuple[LeftOut, ...]:
    """One entry for all that was left out at one place for one reason."""
    merged: dict[tuple[str, str], tuple[str, ...]] = {}
    for one in left:
        key = (one.reason, one.where)
        merged[key] = merged.get(key, ()) + one.names
    return tuple(LeftOut(reason, names, where) for (reason, where), names in merged.items() if names)
