"""Feature maps: every layer's pictures of one image."""

import streamlit as st

from cnnviz.plots.bars import describe_bars, top_k_bars
from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.feature_maps.layer_maps import show_layers, show_seen
from cnnviz.ui.inputs.image_input import choose_input
from cnnviz.ui.inputs.run_picker import choose_run
from cnnviz.ui.shared.answers import feature_maps, test_predictions
from cnnviz.ui.shared.elements import show_figure

header("Feature maps", "Choose a trained net and a picture. Below is what each layer makes of it.")

run = choose_run()
if run is None:
    st.stop()

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
        bars = maps.probabilities, test_predictions(run).classes
        show_figure(top_k_bars(*bars), describe_bars(*bars), key="maps-bars")

if maps is not None:
    show_layers(maps)
