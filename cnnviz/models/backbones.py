"""The known networks of keras.applications as one layer that takes pixels of 0 to 1, and their weights."""

from pathlib import Path
from typing import NamedTuple

import keras

from cnnviz.architecture.spec import Architecture
from cnnviz.architecture.spec.layers import Backbone
from cnnviz.architecture.spec.paths import walk
from cnnviz.datasets.dataset import Progress
from cnnviz.datasets.sources.keras_downloads import downloading
from cnnviz.errors import DatasetUnavailable
from cnnviz.settings import read_places

PRETRAINED = "imagenet"


class _Weights(NamedTuple):
    """A file below `ORIGIN`, how large it is, and its checksum where Keras has one."""

    path: str
    num_bytes: int
    md5: str | None


ORIGIN = "https://storage.googleapis.com/tensorflow/keras-applications"
_KERNELS = "weights_tf_dim_ordering_tf_kernels"
# Names and checksums are those of keras.applications, so that what it has fetched before is found.
WEIGHTS = {
    "MobileNetV2": _Weights(f"mobilenet_v2/mobilenet_v2_{_KERNELS}_1.0_{{side}}_no_top.h5", 9_406_464, None),
    "VGG16": _Weights(f"vgg16/vgg16_{_KERNELS}_notop.h5", 58_889_256, "6d6bbae143d832006294945121d1f1fc"),
    "ResNet50": _Weights(f"resnet/resnet50_{_KERNELS}_notop.h5", 94_765_736, "4d473c1dd8becc155b73f8504c6f6626"),
}
_SIDES = (96, 128, 160, 192)
_USUAL_SIDE = 224
"""MobileNetV2 was trained for square images of these sizes, and the largest serves for all others."""

_BYTE = 255.0
_IMAGENET_MEAN_RGB = (123.68, 116.779, 103.939)


def backbone(spec: Backbone, name: str, input_shape: tuple[int, ...]) -> keras.Model:
    """Make the network without its head, as a model (N, H, W, 3) in 0 to 1 -> (N, H / 32, W / 32, channels).

    The scaling that the network was trained with is its first step, so that weights of ImageNet
    see what they know. Unless `spec.trainable`, its weights and its running means stay as they are.

    Raises
    ------
    DatasetUnavailable
        If the weights have to be fetched and cannot be, or cannot be read.
    """
    make = getattr(keras.applications, spec.network)
    weights = str(weights_file(spec.network, input_shape)) if spec.weights == PRETRAINED else None
    try:
        network = make(include_top=False, weights=weights, input_shape=input_shape)
    except (OSError, ValueError) as error:  # what Keras and its file library raise on a damaged file
        if weights is None:
            raise
        raise DatasetUnavailable(
            f"The weights of {spec.network} cannot be read. Delete {weights}, so that they are fetched again. "
            f"Received: {str(error)[:160]}"
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


def fetch_weights(architecture: Architecture, input_shape: tuple[int, ...], progress: Progress) -> None:
    """Download the pretrained weights that a net of these images needs, unless they are here; says how far it is.

    To be called before the net is built, which others have to wait for. Raises DatasetUnavailable.
    """
    for _, layer in walk(architecture.layers):
        if isinstance(layer, Backbone) and layer.weights == PRETRAINED:
            weights_file(layer.network, input_shape, progress)


def weights_file(network: str, input_shape: tuple[int, ...], progress: Progress = lambda _text, _share: None) -> Path:
    """Path of the weights of a network without its head, downloaded if need be; raises DatasetUnavailable."""
    weights = WEIGHTS[network]
    height, width = input_shape[:2]
    path = weights.path.format(side=height if height == width and height in _SIDES else _USUAL_SIDE)
    name = Path(path).name
    instead = "the weights 'random' need none"
    home = read_places("keras_home").keras_home
    file = home / "models" / name
    with downloading(f"ImageNet weights of {network}", file, weights.num_bytes, progress, instead=instead):
        origin = f"{ORIGIN}/{path}"
        return Path(keras.utils.get_file(name, origin, cache_subdir="models", cache_dir=home, file_hash=weights.md5))
