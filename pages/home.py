"""Home: draw a digit and see a net look at it."""

import streamlit as st

from cnnviz.errors import InvalidImage
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.components.drawing_pad import drawing_pad
from cnnviz.ui.home import sections

header("See inside a neural network", "Draw a digit. A small convolutional network, trained on this machine, reads it.")

paper, answer = st.columns([2, 3], gap="large")
with paper:
    st.caption("Draw with mouse, pen or finger.")
    drawing = drawing_pad("home")

prepared, maps = None, None
with answer, errors_shown():
    run = services.find_starter(services.engine())
    if run is None or not run.metrics:
        sections.show_progress_until_done(run)
    else:
        try:
            prepared = sections.prepared_or_none(drawing)
        except InvalidImage as error:
            st.info(str(error), icon=":material/draw:")
        if prepared is None:
            st.caption("Until you draw, here is a digit that the net was tested on, written by somebody else.")
        prepared = prepared or sections.example_digit(run)
        maps = sections.show_answer(run, prepared)

if prepared is not None and maps is not None:
    with answer:
        sections.show_first_maps(maps)
    with paper:
        sections.show_steps(prepared)
sections.show_tour()
