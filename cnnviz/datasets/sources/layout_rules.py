"""Whether folders beside each other are the parts of a data set or its classes. Pure."""

from collections import defaultdict

from cnnviz.datasets.sources.folder_tree import Folder, part_named
from cnnviz.datasets.sources.layout import FOR
from cnnviz.datasets.sources.part_names import Part, part_of
from cnnviz.text.markup import as_name, as_names

COMPARABLE = 10  # a folder with a tenth of another's pictures may be a class as that is
LARGER = 1.5  # times as many pictures as a part to test on has a part to learn from

Found = dict[str, tuple[Part, str]]  # path -> part, and the class that its name tells as well, or ""


def parts_among(folders: list[Folder], *, is_inside: bool = False) -> Found:
    """Find the parts among folders beside each other; empty: they are classes. `is_inside`: they lie in a part.

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
    plain |= {} if is_inside else _inferred_part(folders, plain)
    named = [folder for folder in folders if folder.path in plain]
    others = [folder for folder in folders if folder.path not in plain]
    if len(set(plain.values())) > 1:
        is_set = not others or any(map(has_folders, named)) or _are_more(named, others)
    elif not others:
        is_set = all(folder.labels for folder in named)
    else:
        is_set = _is_single_part(named, others)
    return {path: (part, "") for path, part in plain.items()} if is_set else {}


def _inferred_part(folders: list[Folder], plain: dict[str, Part]) -> dict[str, Part]:
    """Find what is called in no known way beside parts, with the same classes in it as in these.

    Beside parts for validation and for testing it is to learn from. Beside one part only where the one to learn from is
    then the larger one, clearly: else both may be classes, and a person is asked.
    """
    others = [folder for folder in folders if folder.path not in plain]
    if len(others) != 1 or len(others[0].labels) < 2:
        return {}
    (other,) = others
    known = [folder for folder in folders if folder is not other]
    parts = set(plain.values())
    if parts == {"validation", "test"}:
        return {other.path: "train"} if all(folder.labels == other.labels for folder in known) else {}
    if len(known) != 1 or len(known[0].labels) < 2:
        return {}
    learned, tested = (known[0], other) if parts == {"train"} else (other, known[0])
    is_set = tested.labels <= learned.labels and learned.num_pictures >= LARGER * tested.num_pictures
    return {other.path: "test" if parts == {"train"} else "train"} if is_set else {}


def question_on_inferred(folder: Folder, part: Part | None, beside: list[Folder]) -> list[str]:
    """Say that a folder was taken for a part by what lies beside it, if its own name does not tell."""
    named = [other for other in beside if part_named(other)]
    if part is None or folder.part[0] or not named:
        return []
    return [
        f"{as_name(folder.path)} holds the same classes as {as_names(other.name for other in named)}, and is taken for "
        f"the part {FOR[part]}. If that is wrong, say what it is."
    ]


def question_on_others(others: list[Folder]) -> list[str]:
    """Say that these folders lie beside parts and are none."""
    if not others:
        return []
    lies, is_out, it = ("lies", "is", "it is") if len(others) == 1 else ("lie", "are", "each of them is")
    names = as_names(one.name for one in others)
    return [f"Beside the parts {lies} {names}, which {is_out} left out. If that is wrong, say what {it}."]


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
