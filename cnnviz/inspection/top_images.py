"""The images that excite each unit of a net most, and where: merged from parts of a test set. Pure: NumPy, no Keras."""

from dataclasses import dataclass

import numpy as np

from cnnviz.errors import InvalidInput

NUM_TOP = 8  # images that are kept of a unit


@dataclass(frozen=True, eq=False)
class UnitTops:
    """Of each unit of a layer the images with its largest values, the largest first; of equal ones the earlier image.

    Attributes
    ----------
    values : (units, k) float32
        The largest value of the unit for that image.
    images : (units, k) int32
        Positions in the test set, from 0.
    places : (units, k) int32
        Where on the map, row * width + column; 0 where a unit gives one value.
    """

    values: np.ndarray
    images: np.ndarray
    places: np.ndarray


@dataclass(frozen=True, eq=False)
class TopImages:
    """What was found among `num_images` images of a test set of `num_total`, by the names of the layers."""

    layers: dict[str, UnitTops]
    num_images: int
    num_total: int


def strongest(values: np.ndarray, first: int, count: int = NUM_TOP) -> UnitTops:
    """Find the images that excite each unit of a layer most among those of a batch.

    Parameters
    ----------
    values : (N, H, W, units) or (N, units)
        What the layer gives for the images `first`, `first` + 1 and so on of the test set.
    first, count : int
        Of each unit so many images at most.
    """
    flat = values.reshape(len(values), -1, values.shape[-1])  # (N, places, units)
    places = flat.argmax(axis=1)
    largest = np.take_along_axis(flat, places[:, None], axis=1)[:, 0]
    images = np.broadcast_to(first + np.arange(len(values), dtype=np.int32)[:, None], largest.shape)
    return _first(UnitTops(largest.T.astype(np.float32), images.T, places.T.astype(np.int32)), count)


def merge_tops(one: UnitTops, later: UnitTops, count: int = NUM_TOP) -> UnitTops:
    """Join what was found among images with what was found among later ones of the same test set."""
    pairs = ((one.values, later.values), (one.images, later.images), (one.places, later.places))
    values, images, places = (np.concatenate(pair, axis=1) for pair in pairs)
    return _first(UnitTops(values, images, places), count)


def merge_top_images(one: TopImages | None, later: TopImages) -> TopImages:
    """Join two parts of a test set, the later images second; None: nothing was looked at yet.

    Raises
    ------
    InvalidInput
        They are of different nets.
    """
    if one is None:
        return later
    if one.layers.keys() != later.layers.keys():
        raise InvalidInput(
            "These are images of two nets: expected the same layers. Search again. "
            f"Received: {sorted(one.layers.keys() ^ later.layers.keys())}."
        )
    layers = {name: merge_tops(tops, later.layers[name]) for name, tops in one.layers.items()}
    return TopImages(layers, one.num_images + later.num_images, later.num_total)


def _first(tops: UnitTops, count: int) -> UnitTops:
    order = np.argsort(-tops.values, axis=1, kind="stable")[:, :count]
    taken = [np.take_along_axis(part, order, axis=1) for part in (tops.values, tops.images, tops.places)]
    return UnitTops(*taken)
