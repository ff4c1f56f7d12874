"""The settings of one layer in a file of Keras, read field by field."""

from collections.abc import Mapping
from math import isfinite
from typing import Any, get_args

from cnnviz.architecture.spec.layers import Activation
from cnnviz.models.foreign.limits import NotShown, brief

_FOR_TRAINING = (
    "name trainable dtype activity_regularizer seed batch_input_shape batch_shape input_shape input_dim build_config "
    "momentum synchronized fused renorm_clipping renorm_momentum virtual_batch_size sparse ragged optional autocast "
    "implementation noise_shape supports_masking lora_alpha gptq_unpacked_column_size"
)
NEUTRAL = frozenset(_FOR_TRAINING.split())
NEUTRAL_ENDS = ("_initializer", "_regularizer", "_constraint")
FUNCTIONS = {**{name: name for name in get_args(Activation)}, "swish": "silu", "hard_swish": "hard_silu"}
"""Name of an activation function in Keras -> ours."""
OLD_HARD_SIGMOID = "hard_sigmoid of Keras 2"


class Settings:
    """Reads a layer's settings, and knows at the end which were never asked for.

    All methods raise NotShown for a value that no layer of Keras has.
    """

    def __init__(self, fields: Mapping[str, Any], *, is_keras_2: bool = False) -> None:
        self._fields = fields
        self._read: set[str] = set()
        self._is_keras_2 = is_keras_2

    def get(self, name: str, default: Any = None) -> Any:
        """Return a field as it stands in the file."""
        self._read.add(name)
        return self._fields.get(name, default)

    def unread(self) -> list[str]:
        """Return the names of the fields that say something and that nobody has asked for."""
        return [
            brief(name)
            for name, value in self._fields.items()
            if name not in self._read
            and name not in NEUTRAL
            and not str(name).endswith(NEUTRAL_ENDS)
            and value is not None
            and value is not False
        ]

    def integer(self, name: str, default: int | None = None) -> int:
        """Return a whole number."""
        value = self.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > 2**31:
            raise self._wrong(name, value)
        return value

    def number(self, name: str, default: float | None = None) -> float:
        """Return a finite number; Keras writes some as lists or arrays of one."""
        (value,) = self.numbers(name, default, 1)
        return value

    def numbers(self, name: str, default: Any = None, most: int = 4096) -> tuple[float, ...]:
        """Return one finite number or several, of a list or an array in any shape."""
        values = as_numbers(self.get(name, default), most)
        if values is None:
            raise self._wrong(name, self._fields.get(name))
        return values

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a truth value."""
        value = self.get(name, default)
        if not isinstance(value, bool):
            raise self._wrong(name, value)
        return value

    def word(self, name: str, default: str, allowed: tuple[str | None, ...]) -> Any:
        """Return a word that is one of `allowed`."""
        value = self.get(name, default)
        if value not in allowed:
            raise self._wrong(name, value)
        return value

    def pair(self, name: str, default: Any = None) -> tuple[int, int]:
        """Return a number for each of the two axes."""
        value = self.get(name, default)
        value = [value, value] if isinstance(value, int) else value
        if not isinstance(value, list | tuple) or len(value) != 2 or not all(_is_count(each) for each in value):
            raise self._wrong(name, value)
        return value[0], value[1]

    def sides(self, name: str) -> tuple[int, int, int, int]:
        """Return (top, bottom, left, right)."""
        value = self.get(name)
        rows = value if isinstance(value, list | tuple) and len(value) == 2 else [value, value]
        sides = [each for row in rows for each in (row if isinstance(row, list | tuple) else [row, row])]
        if len(sides) != 4 or not all(_is_count(each) for each in sides):
            raise self._wrong(name, value)
        return sides[0], sides[1], sides[2], sides[3]

    def activation(self, name: str = "activation") -> Any:
        """Return the name of our activation function."""
        value = self.get(name, "linear")
        value = "linear" if value is None else value
        if isinstance(value, Mapping) and _is_of_keras(value):
            value = value.get("config")
        function = FUNCTIONS.get(value) if isinstance(value, str) else None
        if function is None:
            raise NotShown(f"Its activation function {brief(_named(value))} is not known here.")
        return OLD_HARD_SIGMOID if function == "hard_sigmoid" and self._is_keras_2 else function

    def _wrong(self, name: str, value: Any) -> NotShown:
        return NotShown(f"Its setting {name} is none that a layer of Keras has ({brief(value)}).")


def as_numbers(value: Any, most: int) -> tuple[float, ...] | None:
    """Return the numbers of a value of a config, at most so many; None where it holds anything else."""
    if isinstance(value, Mapping):  # as Keras writes arrays
        inner = value.get("config")
        value = inner.get("value") if isinstance(inner, Mapping) else None
    while isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    values = list(value) if isinstance(value, list | tuple) else [value]
    if not 1 <= len(values) <= most or not all(_is_number(each) for each in values):
        return None
    return tuple(map(float, values))


def _is_of_keras(function: Mapping[str, Any]) -> bool:
    """Whether an entry means a function that Keras brings along: those of others may bear the same names."""
    is_function = function.get("class_name") == "function" and function.get("module") in (None, "builtins")
    return is_function and function.get("registered_name") in (None, "function", function.get("config"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e30 and isfinite(value)


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000


def _named(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("registered_name") or value.get("config") or value.get("class_name")
    return value if isinstance(value, str) else type(value).__name__
