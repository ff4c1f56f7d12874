"""Training: launch a training and watch it learn."""

import streamlit as st

from cnnviz.ui import services
from cnnviz.ui.chrome import errors_shown, header
from cnnviz.ui.live import show_run
from cnnviz.ui.run_controls import followed_run, show_controls, show_next_steps
from cnnviz.ui.training_form import choose_config, choose_net, fit_to_data

header("Training", "Choose a net and images, press Start, and watch the curves while it learns.")

form, stage = st.columns([1, 2], gap="large")
net = None
with form, errors_shown():
    chosen = choose_net()
    config = choose_config()
    net = fit_to_data(chosen, config)

with stage, errors_shown():
    run = followed_run()
    if show_controls(run, can_start=net is not None):
        run = services.engine().train(net, config)
        st.query_params["run"] = run.id
        st.rerun()
    if run is None:
        st.info("The curves appear here as soon as you press Start.", icon=":material/show_chart:")
    else:
        show_run(run.id)
        show_next_steps(run)
