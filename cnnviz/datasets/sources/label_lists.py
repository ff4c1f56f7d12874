"""Lists of labels beside pictures (labels.csv, annotations of VOC, COCO and YOLO), which are not read. Pure."""

import re
from collections.abc import Iterable, Sequence

from cnnviz.text.markup import as_name

LISTS = (
    *(".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xml", ".yaml", ".yml", ".names", ".mat", ".npy"),
    *(".xls", ".xlsx", ".ods", ".parquet", ".pkl"),
)
_PROSE = re.compile(r"read.?me|lies.?mich|licen[sc]e|lizenz|copying|notes?|about|changes|requirements", re.IGNORECASE)
_HINT = re.compile(
    r"label|annot|class|categor|target|truth|meta|bbox|caption|instances"
    r"|etik|klasse|beschrift|[eé]tiquet|clase|etichett|r[oó]tulo",
    re.IGNORECASE,
)


def label_lists(others: Iterable[str], pictures: Iterable[str], *, is_labelled: bool) -> list[str]:
    """Find the files that may say what is on the pictures.

    Parameters
    ----------
    others, pictures : iterable of str
        Paths of the files that are no pictures, and of those that are.
    is_labelled : bool
        Whether there are classes without them: then only those count whose name is that of a picture, or says it.
    """
    named = {_stem(path) for path in pictures}
    lists = [path for path in others if path.lower().endswith(LISTS) and not _PROSE.match(_stem(path))]
    return [path for path in lists if not is_labelled or _HINT.search(_stem(path)) or _stem(path) in named]


def note_on_lists(lists: Sequence[str], *, is_labelled: bool) -> str:
    """Say that these files are not read, and what to do where that leaves no classes."""
    which = as_name(lists[0]) + (f" and {len(lists) - 1:,} more" if len(lists) > 1 else "")
    if is_labelled:
        return f"Lists of labels are not read ({which}): the labels are those of the folders and file names."
    return (
        f"Lists of labels are not read ({which}): sort the pictures into a folder for each class, or begin the names "
        "of their files with the class, as in cat_1.jpg and dog_1.jpg."
    )


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]
