"""The file of a net for browsers, written anew for the same weights with another input or other names. Pure."""

from collections.abc import Sequence

import numpy as np

from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidModel
from cnnviz.models.manifest import net_manifest
from cnnviz.models.net_file import pack_net, read_weights


def refit(net: bytes, architecture: Architecture, classes: Sequence[str]) -> bytes:
    """Write a net with the weights that it has.

    Parameters
    ----------
    net : bytes
        As it is.
    architecture : Architecture
        The same layers; its scaling and the size of its pictures may be others.
    classes : sequence of str
        Name of each class.

    Raises
    ------
    InvalidModel
        Its weights do not fit pictures of that size.
    """
    weights, variables = read_weights(net), list[np.ndarray]()
    manifest = net_manifest(architecture, classes)
    for layer in manifest["layers"]:
        for name, weight in layer["weights"].items():
            values = weights.get(layer["name"], {}).get(name)
            if values is None or list(values.shape) != list(weight["shape"]):
                height, width, _ = architecture.input_shape
                title = layer_titles(architecture)[layer["name"]]
                raise InvalidModel(
                    f"This net cannot take pictures of {height} × {width} pixels: the weights of {title} are "
                    "made for another size. Choose the size that it was trained with. Received: {height} × {width}."
                )
            variables.append(values)
    return pack_net(manifest, variables)
