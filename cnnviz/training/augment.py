"""Shift, turn and zoom training images a little, so that a net learns more from few."""

import keras

SHIFT = 0.08  # of the side, each way
TURN = 0.04  # of a full circle, each way: 14 degrees
ZOOM = 0.1  # larger or smaller


def augmentation_layers(*, seed: int) -> list[keras.layers.Layer]:
    """Layers for the front of a net that change training batches only, with raw pixels of 0 to 255.

    Keras layers inside the net rather than a changed copy of the data: each epoch sees other images, no copy is
    held in memory, the same seed gives the same run, and a saved net stays loadable without own classes. They are
    idle when predicting. Mirroring is left out, because it would turn digits into what they are not.
    """
    edge = {"fill_mode": "nearest"}  # no black wedges on photos; on digits the rim is black anyway
    return [
        keras.layers.RandomTranslation(SHIFT, SHIFT, seed=seed, name="augment_shift", **edge),
        keras.layers.RandomRotation(TURN, seed=seed + 1, name="augment_turn", **edge),
        keras.layers.RandomZoom(ZOOM, ZOOM, seed=seed + 2, name="augment_zoom", **edge),
    ]
