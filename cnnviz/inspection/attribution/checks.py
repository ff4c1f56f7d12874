"""Whether the map of a method can be trusted."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np

from cnnviz.errors import InvalidInput
from cnnviz.inspection.attribution.attribute import attribution_part
from cnnviz.inspection.attribution.occlusion import baseline_pixels
from cnnviz.inspection.attribution.parts import Begun
from cnnviz.inspection.attribution.results import (
    DELETION_STEPS,
    RANDOM_ORDERS,
    Attribution,
    Deletion,
    Randomisation,
    rank_correlation,
)
from cnnviz.inspection.attribution.scored_net import ScoredNet, as_pixels
from cnnviz.inspection.attribution.shuffled import weighted_layers


def deletion(
    model: keras.Model, image: np.ndarray, explained: Attribution, baseline: str = "mean", seed: int = 0
) -> Deletion:
    """Take pixels away in the order of a map, and in random orders, and watch the probability of its class.

    After Petsiuk, Das, Saenko: RISE (2018), arXiv 1806.07421.
    """
    orders = range(1 + RANDOM_ORDERS)
    return Deletion.of_curves([deletion_curve(model, image, explained, baseline, seed, order) for order in orders])


def deletion_curve(
    model: keras.Model, image: np.ndarray, explained: Attribution, baseline: str, seed: int, order: int
) -> tuple[float, ...]:
    """Probabilities of the class while pixels are taken away: `order` 0 is the map's, the others are random ones."""
    pixels = as_pixels(image)
    height, width = pixels.shape[1:3]
    if explained.map.ndim != 2:
        raise InvalidInput(
            "Pixels can be taken away by a map only: expected an attribution to pixels or places. "
            f"Received: one to the {explained.map.size:,} values of {explained.layer!r}."
        )
    generator = np.random.default_rng(seed)
    places = np.argsort(-_at_pixels(explained.map, (height, width)).ravel(), kind="stable")
    for _ in range(order):
        places = generator.permutation(height * width)
    nothing = baseline_pixels(pixels, baseline)[0].reshape(height * width, -1)
    gone = np.repeat(pixels.reshape(1, height * width, -1), DELETION_STEPS + 1, axis=0)
    for step in range(DELETION_STEPS + 1):
        first = places[: round(step / DELETION_STEPS * height * width)]
        gone[step, first] = nothing[first]
    shown = gone.reshape(DELETION_STEPS + 1, *pixels.shape[1:])
    return tuple(map(float, ScoredNet(model).probabilities(shown)[:, explained.class_index]))


def randomisation(
    model: keras.Model,
    image: np.ndarray,
    explained: Attribution,
    settings: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> Randomisation:
    """Shuffle the weights of layer after layer, from the last on, and compare the maps with that of the trained net.

    After Adebayo and others: Sanity Checks for Saliency Maps (2018), arXiv 1810.03292.
    """
    names, alike = weighted_layers(model), []
    asked = (model, image, explained.method, explained.class_index, explained.layer, settings or {})
    for number in range(1, len(names) + 1):
        found: Begun | Attribution | None = None
        while not isinstance(found, Attribution):
            found = attribution_part(*asked, found, (number, seed))
        alike.append(rank_correlation(explained.map, found.map))
    return Randomisation(names, tuple(alike), tells=bool(np.ptp(explained.map)))


def _at_pixels(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(h, w) -> `size`: for each pixel the place that it lies in."""
    rows, columns = (np.arange(length) * places // length for length, places in zip(size, values.shape, strict=True))
    return values[np.ix_(rows, columns)]
