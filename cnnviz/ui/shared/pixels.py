"""Small pictures, shown so that their pixels are seen."""

import numpy as np


def enlarged(image: np.ndarray, side: int) -> np.ndarray:
    """Zoom (H, W) or (H, W, 1 | 3) uint8 by a whole number to about `side` pixels; grey ones lose their last axis."""
    factor = max(1, side // max(image.shape[:2]))
    zoomed = image.repeat(factor, axis=0).repeat(factor, axis=1)
    return np.ascontiguousarray(zoomed[:, :, 0] if zoomed.ndim == 3 and zoomed.shape[2] == 1 else zoomed)
