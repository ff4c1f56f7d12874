"""Evaluation: what a net gets right and what it confuses."""

import streamlit as st

from cnnviz.evaluation.scores import evaluate
from cnnviz.plots.confusion import confusion_figure, describe_confusion
from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.evaluation.own_net import choose_test_images
from cnnviz.ui.evaluation.scores import chosen_cell, show_accuracy, show_cell, show_scores
from cnnviz.ui.inputs.run_picker import choose_run
from cnnviz.ui.shared.answers import test_predictions
from cnnviz.ui.shared.elements import show_figure, show_reported_results

header("Evaluation", "Rows are what an image is, columns what the net said. Click a cell to see its images.")

with st.container(horizontal=True, vertical_alignment="center", key="net_and_numbers"):
    run = choose_run(slim=True)
    if run is None:
        st.stop()
    numbers = st.segmented_control(
        "Numbers", ("Counts", "Per cent"), default="Counts", required=True, label_visibility="collapsed"
    )

with errors_shown():
    choose_test_images(run)
    test = test_predictions(run)
    scores = evaluate(test.probabilities, test.labels, test.classes)
    matrix_side, score_side = st.columns([11, 10], gap="medium")
    with score_side:
        show_accuracy(scores, test)
        show_reported_results(run)
        show_scores(scores)
    with matrix_side:
        figure = confusion_figure(scores.confusion, test.classes, normalize=numbers == "Per cent")
        words = describe_confusion(scores.confusion, test.classes)
        event = show_figure(figure, words, key="confusion", on_select="rerun", selection_mode="points")
    cell = chosen_cell(event, test.classes)
    if cell is not None:
        show_cell(run, test, *cell)
