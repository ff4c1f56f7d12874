"""Layers of Keras that bring pictures to a size: the middle is cut out, or all is brought to it before the net."""

from typing import Any

from cnnviz.architecture.spec.arithmetic import Cropping
from cnnviz.models.foreign.limits import NotShown
from cnnviz.models.foreign.steps import Value
from cnnviz.models.foreign.windows import spec
from cnnviz.models.import_keras.calls import Call, Calls, Ref
from cnnviz.models.import_keras.reading import Reading

Shape = tuple[int | None, ...]
_WAYS = (
    *("interpolation", "crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias"),
    *("fill_mode", "fill_value", "data_format"),
)
_BEFORE = ("Rescaling", "Normalization")  # a mean of pixels, scaled, is the mean of scaled pixels


def input_shape(calls: Calls, training_only: frozenset[str]) -> Shape | None:
    """Return the form of the input (height, width, channels): that which a Resizing at the front brings pictures to.

    Parameters
    ----------
    calls : Calls
    training_only : frozenset of str
        Classes that may stand before it, because they pass on what they get.
    """
    given, resized = calls.input_shape, _at_the_front(calls, training_only)
    sides = [resized.fields.get(name) for name in ("height", "width")] if resized else []
    if given is None or len(given) != 3 or not sides or not all(_is_side(side) for side in sides):
        return given
    return (*sides, given[2])


def resizing(read: Reading) -> Value:
    """Resizing, where the picture has that size already."""
    wanted = read.settings.integer("height"), read.settings.integer("width")
    for way in _WAYS:
        read.settings.get(way)
    if read.value.maps[:2] != wanted or read.value.is_first:
        raise NotShown("It brings maps to another size, which is shown only as the first layer of a net.")
    note = f"Pictures are brought to {wanted[1]} × {wanted[0]} pixels before the net, not in it."
    return read.net.passes(*read.names, read.value, note)


def center_crop(read: Reading) -> Value:
    """CenterCrop of what is at least as large."""
    height, width, _ = read.maps()
    down, across = height - read.settings.integer("height"), width - read.settings.integer("width")
    if down < 0 or across < 0:
        raise NotShown("It makes maps larger.")
    if not down and not across:
        return read.net.passes(*read.names, read.value)
    sides = {"top": down // 2, "bottom": down - down // 2, "left": across // 2, "right": across - across // 2}
    return read.net.add(*read.names, [read.value], spec(Cropping, **sides))


def _at_the_front(calls: Calls, training_only: frozenset[str]) -> Call | None:
    """The Resizing that pictures go through before any other layer."""
    value: Ref = calls.inputs[0]
    for call in calls.calls:
        if not any(isinstance(each, Ref) and each == value for each in call.arguments):
            continue
        if call.operation == "Resizing":
            return call
        if call.operation not in (*training_only, *_BEFORE):
            return None
        value = Ref(call.name)
    return None


def _is_side(side: Any) -> bool:
    return isinstance(side, int) and not isinstance(side, bool) and side > 0
