"""What a worker says of a picture where the browser cannot: the activations of each layer, as maps or bars."""

from collections.abc import Mapping, Sequence

import streamlit as st

from cnnviz.architecture.layer_titles import layer_titles
from cnnviz.inspection.maps import FeatureMaps, LayerMaps
from cnnviz.plots.bars import describe_bars, top_k_bars
from cnnviz.plots.maps import describe_maps, map_grid, vector_bars
from cnnviz.runs.records import Run
from cnnviz.text.units import shape_text
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.inputs.image_input import choose_input, show_seen
from cnnviz.ui.inside.worker_why import show_worker_why
from cnnviz.ui.shared.answers import dataset_facts, feature_maps
from cnnviz.ui.shared.elements import show_figure

MAX_MAPS = 64
LAYERS_IN_A_ROW = 2
PICTURE = "Picture"


def show_worker_maps(run: Run) -> None:
    """Let the visitor choose a picture, and show what each layer of a run's net makes of it."""
    picture, answer = st.columns(2, gap="large")
    prepared, maps = None, None
    with picture, errors_shown():
        prepared = choose_input(run)
    with answer, errors_shown():
        if prepared is None:
            st.info("Draw or choose a picture: the maps appear below.", icon=":material/image:")
        else:
            maps = feature_maps(run, prepared.image)
            show_seen(prepared)
            if classes := dataset_facts(run).classes:  # none of a net that ends with maps
                bars = maps.probabilities, classes
                show_figure(top_k_bars(*bars), describe_bars(*bars), key="maps-bars")
    if prepared is not None and maps is not None:
        _show_layers(maps, layer_titles(run.architecture), dataset_facts(run).classes)
        if dataset_facts(run).classes:
            with errors_shown():
                show_worker_why(run, prepared.image)


def _show_layers(maps: FeatureMaps, titles: Mapping[str, str], classes: Sequence[str]) -> None:
    """All layers from the input to the output, two in a row where there is room."""
    for start in range(0, len(maps.layers), LAYERS_IN_A_ROW):
        columns = st.columns(LAYERS_IN_A_ROW)
        for column, layer in zip(columns, maps.layers[start : start + LAYERS_IN_A_ROW], strict=False):
            with column:
                title = titles.get(layer.name, PICTURE)
                _show_layer(layer, title, classes if layer is maps.layers[-1] else ())


def _show_layer(layer: LayerMaps, title: str, classes: Sequence[str]) -> None:
    """Title, size and all values of a layer, as maps or as bars; those of the layer that answers have `classes`."""
    size = shape_text(layer.shape)
    is_maps = layer.values.ndim == 3
    names = classes[1:] if layer.values.size == 1 else classes  # one output is the probability of the second of two
    words = describe_maps(layer.values, max_maps=MAX_MAPS)
    figure = map_grid(layer.values, max_maps=MAX_MAPS) if is_maps else vector_bars(layer.values, names)
    with st.expander(f"**{title}** · {size}", expanded=True):
        show_figure(figure, words, key=f"layer-{layer.name}")
        st.caption(words)
