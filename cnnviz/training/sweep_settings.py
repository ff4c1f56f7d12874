"""The settings that a sweep can vary: of the training, and of the net as its sliders do. Pure.

A setting is read from text, because people type the values of a sweep in one line, and is put into a net and the
settings of its training.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from cnnviz.architecture.editing.slider_moves import move_slider, still_sliders
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidConfig, UnknownName
from cnnviz.text.numbers import parse_number
from cnnviz.text.units import plain_text
from cnnviz.training.config import USUAL_AUGMENTATION, TrainingConfig, make_config
from cnnviz.training.config_words import field_title, refused_reason

ON, OFF = "on", "off"
_WORDS = {ON: True, "yes": True, "true": True, OFF: False, "no": False, "false": False, "none": False}


@dataclass(frozen=True)
class SweepSetting:
    """One thing that a sweep can vary.

    Attributes
    ----------
    title : str
        As people call it, "Learning rate".
    read : callable
        Makes a value of what was typed; None for what is none.
    usual : str
        Values to begin with, as they are typed.
    is_net : bool
        Whether it changes the net (a field of `QuickNet`) and not its training.
    is_scaled : bool
        Whether its values are far apart, so that they stand on a logarithmic axis.
    """

    title: str
    read: Callable[[str], Any]
    usual: str
    is_net: bool = False
    is_scaled: bool = False


def _whole(text: str) -> int | None:
    value = parse_number(text)
    return int(value) if value is not None and value == int(value) else None


def _word(text: str) -> str:
    return text.strip().lower()


def _switch(text: str) -> bool | None:
    return _WORDS.get(_word(text))


SETTINGS: dict[str, SweepSetting] = {
    "learning_rate": SweepSetting("Learning rate", parse_number, "0.01, 0.003, 0.001, 0.0003", is_scaled=True),
    "batch_size": SweepSetting("Batch size", _whole, "16, 32, 64, 128", is_scaled=True),
    "optimizer": SweepSetting("Optimizer", _word, "adam, rmsprop, adamw, sgd"),
    "epochs": SweepSetting("Epochs", _whole, "1, 2, 4, 8", is_scaled=True),
    "schedule": SweepSetting("Schedule of the learning rate", _word, "constant, cosine, one_cycle, step"),
    "augment": SweepSetting("Augmentation", _switch, "off, on"),
    "limit": SweepSetting("Training images", _whole, "50, 100, 200, 400, 800", is_scaled=True),
    "filters": SweepSetting("Filters of the first convolution", _whole, "4, 8, 16, 32", is_net=True, is_scaled=True),
    "kernel": SweepSetting("Side of the kernels", _whole, "3, 5, 7", is_net=True),
    "blocks": SweepSetting("Convolutions", _whole, "1, 2, 3", is_net=True),
    "dropout": SweepSetting("Dropout", parse_number, "0, 0.2, 0.4", is_net=True),
    "batch_norm": SweepSetting("Batch normalisation", _switch, "off, on", is_net=True),
    "dense_units": SweepSetting("Units of the hidden dense layer", _whole, "0, 32, 128", is_net=True),
    "seed": SweepSetting("Seed", _whole, "0, 1, 2, 3, 4"),
}
"""By the name of the field that is varied."""


def get_setting(name: str) -> SweepSetting:
    """Return the setting of that name; raises UnknownName with the names there are."""
    if name not in SETTINGS:
        raise UnknownName.among("setting for a sweep", name, list(SETTINGS))
    return SETTINGS[name]


def read_values(name: str, text: str) -> tuple[Any, ...]:
    """Read the values of a setting as they are typed, each once.

    Parameters
    ----------
    name : str
        One of `SETTINGS`.
    text : str
        As in "0.1, 0.01"; with semicolons or spaces between them a comma may be a decimal one: "0,1; 0,01".

    Raises
    ------
    InvalidConfig
        There is no value, or one cannot be read.
    """
    setting = get_setting(name)
    words = [word for word in (part.strip() for part in re.split(_separator(text.strip()), text)) if word]
    if not words:
        raise InvalidConfig(f"{setting.title}: no values. Give one or more, as in {setting.usual}. Received: nothing.")
    values = []
    for word in words:
        value = setting.read(word)
        if value is None:
            raise InvalidConfig(f"{setting.title}: expected values as in {setting.usual}. Received: {word[:40]}")
        values.append(value)
    return tuple(dict.fromkeys(values))


def _separator(text: str) -> str:
    """What stands between values: semicolons where there are any, else commas unless these are decimal ones."""
    if ";" in text:
        return ";"
    return "," if re.search(r",\s|\s,", text) or not re.search(r"\s", text) else r"\s+"


def with_value(
    architecture: Architecture, config: TrainingConfig, name: str, value: Any
) -> tuple[Architecture, TrainingConfig]:
    """Put one value of a setting into a net or into the settings of its training.

    Raises
    ------
    InvalidConfig
        The value is out of its range, or the net has nothing that the setting could change.
    InvalidArchitecture
        The net would be none any more.
    """
    setting = get_setting(name)
    if not setting.is_net:
        field = {"augment": USUAL_AUGMENTATION if value else None} if name == "augment" else {name: value}
        return architecture, make_config({**config.model_dump(), **field})
    why = still_sliders(architecture).get(name)
    if why:
        raise InvalidConfig(f"{setting.title}: {why} Choose another setting. Received: {architecture.name}.")
    try:
        return move_slider(architecture, name, value), config
    except ValueError as error:
        reason = refused_reason(error) if isinstance(error, ValidationError) else str(error)
        raise InvalidConfig(f"{setting.title}: {reason}. Received: {value}") from None


def usual_amounts(num_train: int, *, num: int = 5) -> tuple[int, ...]:
    """Give numbers of images that double up to all that there are, the least first: 100, 200, 400 of 400."""
    amounts = [num_train]
    while len(amounts) < num and amounts[0] // 2 >= 10:
        amounts.insert(0, amounts[0] // 2)
    return tuple(amounts)


def value_text(name: str, value: Any) -> str:
    """Write a value of a setting as people read it: on, 0.001, 1,200."""
    if isinstance(value, bool):
        return ON if value else OFF
    if isinstance(value, float):
        return plain_text(value)
    if isinstance(value, int):
        return f"{value:,}" if name != "seed" else str(value)
    return str(value)


def title_of(name: str) -> str:
    """Give the title of what a point of a sweep was given a value of: a setting, or a net."""
    return SETTINGS[name].title if name in SETTINGS else field_title(name)


def values_text(values: Sequence[tuple[str, Any]]) -> str:
    """Write some settings with their values, for a name: "learning rate 0.01, batch size 32"."""
    return ", ".join(f"{title_of(name).lower()} {value_text(name, value)}" for name, value in values)
