"""The kernels of a net that sees colours, as small colour pictures on one scale."""

import numpy as np
import plotly.graph_objects as go

from cnnviz.plots.maps import label_maps, lay_out, mosaic_layout, num_columns
from cnnviz.text.units import count_text

HOVER = (
    "kernel %{customdata[0]}, row %{customdata[1]}, column %{customdata[2]}: "
    "red %{customdata[3]:.3g}, green %{customdata[4]:.3g}, blue %{customdata[5]:.3g}<extra></extra>"
)


def colour_kernels(kernels: np.ndarray, *, max_kernels: int = 64) -> go.Figure:
    """Draw the kernels of a first convolution over red, green and blue.

    Parameters
    ----------
    kernels : ndarray (height, width, 3, filters), float, signed
    max_kernels : int
        Only the first so many are drawn.

    Returns
    -------
    go.Figure
        One image. Each plane is drawn as that colour: 0 is middle grey, and the strongest weight of all kernels is
        full or none of its colour. Hovering tells the three weights.
    """
    shown = np.asarray(kernels, np.float32)[:, :, :, :max_kernels]
    columns = num_columns(shown.shape[3])
    planes = [lay_out(shown[:, :, plane], columns=columns) for plane in range(3)]
    weights = np.stack([plane.values for plane in planes], axis=-1)  # (R, C, 3), NaN between the kernels
    is_kernel = np.isfinite(weights).all(axis=-1, keepdims=True)
    shares = np.where(is_kernel, 0.5 + weights / (2 * strongest_weight(shown)), 0)
    pixels = np.concatenate([np.rint(255 * shares), np.where(is_kernel, 255, 0)], axis=-1).astype(np.uint8)
    details = np.concatenate([planes[0].origins, np.where(is_kernel, weights, 0)], axis=-1)
    fig = go.Figure(go.Image(z=pixels, colormodel="rgba256", customdata=details, hovertemplate=HOVER))
    label_maps(fig, planes[0].corners)
    return mosaic_layout(fig, weights.shape[:2], above=0)


def describe_colour_kernels(kernels: np.ndarray) -> str:
    """Return a sentence that says how `colour_kernels` is read."""
    height, width, _, count = kernels.shape
    most = strongest_weight(kernels)
    return (
        f"{count_text(count, 'kernel')} of {height} by {width} weights for red, green and blue each. Grey is 0; more "
        f"of a colour is a positive weight for it, less a negative one, up to {most:.3g} either way."
    )


def strongest_weight(kernels: np.ndarray) -> float:
    """The largest size of a weight; 1 where all are 0 or none is finite."""
    sizes = np.abs(kernels[np.isfinite(kernels)])
    return float(sizes.max(initial=0)) or 1.0
