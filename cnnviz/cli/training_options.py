"""Settings of a training as they are typed on the command line. Pure."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast, get_args

from cnnviz.datasets.corrections import Correction, Part
from cnnviz.datasets.sources.layout import ROLES, Role, Roles
from cnnviz.errors import InvalidConfig
from cnnviz.text.markup import as_name, from_cell
from cnnviz.text.numbers import parse_number
from cnnviz.text.units import count_text
from cnnviz.training.config import USUAL_AUGMENTATION, Augmentation, make_config

_PLAIN = (
    "dataset",
    "epochs",
    "batch_size",
    "optimizer",
    "momentum",
    "learning_rate",
    "schedule",
    "loss",
    "limit",
    "seed",
    "validation_share",
    "class_weights",
    "early_stopping",
    "target_accuracy",
    "mixed_precision",
)

CORRECTION_COLUMNS = ("part", "image", "label")
MOST_DIGITS = 10


def typed_settings(options: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a training configuration from the options of the command line that were given (are not None).

    Raises
    ------
    InvalidConfig
        A text cannot be read.
    """
    settings = {name: options[name] for name in _PLAIN if options[name] is not None}
    if options["augment"] is not None:
        settings["augment"] = parse_augmentation(options["augment"])
    images = _images(options)
    return {**settings, "images": images} if images else settings


def no_limit_text(limit: int | None, num_train: int) -> str:
    """Say that a limit leaves no training image out, because there are no more; "" where it does, or is none."""
    if limit is None or limit <= num_train:
        return ""
    return f"There are {count_text(num_train, 'training image')}, so --limit {limit} leaves none out."


def parse_augmentation(text: str) -> Augmentation | None:
    """Read an augmentation such as "flip,rotation=15,zoom=0.2".

    Parameters
    ----------
    text : str
        "usual" or "" gives USUAL_AUGMENTATION, "none" gives None.

    Raises
    ------
    InvalidConfig
        A word is no setting, or a value is out of its range.
    """
    words = [word.strip() for word in re.split(r"[,;](?!\s*\d)", text) if word.strip()]  # not at the comma of 0,2
    if words in ([], ["usual"]):
        return USUAL_AUGMENTATION
    if words == ["none"]:
        return None
    parts = (word.partition("=") for word in words)
    pairs: dict[str, Any] = {name.strip(): value if sign else True for name, sign, value in parts}
    numbers = {name: None if value is True else parse_number(value) for name, value in pairs.items() if name != "flip"}
    if None in numbers.values() or not pairs.keys() <= Augmentation.model_fields.keys():
        raise InvalidConfig(
            f"augment: expected names from {', '.join(Augmentation.model_fields)}, each but flip with a number, as in "
            f"flip,rotation=15,zoom=0.2. Received: {text}"
        )
    return make_config({"augment": {**pairs, **numbers}}).augment


def parse_corrections(text: str) -> tuple[Correction, ...]:
    """Read corrections of a data set from CSV with the columns part (train or test), image and label.

    Images are counted from 1 in the set as it is read, as the pages and the table of predictions do. Without a label
    an image is left out. A line that says again what another has said of its image counts once.

    Raises
    ------
    InvalidConfig
        A column is missing, a line is none, or two lines want different things of one image.
    """
    rows = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    if not {*CORRECTION_COLUMNS} <= {*(rows.fieldnames or ())}:
        raise InvalidConfig(
            f"corrections: expected CSV whose first line is {','.join(CORRECTION_COLUMNS)}. "
            f"Received: {as_name(','.join(rows.fieldnames or ())) or 'nothing'}"
        )
    found: dict[tuple[str, int], Correction] = {}
    for row in rows:
        typed = part, image, label = tuple((row[name] or "").strip() for name in CORRECTION_COLUMNS)
        number = int(image) if image.isdecimal() and len(image) < MOST_DIGITS else 0
        if part not in get_args(Part) or number < 1:
            raise InvalidConfig(
                f"corrections: line {rows.line_num} must have the part train or test, the number of an image from 1 "
                f"on, and the name of a class or nothing, as in train,12,cat. Received: {as_name(','.join(typed))}"
            )
        wanted = Correction(cast(Part, part), number - 1, from_cell(label) or None)
        if found.setdefault((part, number), wanted) != wanted:
            raise InvalidConfig(
                f"corrections: line {rows.line_num} wants another label for an image that has one by a line before. "
                f"Expected: one line for each image. Received: {as_name(','.join(typed))}"
            )
    return tuple(found.values())


def _images(options: Mapping[str, Any]) -> dict[str, Any]:
    images = {name: options[name] for name in ("test_share", "limit_per_class") if options[name] is not None}
    if options["folder"]:
        images["roles"] = parse_roles(options["folder"])
    if options["grey"]:
        images["channels"] = 1
    if options["image_size"] is not None:
        images["size"] = _parse_size(options["image_size"])
    return images


def parse_roles(texts: Sequence[str]) -> Roles:
    """Read what folders are, each as in "photos/old=left out"; raises InvalidConfig."""
    pairs = [text.rpartition("=") for text in texts]
    for path, _, role in pairs:
        if not path or role not in ROLES:
            raise InvalidConfig(
                f"folder: expected the path of a folder in the set, = and one of {', '.join(ROLES)}, as in "
                f"'photos/old=left out'. Received: {path}={role}"
            )
    return tuple((path.strip("/"), cast(Role, role)) for path, _, role in pairs)


def _parse_size(text: str) -> tuple[int, int]:
    sides = re.fullmatch(r"\s*(\d{1,6})\s*[xX*×]\s*(\d{1,6})\s*", text)
    if sides is None:
        raise InvalidConfig(f"image-size: expected height x width, as in 48x64. Received: {text}")
    return int(sides[1]), int(sides[2])
