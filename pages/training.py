"""Training: launch a training, steer it, and watch it learn."""

from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.access.permission import may_change
from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.runs.again import show_again
from cnnviz.ui.runs.run_controls import show_next_steps, show_transport
from cnnviz.ui.runs.run_panel import is_asked_to_stop, is_past_first_epoch, show_run
from cnnviz.ui.session.visitor import current_visitor, linked_run
from cnnviz.ui.shared.elements import show_reported_results
from cnnviz.ui.training.empty_stage import STYLE, show_choice, show_empty
from cnnviz.ui.training.epoch_player import show_epochs
from cnnviz.ui.training.form import choose_training
from cnnviz.ui.training.launch import launch, launch_copy, show_estimate, show_own_trainings
from cnnviz.ui.training.learning_canvas import has_canvas, show_learning

header("Training", "Choose a net and images, press Start, and watch the curves while it learns.")
st.html(STYLE)

run, is_past_first, is_stopping = None, False, False
with errors_shown():
    run = linked_run("Start a new one.")
    is_past_first = run is not None and is_past_first_epoch(run)
    is_stopping = run is not None and is_asked_to_stop(run)
is_at_work = run is not None and run.status.is_active and may_change(current_visitor(), run)

form: DeltaGenerator | None = None
inside: DeltaGenerator | None = None
bar = st.container(key="training_bar", horizontal=True, vertical_alignment="center", gap="small")
with bar:
    controls = st.container(key="training_controls", width="content")
    about = st.container(key="training_about", gap="xxsmall")
    if run is not None and not is_at_work:  # while it is, nothing else can be started
        form = st.popover("Settings", icon=":material/tune:").container(key="training_drawer")
said = st.container()
if run is None:
    with said:
        show_own_trainings()
    stage, form = st.columns([5, 3], gap="large")
elif has_canvas(run):
    stage, inside = st.columns([3, 4], gap="medium")  # curves and maps in one view
else:
    stage = st.container()

net = config = None
if form is not None:
    with said, errors_shown():  # where it is seen also while the drawer is closed
        with form:
            net, config = choose_training()
        with about:
            show_choice(net, config, is_next=run is not None)
            show_estimate(net, config, looks_again=True)

with controls, errors_shown():
    start = partial(launch, net, config) if net and config else None
    show_transport(run, start=start, copy=launch_copy, is_stopping=is_stopping)

with stage, errors_shown():
    if run is None:
        show_empty(net, config)
    else:
        show_run(run, has_epochs=is_past_first, is_stopping=is_stopping)
        show_reported_results(run)
        show_next_steps(run)
        show_again(run)

if run is not None:
    if inside is not None:
        with inside, st.container(key="learning_canvas"), errors_shown():
            show_learning(run)
    with errors_shown():
        show_epochs(run)
