"""Whether folders beside each other are the parts of a data set or its classes. Pure."""

from collections import defaultdict

from cnnviz.datasets.sources.folder_tree import Folder, part_named
from cnnviz.datasets.sources.part_names import Part, part_of

COMPARABLE = 10  # a folder with a tenth of another's pictures may be a class as that is

Found = dict[str, tuple[Part, str]]  # path -> part, and the class that its name tells as well, or ""


def parts_among(folders: list[Folder]) -> Found:
    """Find the parts among folders beside each other; empty: they are classes.

    A folder is not a part by its name alone: `train` beside `bus` and `car`, with pictures in it as in those, is a
    class, and so is one with the same folders in it as those. Parts have classes in them, and other parts beside them.
    """
    plain = {folder.path: part for folder in folders if (part := part_named(folder))}
    if len(set(plain.values())) < 2 and (short := _short_parts(folders)):
        return short
    if not plain:
        return _parts_with_rest(folders)
    known = set(plain.values())
    for folder in folders:  # "test" beside "train_cats_and_dogs"
        part, rest = folder.part
        if rest and part and part not in known and folder.labels:
            plain[folder.path] = part
    plain |= _training_part_of(folders, plain)
    named = [folder for folder in folders if folder.path in plain]
    others = [folder for folder in folders if folder.path not in plain]
    if len(set(plain.values())) > 1:
        is_set = not others or any(map(has_folders, named)) or _are_more(named, others)
    elif not others:
        is_set = all(folder.labels for folder in named)
    else:
        is_set = _is_single_part(named, others)
    return {path: (part, "") for path, part in plain.items()} if is_set else {}


def _training_part_of(folders: list[Folder], plain: dict[str, Part]) -> dict[str, Part]:
    """Find what is called in no known way beside parts for validation and for testing, with their classes in it."""
    others = [folder for folder in folders if folder.path not in plain]
    if set(plain.values()) != {"validation", "test"} or len(others) != 1 or len(others[0].labels) < 2:
        return {}
    is_alike = all(folder.labels == others[0].labels for folder in folders)
    return {others[0].path: "train"} if is_alike else {}


def _short_parts(folders: list[Folder]) -> Found:
    """Find `tr` and `te`, `pets_tr` and `pets_te`: parts only together, alone and with classes in them."""
    found = {folder.path: part_of(folder.name, is_short=True) for folder in folders}
    parts, rests = {part for part, _ in found.values()}, {rest.casefold() for _, rest in found.values()}
    is_set = {"train", "test"} <= parts and None not in parts and len(rests) == 1
    if not is_set or not any(folder.labels for folder in folders):
        return {}
    return {path: (part, "") for path, (part, _) in found.items() if part}


def _is_single_part(named: list[Folder], others: list[Folder]) -> bool:
    """Whether the folders of one part's name are that part, though only folders of other names lie beside them.

    Not where those look like classes: where they hold the same as it does, or where several hold about as many
    pictures, and no folders. `data` and `samples` look like nothing.
    """
    labels = frozenset().union(*(folder.labels for folder in named))
    if len(labels) < 2:
        return False
    telling = [other for other in others if other.part[1]]
    if any(len(other.labels & labels) > 1 for other in telling):
        return False
    size = sum(folder.num_pictures for folder in named)
    like_classes = [other for other in telling if not other.labels and other.num_pictures * COMPARABLE >= size]
    is_flat = any(map(has_folders, named)) and not any(map(has_folders, others))
    return (is_flat and len(like_classes) < 2) or not telling


def has_folders(folder: Folder) -> bool:
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
    """Find `mushrooms_train` and `mushrooms_test`, or `train_cat`, `test_cat`, `train_dog` and `test_dog`.

    What is called `mushrooms` beside `mushrooms_test` is to learn from.
    """
    by_rest: dict[str, dict[str, Part]] = defaultdict(dict)
    for folder in folders:
        part, rest = folder.part
        if part:
            by_rest[rest.casefold()][folder.path] = part
    for folder in folders:
        part, rest = folder.part
        marked = by_rest.get(rest.casefold(), {}) if not part else {}
        if marked and "train" not in marked.values():
            marked[folder.path] = "train"
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
    """Names of the folders that lie in each of these alike, two or more: then these may be parts; else empty.

    Where one of these is called as a part is, labels in the names of their files count as well.
    """
    is_named = any(map(part_named, folders))
    inner = [
        one.labels if is_named else frozenset(below.name for below in one.filled())
        for one in folders
        if not parts_in_class(one)
    ]
    if len(inner) < len(folders) or len(inner) < 2:
        return frozenset()
    shared = frozenset.intersection(*inner)
    return shared if len(shared) > 1 else frozenset()
