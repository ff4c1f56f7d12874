"""Change training images a little at random, so that a net learns more from few."""

import keras
import numpy as np

from cnnviz.models.keras_state import keras_lock
from cnnviz.training.config import Augmentation


def augmentation_layers(augmentation: Augmentation | None, *, seed: int) -> list[keras.layers.Layer]:
    """Layers for the front of a net that change training batches only, with raw pixels of 0 to 255.

    Keras layers inside the net rather than a changed copy of the data: each epoch sees other images, no copy is
    held in memory, the same seed gives the same run, and a saved net stays loadable without own classes. They are
    idle when predicting. A change whose setting is 0 has no layer.
    """
    if augmentation is None:
        return []
    return [
        make(augmentation, seed + place) for place, (name, make) in enumerate(_MAKERS) if getattr(augmentation, name)
    ]


def preview(images: np.ndarray, augmentation: Augmentation | None, *, seed: int = 0, count: int = 8) -> np.ndarray:
    """Show what a net would be given instead of each image.

    Parameters
    ----------
    images : ndarray (N, H, W, C), uint8
    augmentation : Augmentation, optional
        None changes nothing.
    seed : int
        The same seed gives the same variations.
    count : int
        Variations of each image.

    Returns
    -------
    ndarray (N, count, H, W, C), uint8
    """
    repeated = np.repeat(images, count, axis=0).astype(np.float32)  # (N * count, H, W, C)
    with keras_lock:
        layers = augmentation_layers(augmentation, seed=seed)
    values = keras.ops.convert_to_tensor(repeated)
    for layer in layers:
        values = layer(values, training=True)
    pixels = np.rint(np.clip(keras.ops.convert_to_numpy(values), 0, 255)).astype(np.uint8)
    return pixels.reshape(len(images), count, *images.shape[1:])


def _shear(share: float, seed: int) -> keras.layers.Layer:
    """Slant either way: the layer turns half of the factors around; a symmetric range could be saved but not loaded.

    https://github.com/keras-team/keras/issues/21110
    """
    return keras.layers.RandomShear((0, share), (0, share), seed=seed, name="augment_shear", **_RIM)


def _noise(stddev: float, seed: int) -> keras.layers.Layer:
    """Noise on pixels of 0 to 255, where Keras's own layer takes at most 1."""
    steps = [
        keras.layers.Rescaling(1 / 255),
        keras.layers.GaussianNoise(stddev, seed=seed),
        keras.layers.Rescaling(255),
    ]
    return keras.Sequential(steps, name="augment_noise")


_RIM = {"fill_mode": "nearest"}  # no black wedges on photos; on digits the rim is black anyway

# Setting -> layer, in the order in which they work; the place gives each its own seed.
_MAKERS = (
    (
        "shift",
        lambda a, seed: keras.layers.RandomTranslation(a.shift, a.shift, seed=seed, name="augment_shift", **_RIM),
    ),
    ("rotation", lambda a, seed: keras.layers.RandomRotation(a.rotation / 360, seed=seed, name="augment_turn", **_RIM)),
    ("zoom", lambda a, seed: keras.layers.RandomZoom(a.zoom, a.zoom, seed=seed, name="augment_zoom", **_RIM)),
    ("shear", lambda a, seed: _shear(a.shear, seed)),
    ("flip", lambda _, seed: keras.layers.RandomFlip("horizontal", seed=seed, name="augment_flip")),
    ("brightness", lambda a, seed: keras.layers.RandomBrightness(a.brightness, seed=seed, name="augment_brightness")),
    ("noise", lambda a, seed: _noise(a.noise, seed)),
)
