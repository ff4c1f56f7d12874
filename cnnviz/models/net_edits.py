"""What a hand has changed of a net in the browser -> which of its weights get which values. Pure.

The browser lists its edits in two forms (`assets/components/shared/nn/edits.js`): a unit that is switched off, and one
weight with another value. Both name a layer by its place in the manifest (`net_file`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.architecture.layer_titles import kind_titles
from cnnviz.errors import InvalidInput
from cnnviz.models.net_file import Manifest

MAX_EDITS = 100_000

_MOST = float(np.finfo(np.float32).max)

Change = tuple[int, list[int], float]
"""Place of a variable among those of the model, flat positions in it, the value that they get."""

_ZERO_AT_ZERO = frozenset({
    "linear", "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "tanh", "silu", "hard_silu", "softsign", "mish",
})  # fmt: skip
"""Activations that give 0 for 0: a unit without weights and bias is off."""


def weight_changes(manifest: Manifest, edits: Any) -> list[Change]:
    """Say what the edits of a browser mean for the variables of the Keras model.

    Parameters
    ----------
    manifest : dict
        Of the net that was edited.
    edits : list of dict
        Each {"layer", "off", "isOff"} or {"layer", "weight", "at", "value"}. Junk is refused.

    Returns
    -------
    list of (variable, positions, value)
        To be applied in this order: a unit that is off stays off whatever weight was typed into it.

    Raises
    ------
    InvalidInput
        There are no edits, one of them names nothing of this net, or a unit is off that has no weights to say so.
    """
    if not isinstance(edits, list) or not 0 < len(edits) <= MAX_EDITS:
        raise InvalidInput(
            f"There is nothing to save: expected 1 to {MAX_EDITS:,} changes of the net. Change a weight or switch a "
            f"unit off first. Received: {len(edits) if isinstance(edits, list) else type(edits).__name__}."
        )
    weights = [_weight(manifest, edit) for edit in edits if _kind(edit) == "weight"]
    units = [change for edit in edits if _kind(edit) == "off" for change in _off(manifest, edit)]
    return [*weights, *units]


def edited(variables: Sequence[np.ndarray], changes: Sequence[Change]) -> list[np.ndarray]:
    """Copies of a model's variables with the changes."""
    copies = [np.array(values) for values in variables]
    for variable, positions, value in changes:
        copies[variable].reshape(-1)[positions] = value
    return copies


def _kind(edit: Any) -> str:
    match edit:
        case {"layer": int(), "off": int(), "isOff": True}:
            return "off"
        case {"layer": int(), "weight": str(), "at": int(), "value": int() | float()}:
            return "weight"
    raise _unknown(edit)


def _layer(manifest: Manifest, edit: dict[str, Any]) -> dict[str, Any]:
    layers = manifest["layers"]
    if not 0 <= edit["layer"] < len(layers):
        raise _unknown(edit)
    return layers[edit["layer"]]


def _weight(manifest: Manifest, edit: dict[str, Any]) -> Change:
    weight = _layer(manifest, edit)["weights"].get(edit["weight"])
    if weight is None or not 0 <= edit["at"] < int(np.prod(weight["shape"])) or not abs(edit["value"]) <= _MOST:
        raise _unknown(edit)
    return weight["variable"], [edit["at"]], float(edit["value"])


def _off(manifest: Manifest, edit: dict[str, Any]) -> list[Change]:
    """All weights that make a unit are zero, and so is what it gives."""
    layer, unit = _layer(manifest, edit), edit["off"]
    if not 0 <= unit < layer["shape"][-1]:
        raise _unknown(edit)
    names = [name for name in _OF_UNIT.get(layer["kind"], ()) if name in layer["weights"]]
    if not names or layer["activation"] not in _ZERO_AT_ZERO:
        raise InvalidInput(
            f"A net cannot be saved with unit {unit + 1} of {_title(manifest, edit['layer'])} off: its own weights "
            "cannot make it 0. Switch it on again, and a filter before it off. "
            f"Received: {_words(layer)}."
        )
    return [(layer["weights"][name]["variable"], _positions(layer, name, unit), 0.0) for name in names]


def _title(manifest: Manifest, place: int) -> str:
    """What a layer is called; the picture and its scaling have no number."""
    kinds = {at: layer["kind"] for at, layer in enumerate(manifest["layers"]) if layer["kind"] in LAYER_KINDS}
    return dict(zip(kinds, kind_titles(list(kinds.values())), strict=True)).get(place, "the picture")


def _words(layer: dict[str, Any]) -> str:
    """What a layer is, as a page says it."""
    words = LAYER_KINDS[layer["kind"]].words if layer["kind"] in LAYER_KINDS else layer["kind"]
    return words if layer["activation"] == "linear" else f"{words} with {layer['activation']}"


def _positions(layer: dict[str, Any], name: str, unit: int) -> list[int]:
    """Flat positions of a unit's own part of a weight."""
    shape = layer["weights"][name]["shape"]
    places = np.arange(int(np.prod(shape))).reshape(shape)
    if layer["kind"] == "transposed_conv" and name == "kernel":
        places = places.swapaxes(2, 3)
    if layer["kind"] == "depthwise_conv" and name == "kernel":
        places = places.reshape(*shape[:2], -1)
    return [int(place) for place in places[..., unit].ravel()]


_KERNEL = ("kernel", "bias")
_OF_UNIT: dict[str, tuple[str, ...]] = {
    "conv": _KERNEL,
    "depthwise_conv": _KERNEL,
    "separable_conv": ("pointwise", "bias"),
    "transposed_conv": _KERNEL,
    "dense": _KERNEL,
    "batch_norm": ("gamma", "beta"),
    "layer_norm": ("gamma", "beta"),
}
"""Kind of layer -> the weights of which each unit has a part of its own."""


def _unknown(edit: Any) -> InvalidInput:
    return InvalidInput(
        "This change names nothing of this net: expected a unit or a weight of one of its layers, and a finite number. "
        f"Load the page again. Received: {str(edit)[:120]}."
    )
