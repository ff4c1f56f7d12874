"""The settings of a training as rows of a table, and those in which several differ."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnnviz.text.units import NOTHING
from cnnviz.training.config import TrainingConfig

YES_NO = {True: "yes", False: "no"}


def settings_rows(config: TrainingConfig, images_name: str) -> list[tuple[str, str]]:
    """Name and value of each setting that is set, in words; the images are called what `images_name` says."""
    return [(name, text) for name, text in _all_settings(config, images_name).items() if text not in (NOTHING, "no")]


def differences(configs: Sequence[TrainingConfig], images_names: Sequence[str]) -> list[tuple[str, ...]]:
    """Rows of the settings in which trainings differ: the name, then the value of each."""
    tables = [_all_settings(config, name) for config, name in zip(configs, images_names, strict=True)]
    names = dict.fromkeys(name for table in tables for name in table)
    rows = [(name, *(table.get(name, NOTHING) for table in tables)) for name in names]
    return [row for row in rows if len(set(row[1:])) > 1]


def _all_settings(config: TrainingConfig, images_name: str) -> dict[str, str]:
    fields = config.model_dump(exclude={"dataset", "images", *(() if config.optimizer == "sgd" else ("momentum",))})
    read = config.images.model_dump(exclude_defaults=True)  # of images that have no size of their own
    return dict(_flat({"images": images_name, "images read with": read, **fields}))


def _flat(fields: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    for name, value in fields.items():
        words = f"{within}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{words}: ")
        else:
            yield words, _text(value)


def _text(value: Any) -> str:
    if value is None or value == ():
        return NOTHING
    if isinstance(value, bool):
        return YES_NO[value]
    if isinstance(value, float):
        return f"{value:.6g}"
    return ", ".join(map(_text, value)) if isinstance(value, list | tuple) else str(value)
