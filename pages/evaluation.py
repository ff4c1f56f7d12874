"""Evaluation: what a net gets right and what it confuses."""

import streamlit as st

from cnnviz.evaluation.accuracy import has_one_output
from cnnviz.evaluation.scores import evaluate
from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.evaluation.comparison import choose_other
from cnnviz.ui.evaluation.epochs import choose_epoch, predictions
from cnnviz.ui.evaluation.matrix import show_cell, show_matrix
from cnnviz.ui.evaluation.own_net import choose_test_images
from cnnviz.ui.evaluation.parts import show_parts
from cnnviz.ui.evaluation.scores import show_accuracy, show_scores
from cnnviz.ui.inputs.run_picker import choose_run
from cnnviz.ui.runs.progress import show_changed_images
from cnnviz.ui.session.visitor import listed_runs
from cnnviz.ui.shared.elements import show_reported_results

header("Evaluation", "Rows are what an image is, columns what the net said. Click a cell to see its images.")

with st.container(horizontal=True, vertical_alignment="center", key="net_and_numbers"):
    runs = listed_runs(with_net=True)
    run = choose_run(slim=True, among=runs)
    if run is None:
        st.stop()
    epoch = choose_epoch(run)
    other = choose_other(run, runs)

with errors_shown():
    show_changed_images(run)
    choose_test_images(run)
    test = predictions(run, epoch)
    scores = evaluate(test.probabilities, test.labels, test.classes)
    matrix_side, score_side = st.columns([11, 10], gap="medium")
    with matrix_side:
        cell = show_matrix(run, epoch, scores, other)
    with score_side:
        show_accuracy(scores, test, has_one_output=has_one_output(run.metrics))
        if cell is not None:
            with st.container(), errors_shown():
                show_cell(run, epoch, test, cell)
        if epoch is None:
            show_reported_results(run)
        show_scores(scores)
    show_parts(run, epoch, test)
