"""The same net for other images and classes."""

from collections.abc import Sequence

from cnnviz.architecture.analysis import analyze
from cnnviz.architecture.spec import ActivationLayer, Architecture, Dense, Layer
from cnnviz.errors import InvalidArchitecture


def adapt(architecture: Architecture, input_shape: Sequence[int], num_classes: int) -> Architecture:
    """Give the net another input and as many outputs as there are classes.

    Parameters
    ----------
    input_shape
        (height, width, channels) of the new images.
    num_classes
        At least 2. One sigmoid output stays one for 2 classes and becomes a softmax for more; any
        other last dense layer gets `num_classes` units.

    Raises
    ------
    InvalidArchitecture
        The new images are too small (or too large) for the net, or it does not end in a dense
        layer (an activation layer may follow that).
    """
    if num_classes < 2:
        raise InvalidArchitecture(
            f"A net tells at least 2 classes apart. Choose data with 2 or more. Received: num_classes={num_classes}."
        )
    body, head = _split_head(architecture)
    layers = (*body, *_adapt_head(head, num_classes))
    # through plain values, because pydantic checks no ranges on copies
    adapted = Architecture.from_fields(
        {
            "name": architecture.name,
            "input_shape": tuple(input_shape),
            "layers": [layer.model_dump() for layer in layers],
        }
    )
    analyze(adapted)
    return adapted


def _split_head(architecture: Architecture) -> tuple[tuple[Layer, ...], tuple[Layer, ...]]:
    layers = architecture.layers
    start = len(layers) - (2 if isinstance(layers[-1], ActivationLayer) else 1)
    if start < 0 or not isinstance(layers[start], Dense):
        raise InvalidArchitecture(
            f"The net cannot be fitted to other classes: expected a dense layer at its end. "
            f"Add a dense layer with one unit for each class. Received: {layers[-1].kind} as the last layer."
        )
    return layers[:start], layers[start:]


def _adapt_head(head: tuple[Layer, ...], num_classes: int) -> tuple[Layer, ...]:
    dense, *after = head
    function = after[0].function if after else dense.activation
    if dense.units == 1 and function == "sigmoid":
        return head if num_classes == 2 else _as_softmax(head, num_classes)
    return (dense.model_copy(update={"units": num_classes}), *after)


def _as_softmax(head: tuple[Layer, ...], num_classes: int) -> tuple[Layer, ...]:
    dense, *after = head
    if after:
        softmax = after[0].model_copy(update={"function": "softmax"})
        return (dense.model_copy(update={"units": num_classes}), softmax)
    return (dense.model_copy(update={"units": num_classes, "activation": "softmax"}),)
