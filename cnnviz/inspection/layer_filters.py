"""The filters of a convolution, of whichever kind, in one form; and what each is like. Pure: NumPy, no Keras.

`shared/nn/filter_planes.js` is the twin.
"""

from dataclasses import dataclass

import numpy as np

from cnnviz.inspection.known_kernels import Nearest, chance_level, nearest_known


@dataclass(frozen=True, eq=False)
class LayerFilters:
    """What the units of a convolution have learned.

    Attributes
    ----------
    name, kind : str
        Of the layer, as in a spec.
    kernels : (height, width, planes, filters) float32
        What each filter takes each plane of its input with. A depthwise filter has one plane. Of a separable layer, the
        kernel of a plane times the weight with which the filter takes it: what both steps come to.
    bias : (filters,) float32, or None
    reads_picture : bool
        Whether the planes are the colours of the picture.
    """

    name: str
    kind: str
    kernels: np.ndarray
    bias: np.ndarray | None
    reads_picture: bool

    @property
    def strengths(self) -> np.ndarray:
        """Root of the summed squares of each filter's weights, (filters,)."""
        return np.sqrt((self.kernels.astype(np.float64) ** 2).sum(axis=(0, 1, 2)))

    @property
    def chance(self) -> float | None:
        """What random kernels as large as those that are compared reach, see `chance_level`."""
        height, width, planes, _ = self.kernels.shape
        return chance_level(height, width, planes if self.reads_picture else 1)

    def compared(self, unit: int) -> tuple[np.ndarray, int | None]:
        """What of a filter is compared with known kernels.

        Returns
        -------
        (h, w, planes) or (h, w)
            Over the picture all of it; else its plane with the largest sum of squares: planes of other maps are of
            other things, so to mix them would mean nothing.
        int or None
            Which plane that is.
        """
        kernel = self.kernels[..., unit]
        if self.reads_picture:
            return kernel, None
        plane = int(np.argmax((kernel.astype(np.float64) ** 2).sum(axis=(0, 1))))
        return kernel[..., plane], plane


@dataclass(frozen=True)
class FilterLikeness:
    """The filter `unit`: its strength, the plane that is compared (None: all) with its share of the filter's squares.

    `nearest` is None where there is nothing to compare; `is_known` says whether it is nearer than chance.
    """

    unit: int
    strength: float
    bias: float | None
    plane: int | None
    share: float
    nearest: Nearest | None
    is_known: bool


def like_known(filters: LayerFilters) -> list[FilterLikeness]:
    """Say of every filter of a layer which known kernel it is most like, in the order of the filters."""
    chance, found = filters.chance, []
    for unit, strength in enumerate(filters.strengths):
        kernel, plane = filters.compared(unit)
        nearest = nearest_known(kernel)
        share = float((kernel.astype(np.float64) ** 2).sum() / strength**2) if strength else 0.0
        is_known = nearest is not None and chance is not None and abs(nearest.cosine) > chance
        bias = None if filters.bias is None else float(filters.bias[unit])
        found.append(FilterLikeness(unit, float(strength), bias, plane, share, nearest, is_known))
    return found
