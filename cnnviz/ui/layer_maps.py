"""One layer's answer to a picture."""

import numpy as np
import streamlit as st

from cnnviz.imaging.sketch import Prepared
from cnnviz.inspection.maps import LayerMaps
from cnnviz.plots.maps import describe_maps, map_grid, vector_bars
from cnnviz.ui.figures import show_figure

SEEN_SIDE = 140
MAX_MAPS = 64


def show_seen(prepared: Prepared) -> None:
    """The picture as the net gets it, its pixels enlarged by a whole number."""
    image = prepared.image
    factor = max(1, SEEN_SIDE // max(image.shape[:2]))
    enlarged = image.repeat(factor, axis=0).repeat(factor, axis=1)
    height, width = image.shape[:2]
    shown = enlarged[:, :, 0] if enlarged.shape[2] == 1 else enlarged
    st.image(np.ascontiguousarray(shown), caption=f"What the net sees: {width} x {height} pixels", width=SEEN_SIDE)


def show_layer(layer: LayerMaps) -> None:
    """Name, size and all values of a layer, as maps or as bars."""
    size = " x ".join(map(str, layer.shape))
    is_large = layer.values.ndim == 3 and layer.shape[2] > MAX_MAPS
    shown = f", the first {MAX_MAPS} maps are shown" if is_large else ""
    st.subheader(layer.name, divider="gray")
    st.caption(f"{layer.kind.replace('_', ' ')}, {size}{shown}")
    if layer.values.ndim == 3:
        figure, words = map_grid(layer.values, max_maps=MAX_MAPS), describe_maps(layer.values, max_maps=MAX_MAPS)
    else:
        figure, words = vector_bars(layer.values), describe_maps(layer.values)
    show_figure(figure, words, key=f"layer-{layer.name}")
