"""Adapt a net to another input shape and another number of classes."""

from collections.abc import Sequence

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    Conv,
    Dense,
    GlobalAvgPool,
    GlobalMaxPool,
    Layer,
)
from cnnviz.architecture.spec.naming import RESERVED_NAMES, list_names
from cnnviz.errors import InvalidArchitecture

_AFTER_CLASSES = ("activation", "dropout", "global_avg_pool", "global_max_pool")


def adapt(architecture: Architecture, input_shape: Sequence[int], num_classes: int) -> Architecture:
    """Return the net with another input shape and an output for each class.

    Parameters
    ----------
    input_shape
        (height, width, channels) of the new images.
    num_classes
        At least 2. One sigmoid output stays one for 2 classes and becomes a softmax for more; any
        other last layer gets `num_classes` units or maps.

    Raises
    ------
    InvalidArchitecture
        The new images are too small (or too large) for the net, or it does not end in a dense layer
        or a convolution with global pooling (activation and dropout may follow either).
    """
    if num_classes < 2:
        raise InvalidArchitecture(
            f"A net tells at least 2 classes apart. Choose data with 2 or more. Received: num_classes={num_classes}."
        )
    body, classes, after = _split_head(architecture)
    layers = (*body, *_adapt_head(classes, after, num_classes))
    # through plain values, because pydantic checks no ranges on copies
    adapted = Architecture.from_fields(
        {
            "name": architecture.name,
            "input_shape": tuple(input_shape),
            "layers": [layer.model_dump() for layer in layers],
            "scaling": architecture.scaling.fitted(input_shape[-1]),
        }
    )
    analyze(adapted)
    return adapted


def with_probabilities(architecture: Architecture) -> Architecture:
    """Return a net that may end in plain numbers so that it ends in probabilities, as a training needs it.

    A sigmoid or softmax at its end stays; else it gets a softmax, or a sigmoid where it has a single output. The order
    of the classes stays what it was.

    Raises
    ------
    InvalidArchitecture
        As `adapt`.
    """
    body, classes, after = _split_head(architecture)
    if _last_function(classes, after) in _PROBABILITIES:
        return architecture
    num_outputs = classes.units if isinstance(classes, Dense) else classes.filters
    function = "sigmoid" if num_outputs == 1 else "softmax"
    if not after and classes.activation == "linear":
        layers = (*body, classes.model_copy(update={"activation": function}))
    else:
        layers = (*architecture.layers, ActivationLayer(function=function))
    return architecture.model_copy(update={"layers": layers})


def head_name(architecture: Architecture) -> str:
    """Return the name of the layer that has a unit (or a map) for each class; raises InvalidArchitecture as `adapt`."""
    body, _, _ = _split_head(architecture)
    return list_names(architecture.layers, RESERVED_NAMES)[len(body)]


_Layers = tuple[Layer, ...]
_PROBABILITIES = ("softmax", "sigmoid")


def _split_head(architecture: Architecture) -> tuple[_Layers, Conv | Dense, _Layers]:
    """Return the layer that has a unit (or, with global pooling after it, a map) for each class, between the others."""
    layers = architecture.layers
    start = len(layers) - 1
    while start >= 0 and layers[start].kind in _AFTER_CLASSES:
        start -= 1
    classes, after = layers[start] if start >= 0 else None, layers[start + 1 :]
    is_pooled = any(isinstance(layer, GlobalAvgPool | GlobalMaxPool) for layer in after)
    if not isinstance(classes, Conv | Dense) or isinstance(classes, Conv) != is_pooled:
        raise InvalidArchitecture(
            f"The net cannot be fitted to other classes: expected a dense layer at its end, or a convolution with "
            f"global pooling. Add a dense layer with one unit for each class. "
            f"Received: {layers[-1].kind} as the last layer.",
            layer=(len(layers) - 1,),
        )
    return layers[:start], classes, after


def _adapt_head(classes: Conv | Dense, after: _Layers, num_classes: int) -> _Layers:
    function = _last_function(classes, after)
    size = "units" if isinstance(classes, Dense) else "filters"
    if getattr(classes, size) == 1 and function == "sigmoid":
        if num_classes == 2:
            return (classes, *after)
        classes, after = _as_softmax(classes, after)
    return (classes.model_copy(update={size: num_classes}), *after)


def _last_function(classes: Conv | Dense, after: _Layers) -> str:
    functions = [layer.function for layer in after if isinstance(layer, ActivationLayer)]
    return functions[-1] if functions else classes.activation


def _as_softmax(classes: Conv | Dense, after: _Layers) -> tuple[Conv | Dense, _Layers]:
    for index in reversed(range(len(after))):
        if isinstance(after[index], ActivationLayer):
            softmax = after[index].model_copy(update={"function": "softmax", "slope": None})
            return classes, (*after[:index], softmax, *after[index + 1 :])
    return classes.model_copy(update={"activation": "softmax"}), after
