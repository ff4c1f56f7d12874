"""The known networks of keras.applications as one layer that takes pixels of 0 to 1."""

import keras

from cnnviz.architecture.kinds import Backbone
from cnnviz.errors import DatasetUnavailable

_BYTE = 255.0
_IMAGENET_MEAN_RGB = (123.68, 116.779, 103.939)


def backbone(spec: Backbone, name: str, input_shape: tuple[int, ...]) -> keras.Model:
    """Make the network without its head, as a model (N, H, W, 3) in 0 to 1 -> (N, H / 32, W / 32, channels).

    The scaling that the network was trained with is its first step, so that weights of ImageNet
    see what they know. Unless `spec.trainable`, its weights and its running means stay as they are.

    Raises
    ------
    DatasetUnavailable
        If the weights have to be fetched and cannot be.
    """
    make = getattr(keras.applications, spec.network)
    weights = "imagenet" if spec.weights == "imagenet" else None
    try:
        network = make(include_top=False, weights=weights, input_shape=input_shape)
    except Exception as error:  # get_file raises a bare Exception; urllib, OSError and ValueError happen as well
        if weights is None:
            raise
        raise DatasetUnavailable(
            f"The weights of {spec.network} could not be fetched, and none are stored here. Connect to the internet "
            f"once, or choose weights 'random'. Received: {str(error).strip()[:160]}"
        ) from error
    network.trainable = spec.trainable
    inputs = keras.Input(input_shape)
    model = keras.Model(inputs, network(_as_trained(spec.network, inputs)), name=name)
    model.trainable = spec.trainable
    return model


def _as_trained(network: str, pixels: keras.KerasTensor) -> keras.KerasTensor:
    """Scale pixels of 0 to 1 as the network was trained: -1 to 1, or blue first with the mean of ImageNet at zero."""
    if network == "MobileNetV2":
        return keras.layers.Rescaling(2.0, offset=-1.0)(pixels)
    centred = keras.layers.Rescaling(_BYTE, offset=[-mean for mean in _IMAGENET_MEAN_RGB])(pixels)
    return keras.ops.flip(centred, axis=-1)
