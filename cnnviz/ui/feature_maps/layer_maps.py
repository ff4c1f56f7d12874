"""Activations of each layer for one image, as maps or bars."""

import streamlit as st

from cnnviz.architecture.layer_kinds import LAYER_KINDS
from cnnviz.imaging.preprocess import Prepared
from cnnviz.inspection.maps import FeatureMaps, LayerMaps
from cnnviz.plots.maps import describe_maps, map_grid, vector_bars
from cnnviz.text.units import shape_text
from cnnviz.ui.shared.elements import enlarged, show_figure

SEEN_SIDE = 140
MAX_MAPS = 64
LAYERS_IN_A_ROW = 2


def show_seen(prepared: Prepared) -> None:
    """The picture as the net gets it, its pixels enlarged by a whole number."""
    height, width = prepared.image.shape[:2]
    shown = enlarged(prepared.image, 2 * SEEN_SIDE)
    st.image(shown, caption=f"What the net sees: {width} x {height} pixels", width=SEEN_SIDE)


def show_layers(maps: FeatureMaps) -> None:
    """All layers from the input to the output, two in a row where there is room."""
    for start in range(0, len(maps.layers), LAYERS_IN_A_ROW):
        columns = st.columns(LAYERS_IN_A_ROW)
        for column, layer in zip(columns, maps.layers[start : start + LAYERS_IN_A_ROW], strict=False):
            with column:
                show_layer(layer)


def show_layer(layer: LayerMaps) -> None:
    """Name, size and all values of a layer, as maps or as bars."""
    size = shape_text(layer.shape)
    is_maps = layer.values.ndim == 3
    words = describe_maps(layer.values, max_maps=MAX_MAPS)
    figure = map_grid(layer.values, max_maps=MAX_MAPS) if is_maps else vector_bars(layer.values)
    kind = LAYER_KINDS[layer.kind].words if layer.kind in LAYER_KINDS else layer.kind  # "input", or another of Keras
    with st.expander(f"**{layer.name}** · {kind} · {size}", expanded=True):
        show_figure(figure, words, key=f"layer-{layer.name}")
        st.caption(words)
