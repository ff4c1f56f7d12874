"""The learned kernels."""

import keras
import numpy as np

from cnnviz.errors import InvalidModel


def first_kernels(model: keras.Model) -> np.ndarray:
    """Give the kernels of the first convolution, (height, width, inputs, filters), float32, signed.

    Raises InvalidModel if the net has no convolution.
    """
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            return keras.ops.convert_to_numpy(layer.kernel).astype(np.float32)
    raise InvalidModel(
        "This net has no kernels to show: it has no convolution. Choose a net with a conv layer. "
        f"Received: layers={[layer.name for layer in model.layers]}."
    )
