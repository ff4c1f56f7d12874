"""What is wrong with a setting, in words: pydantic names a field and says what its library calls it. Pure."""

from pydantic import ValidationError

from cnnviz.text.units import plain_text

TITLES = {
    "augment": "Augmentation",
    "limit": "Training images",
    "loss": "Loss function",
    "schedule": "Schedule of the learning rate",
    "limit_per_class": "Training images of each class",
}
"""Of fields that people call otherwise than their name says."""

_EXPECTED = {
    "greater_than": "expected a number above {gt}",
    "greater_than_equal": "expected {ge} or more",
    "less_than": "expected a number below {lt}",
    "less_than_equal": "expected {le} or less",
    "literal_error": "expected {expected}",
    "finite_number": "expected a number that is not infinite",
    "int_from_float": "expected a whole number",
    "int_parsing": "expected a whole number",
    "int_type": "expected a whole number",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
    "bool_parsing": "expected on or off",
    "bool_type": "expected on or off",
    "string_type": "expected a text",
    "string_too_long": "expected a text of at most {max_length} letters",
    "too_long": "expected at most {max_length}",
    "extra_forbidden": "there is no such setting",
    "value_error": "{error}",
}
"""By pydantic's type of error."""


def field_title(name: str) -> str:
    """Give the title of a field of a training configuration: "Learning rate" of learning_rate."""
    return TITLES.get(name, name.replace("_", " ").capitalize())


def refused_title(error: ValidationError) -> str:
    """Name the first setting that was refused, with what it belongs to: "Augmentation, rotation"."""
    names = [field_title(part) for part in error.errors()[0]["loc"] if isinstance(part, str)]
    return ", ".join([*names[:1], *(name.lower() for name in names[1:])])


def refused_reason(error: ValidationError) -> str:
    """Say what was expected of the first setting that was refused: "expected a number above 0"."""
    first = error.errors()[0]
    words = _EXPECTED.get(first["type"])
    limits = first.get("ctx", {})
    known = {name: plain_text(value) if isinstance(value, float) else value for name, value in limits.items()}
    return words.format(**known).replace("'", "") if words else first["msg"]
