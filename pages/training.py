"""Training: launch a training, steer it, and watch it learn."""

from functools import partial

import streamlit as st

from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.runs.run_controls import show_next_steps, show_transport
from cnnviz.ui.runs.run_panel import show_run
from cnnviz.ui.session.training_settings import keep_config
from cnnviz.ui.session.visitor import linked_run
from cnnviz.ui.shared.elements import show_reported_results
from cnnviz.ui.training.epoch_player import show_epochs
from cnnviz.ui.training.fine_tuning import choose_fine_tuning
from cnnviz.ui.training.form import choose_config, choose_net, fit_to_data
from cnnviz.ui.training.launch import launch, launch_copy, show_estimate
from cnnviz.ui.training.learning_canvas import is_for_browser, show_learning

header("Training", "Choose a net and images, press Start, and watch the curves while it learns.")

run = None
with errors_shown():
    run = linked_run("Start a new one.")

if run is None:
    form, stage = st.columns([1, 2], gap="large")
    controls, inside = stage, None
else:  # curves and maps in one view
    controls = st.container()
    stage, inside = st.columns([4, 5], gap="medium") if is_for_browser(run) else (st.container(), None)
    form = st.expander("Net and settings of the next training", icon=":material/tune:")

net = None
with controls, errors_shown(), form:  # an error stands where Start is, also while the form is folded
    chosen, begun = choose_net()
    below_net = st.container()  # what is frozen depends on the images
    config = choose_config(chosen)
    keep_config(config)
    if begun is not None:
        with below_net:
            config = choose_fine_tuning(begun, config)
    net = fit_to_data(chosen, config)
    show_estimate(net, config, looks_again=run is None or not run.status.is_active)

with controls, errors_shown():
    show_transport(run, start=None if net is None else partial(launch, net, config), copy=launch_copy)

with stage, errors_shown():
    if run is None:
        st.info("The curves appear here as soon as you press Start.", icon=":material/show_chart:")
    else:
        show_run(run)
        show_reported_results(run)
        show_next_steps(run)

if run is not None:
    if inside is not None:
        with inside, st.container(key="learning_canvas"), errors_shown():
            show_learning(run)
    with errors_shown():
        show_epochs(run)
