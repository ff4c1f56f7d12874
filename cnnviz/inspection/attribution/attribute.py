"""One method on one image."""

from collections.abc import Mapping, Sequence
from pkgutil import resolve_name
from typing import Any

import keras
import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.inspection.attribution.methods import find_method, method_settings
from cnnviz.inspection.attribution.results import Attribution
from cnnviz.inspection.attribution.scored_net import ScoredNet, as_pixels, require_class
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
    require_images(model, image[None])
    chosen = method_settings(method, settings or {})
    return attributed(model, as_pixels(image), method, class_index, _about(model, method, layer), chosen)


def attributed(
    model: keras.Model,
    pixels: np.ndarray,
    method: str,
    class_index: int | None,
    layer: str,
    settings: Mapping[str, Any],
    weights: Sequence[np.ndarray] | None = None,
) -> Attribution:
    """Apply a method whose settings are checked; `pixels` (1, H, W, C), 0 to 1; `weights` as for `ScoredNet`."""
    net = ScoredNet(model, layer, weights)
    probabilities = net.probabilities(pixels)[0]
    chosen = int(probabilities.argmax()) if class_index is None else class_index
    require_class(net, chosen)
    values, facts = resolve_name(find_method(method).function)(net, pixels, chosen, **settings)
    return Attribution(
        method=method,
        class_index=chosen,
        layer=layer,
        values=values.astype(np.float32),
        map=(values.sum(axis=-1) if values.ndim == 3 else values).astype(np.float32),
        score=float(net.scores(pixels)[0, chosen]),
        probability=float(probabilities[chosen]),
        facts=facts,
    )


def _about(model: keras.Model, method: str, layer: str) -> str:
    about = find_method(method).about
    if about == "pixels" and layer:
        raise InvalidInput(
            f"{find_method(method).title} works on the image itself: leave the layer out. Received: {layer}."
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
