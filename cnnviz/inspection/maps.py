"""What a look inside a net gives. Light: these travel from a worker to the server."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class LayerMaps:
    """One layer's answer: values (H, W, C) or (units,), float32, signed, as the next layer gets them."""

    name: str
    kind: str
    shape: tuple[int, ...]
    values: np.ndarray


@dataclass(frozen=True, eq=False)
class FeatureMaps:
    """All layers from "image" (the scaled input) to the output, and the probability of each class, (num_classes,)."""

    layers: tuple[LayerMaps, ...]
    probabilities: np.ndarray
