"""Which images of a test set excite each unit of a net most."""

from typing import Any

import keras
import numpy as np

from cnnviz.datasets.registry import load_dataset
from cnnviz.imaging.preprocess import fit_images
from cnnviz.inspection.activations import probe, shown_layers
from cnnviz.inspection.top_images import TopImages, UnitTops, merge_tops, strongest

VALUES_PER_CALL = 8_000_000  # of all layers for the images of one call, 32 MB
MAX_UNITS = 20_000  # of a layer; one with more is left out, as the flat list of the pixels of a large map


def top_images(
    model: keras.Model, tested_on: str, options: dict[str, Any], start: int = 0, stop: int | None = None
) -> TopImages:
    """Look for the images that excite each unit of each layer most, among a part of a test set.

    Parameters
    ----------
    model : keras.Model
        Takes raw pixels.
    tested_on, options
        Name or path of the data set, and as `load_dataset`; its images are brought into the net's shape.
    start, stop : int
        Positions of the first image and of that after the last, by default all.

    Returns
    -------
    TopImages
        Of each layer but those with more than MAX_UNITS units, under its name. What is held in memory at once does not
        grow with the part.
    """
    data, shape = load_dataset(tested_on, **options), tuple(model.input_shape[1:])
    images = data.x_test[start:stop]
    net, names = probe(model), [layer.name for layer in shown_layers(model)]
    sizes = [int(np.prod(output.shape[1:])) for output in net.outputs]
    step = max(1, VALUES_PER_CALL // sum(sizes))
    found: dict[str, UnitTops] = {}
    for first in range(0, len(images), step):
        outputs = net(fit_images(images[first : first + step], shape), training=False)
        for name, output in zip(names, outputs[1:], strict=True):
            if output.shape[-1] > MAX_UNITS:
                continue
            tops = strongest(keras.ops.convert_to_numpy(output), start + first)
            found[name] = merge_tops(found[name], tops) if name in found else tops
    return TopImages(found, len(images), len(data.x_test))
