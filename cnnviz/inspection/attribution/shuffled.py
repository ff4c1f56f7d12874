"""Nets whose weights are shuffled, layer after layer from the last on."""

import threading
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import keras
import numpy as np

from cnnviz.errors import InvalidInput


@dataclass
class _Stage:
    """The weights (as `model.variables`) after so many layers; the generator has drawn for just these."""

    seed: int
    num_layers: int
    weights: list[np.ndarray]
    generator: np.random.Generator


_stages: WeakKeyDictionary[keras.Model, _Stage] = WeakKeyDictionary()
_lock = threading.Lock()


def weighted_layers(model: keras.Model) -> tuple[str, ...]:
    """Name the layers that have weights, from the last on; raises InvalidInput if there is none."""
    names = tuple(layer.name for layer in reversed(model.layers) if layer.weights)
    if not names:
        raise InvalidInput("This net has no weights that could be shuffled. Choose a net that learns. Received: none.")
    return names


def shuffled_weights(model: keras.Model, num_layers: int, seed: int) -> list[np.ndarray]:
    """Give the weights of a model, as `model.variables`, with those of its last layers shuffled.

    Each weight array is shuffled in itself, so its values stay those of a trained net. The same seed gives the same,
    and one layer more goes on from those before: the newest stage of each model is kept.
    """
    layers = [model.get_layer(name) for name in weighted_layers(model)[:num_layers]]
    places = {id(variable): place for place, variable in enumerate(model.variables)}
    with _lock:
        stage = _stages.get(model)
        if stage is None or stage.seed != seed or stage.num_layers > num_layers:
            weights = [keras.ops.convert_to_numpy(variable) for variable in model.variables]
            stage = _stages[model] = _Stage(seed, 0, weights, np.random.default_rng(seed))
        for layer in layers[stage.num_layers :]:
            for place in (places[id(variable)] for variable in layer.weights):
                before = stage.weights[place]
                stage.weights[place] = stage.generator.permutation(before.ravel()).reshape(before.shape)
        stage.num_layers = num_layers
        return list(stage.weights)
