"""One method on one image, at once or in parts."""

from collections.abc import Callable, Mapping, Sequence
from pkgutil import resolve_name
from typing import Any

import keras
import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.inspection.attribution.methods import find_method, method_settings
from cnnviz.inspection.attribution.parts import Begun, Parts
from cnnviz.inspection.attribution.results import Attribution
from cnnviz.inspection.attribution.scored_net import ScoredNet, as_pixels, require_class
from cnnviz.inspection.attribution.shuffled import shuffled_weights
from cnnviz.models.build import require_images


def attribution(
    model: keras.Model,
    image: np.ndarray,
    method: str,
    class_index: int | None = None,
    layer: str = "",
    settings: Mapping[str, Any] | None = None,
) -> Attribution:
    """Attribute the score of a class to the parts of an image.

    Parameters
    ----------
    model : keras.Model
        Takes raw pixels and ends in one score a class, or in one for the second of two classes.
    image : ndarray (H, W, C), uint8
        Of the model's input shape.
    method : str
        A key of `METHODS`.
    class_index : int, optional
        The class, from 0; the most probable by default.
    layer : str
        Whose values it is attributed to. By default the pixels, or for methods about maps the last layer with maps.
    settings : mapping, optional
        Of the method, by name.

    Raises
    ------
    UnknownName
        There is no such method, setting or layer.
    InvalidInput
        A setting is out of its range, or the method makes no sense for the layer, net or image: the message says why.
    """
    parts, complete = _prepared(model, image, method, class_index, layer, settings or {}, None)
    total = parts.part(0)
    for number in range(1, parts.count):
        total = total + parts.part(number)
    return complete(total)


def attribution_part(
    model: keras.Model,
    image: np.ndarray,
    method: str,
    class_index: int | None,
    layer: str,
    settings: Mapping[str, Any],
    begun: Begun | None = None,
    shuffled: tuple[int, int] | None = None,
) -> Begun | Attribution:
    """Compute the next part of `attribution`, whose other parameters it takes and as which it raises.

    Parameters
    ----------
    begun : Begun, optional
        What the parts before have given.
    shuffled : (int, int), optional
        How many layers, from the last on, have their weights shuffled, and the seed: see `shuffled_weights`.

    Returns
    -------
    Begun or Attribution
        The whole after the last part: to the last bit that of `attribution`.
    """
    weights = None if shuffled is None else shuffled_weights(model, *shuffled)
    parts, complete = _prepared(model, image, method, class_index, layer, settings, weights)
    number = 0 if begun is None else begun.num_done
    total = parts.part(number) if begun is None else begun.total + parts.part(number)
    return complete(total) if number + 1 == parts.count else Begun(number + 1, parts.count, total)


def _prepared(
    model: keras.Model,
    image: np.ndarray,
    method: str,
    class_index: int | None,
    layer: str,
    settings: Mapping[str, Any],
    weights: Sequence[np.ndarray] | None,
) -> tuple[Parts, Callable[[np.ndarray], Attribution]]:
    """Check what is asked; give its parts, and what makes the attribution of their sum."""
    require_images(model, image[None])
    checked, pixels = method_settings(method, settings), as_pixels(image)
    net = ScoredNet(model, _about(model, method, layer), weights)
    probabilities = net.probabilities(pixels)[0]
    chosen = int(probabilities.argmax()) if class_index is None else class_index
    require_class(net, chosen)
    parts: Parts = resolve_name(find_method(method).function)(net, pixels, chosen, **checked)

    def complete(total: np.ndarray) -> Attribution:
        values, facts = parts.finish(total)
        return Attribution(
            method=method,
            class_index=chosen,
            layer=net.layer,
            values=values.astype(np.float32),
            map=(values.sum(axis=-1) if values.ndim == 3 else values).astype(np.float32),
            score=float(net.scores(pixels)[0, chosen]),
            probability=float(probabilities[chosen]),
            facts=facts,
        )

    return parts, complete


_PICTURES = (keras.layers.InputLayer, keras.layers.Rescaling)


def _about(model: keras.Model, method: str, layer: str) -> str:
    about = find_method(method).about
    if about == "pixels" and layer:
        raise InvalidInput(
            f"{find_method(method).title} works on the image itself: leave the layer out. Received: {layer}."
        )
    if about == "maps" and any(one.name == layer and isinstance(one, _PICTURES) for one in model.layers):
        raise InvalidInput(
            f"{find_method(method).title} weights the maps that a layer makes: expected one after the image, such as a "
            f"convolution. Received: {layer}."
        )
    return last_layer_with_maps(model) if about == "maps" and not layer else layer


def last_layer_with_maps(model: keras.Model) -> str:
    """Name the last layer whose values have places; raises InvalidInput if none has more than one place."""
    for layer in reversed(model.layers[1:]):
        shape = layer.output.shape
        if len(shape) == 4 and shape[1] * shape[2] > 1 and not isinstance(layer, keras.layers.Rescaling):
            return layer.name
    raise InvalidInput(
        "Grad-CAM weights the maps of a layer, and this net has none after its image: choose another method, or a net "
        f"with a convolution. Received: {', '.join(layer.name for layer in model.layers[1:])}."
    )
