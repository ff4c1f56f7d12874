"""Whether folders beside each other are the parts of a data set or its classes. Pure."""

from collections import defaultdict

from cnnviz.datasets.sources.folder_tree import Folder, part_named
from cnnviz.datasets.sources.part_names import Part

Found = dict[str, tuple[Part, str]]  # path -> part, and the class that its name tells as well, or ""


def parts_among(folders: list[Folder]) -> Found:
    """Find the parts among folders beside each other; empty: they are classes.

    A folder is not a part by its name alone: `train` beside `bus` and `car`, with pictures in it as in those, is a
    class. Parts have classes in them.
    """
    plain = {folder.path: part for folder in folders if (part := part_named(folder))}
    if not plain:
        return _parts_with_rest(folders)
    known = set(plain.values())
    for folder in folders:  # "test" beside "train_cats_and_dogs"
        part, rest = folder.part
        if rest and part and part not in known and folder.labels:
            plain[folder.path] = part
    named = [folder for folder in folders if folder.path in plain]
    others = [folder for folder in folders if folder.path not in plain]
    if len(set(plain.values())) > 1:
        is_set = not others or any(map(_has_folders, named)) or _are_more(named, others)
    elif not others:
        is_set = all(folder.labels for folder in named)
    else:
        is_set = _is_single_part(named, others)
    return {path: (part, "") for path, part in plain.items()} if is_set else {}


def _is_single_part(named: list[Folder], others: list[Folder]) -> bool:
    """Whether the folders of one part's name are that part, though folders of other names lie beside them."""
    labels = frozenset().union(*(folder.labels for folder in named))
    if len(labels) < 2:
        return False
    alike = [other for other in others if len(other.labels & labels) > 1]
    is_flat = any(map(_has_folders, named)) and not any(map(_has_folders, others))
    return is_flat or (bool(alike) and len(others) == 1)


def _has_folders(folder: Folder) -> bool:
    """Whether classes could lie in it as folders, not only in the names of its files: those may mean anything."""
    return bool(folder.labels and folder.filled())


def _are_more(named: list[Folder], others: list[Folder]) -> bool:
    """Whether there are labels in the names of files of parts, and more pictures than in the folders beside them."""
    sizes = [sum(folder.num_pictures for folder in group) for group in (named, others)]
    return sizes[0] > sizes[1] and any(folder.labels for folder in named)


def nested_sets(folders: list[Folder]) -> list[Folder]:
    """Find folders that hold folders of the same names as those beside them: another state of the set, and no class."""
    names = {folder.name.casefold() for folder in folders}
    return [folder for folder in folders if len({label.casefold() for label in folder.labels} & names) > 1]


def _parts_with_rest(folders: list[Folder]) -> Found:
    """Find `mushrooms_train` and `mushrooms_test`, or `train_cat`, `test_cat`, `train_dog` and `test_dog`."""
    by_rest: dict[str, dict[str, Part]] = defaultdict(dict)
    for folder in folders:
        part, rest = folder.part
        if part:
            by_rest[rest.casefold()][folder.path] = part
    whole = {rest: found for rest, found in by_rest.items() if len(set(found.values())) > 1}
    if len(whole) == 1:
        (found,) = whole.values()
        if any(folder.labels for folder in folders if folder.path in found):
            return {path: (part, "") for path, part in found.items()}
    is_all = sum(map(len, whole.values())) == len(folders)
    rests = {folder.path: folder.part[1] for folder in folders}
    return {path: (part, rests[path]) for found in whole.values() for path, part in found.items()} if is_all else {}


def parts_in_class(folder: Folder) -> dict[str, Part]:
    """Find the parts below a class (`cat/train`, `cat/test`); empty: its folders are only folders."""
    found = {inner.path: part for inner in folder.filled() if (part := part_named(inner))}
    is_split = len(set(found.values())) > 1 and len(found) == len(folder.filled())
    return found if is_split else {}


def same_folders(folders: list[Folder]) -> frozenset[str]:
    """Names of the folders that lie in each of these alike, two or more: then these may be parts; else empty."""
    inner = [frozenset(one.name for one in folder.filled()) for folder in folders if not parts_in_class(folder)]
    if len(inner) < len(folders) or len(inner) < 2:
        return frozenset()
    shared = frozenset.intersection(*inner)
    return shared if len(shared) > 1 else frozenset()
