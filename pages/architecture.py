"""Architecture: stack layers and see what each one costs."""

import streamlit as st

from cnnviz.architecture.analysis import analyze
from cnnviz.architecture.codegen import keras_functional, keras_sequential
from cnnviz.errors import InvalidArchitecture
from cnnviz.ui.chrome import header
from cnnviz.ui.current_net import keep_in_link
from cnnviz.ui.layer_table import show_layers, show_totals
from cnnviz.ui.quick_sliders import edit_net
from cnnviz.ui.routing import page

header("Architecture", "Move a slider and read off what the net costs. The address of this page keeps your net.")

controls, result = st.columns([1, 2], gap="large")
with controls:
    net = edit_net()
    keep_in_link(net)

with result:
    height, width, channels = net.input_shape
    st.caption(f"Input: {height} x {width} pixels, {channels} {'plane' if channels == 1 else 'planes'}")
    try:
        analysis = analyze(net)
    except InvalidArchitecture as error:
        st.error(str(error), icon=":material/error:")
        st.stop()
    show_totals(analysis)
    show_layers(analysis)
    st.page_link(page("training"), label="Train this net", icon=":material/play_circle:")
    functional, sequential = st.tabs(["Keras, functional", "Keras, Sequential"])
    functional.code(keras_functional(net), language="python")
    sequential.code(keras_sequential(net), language="python")
