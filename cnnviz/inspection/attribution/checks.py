"""Whether the map of a method can be trusted."""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from scipy.stats import spearmanr

from cnnviz.errors import InvalidInput
from cnnviz.inspection.attribution.attribute import attributed
from cnnviz.inspection.attribution.methods import method_settings
from cnnviz.inspection.attribution.occlusion import baseline_pixels
from cnnviz.inspection.attribution.results import Attribution, Deletion, Randomisation
from cnnviz.inspection.attribution.scored_net import ScoredNet, as_pixels

DELETION_STEPS = 20
RANDOM_ORDERS = 5


def deletion(
    model: keras.Model, image: np.ndarray, explained: Attribution, baseline: str = "mean", seed: int = 0
) -> Deletion:
    """Take pixels away in the order of a map, and in random orders, and watch the probability of its class.

    After Petsiuk, Das, Saenko: RISE (2018), arXiv 1806.07421.
    """
    pixels = as_pixels(image)
    height, width = pixels.shape[1:3]
    if explained.map.ndim != 2:
        raise InvalidInput(
            "Pixels can be taken away by a map only: expected an attribution to pixels or places. "
            f"Received: one to the {explained.map.size:,} values of {explained.layer!r}."
        )
    net = ScoredNet(model)
    generator = np.random.default_rng(seed)
    order = np.argsort(-_at_pixels(explained.map, (height, width)).ravel(), kind="stable")
    orders = [order, *(generator.permutation(height * width) for _ in range(RANDOM_ORDERS))]
    nothing = baseline_pixels(pixels, baseline)[0].reshape(height * width, -1)
    fractions = np.linspace(0, 1, DELETION_STEPS + 1)
    curves = []
    for one in orders:
        gone = np.repeat(pixels.reshape(1, height * width, -1), len(fractions), axis=0)
        for step, fraction in enumerate(fractions):
            first = one[: round(fraction * height * width)]
            gone[step, first] = nothing[first]
        shown = gone.reshape(len(fractions), *pixels.shape[1:])
        curves.append(tuple(map(float, net.probabilities(shown)[:, explained.class_index])))
    return Deletion(tuple(map(float, fractions)), curves[0], tuple(curves[1:]))


def randomisation(
    model: keras.Model,
    image: np.ndarray,
    explained: Attribution,
    settings: Mapping[str, Any] | None = None,
    seed: int = 0,
) -> Randomisation:
    """Shuffle the weights of layer after layer, from the last on, and compare the maps with that of the trained net.

    After Adebayo and others: Sanity Checks for Saliency Maps (2018), arXiv 1810.03292; each weight array is shuffled in
    itself, so its values stay those of a trained net.
    """
    generator = np.random.default_rng(seed)
    places = {id(variable): place for place, variable in enumerate(model.variables)}
    weights = [keras.ops.convert_to_numpy(variable) for variable in model.variables]
    chosen = method_settings(explained.method, settings or {})
    layers, alike = [], []
    for layer in reversed(model.layers):
        if not layer.weights:
            continue
        for variable in layer.weights:
            place = places[id(variable)]
            weights[place] = generator.permutation(weights[place].ravel()).reshape(weights[place].shape)
        random = attributed(
            model, as_pixels(image), explained.method, explained.class_index, explained.layer, chosen, weights
        )
        layers.append(layer.name)
        alike.append(_rank_correlation(explained.map, random.map))
    if not layers:
        raise InvalidInput("This net has no weights that could be shuffled. Choose a net that learns. Received: none.")
    return Randomisation(tuple(layers), tuple(alike))


def _at_pixels(values: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """(h, w) -> `size`: for each pixel the place that it lies in."""
    rows, columns = (np.arange(length) * places // length for length, places in zip(size, values.shape, strict=True))
    return values[np.ix_(rows, columns)]


def _rank_correlation(one: np.ndarray, other: np.ndarray) -> float:
    """Spearman's; 0 where a map is flat, because then it tells nothing."""
    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(spearmanr(one.ravel(), other.ravel()).statistic)
