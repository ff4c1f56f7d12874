"""Training a run's net anew on images that were corrected: other labels, or without some of them."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from cnnviz.access.permission import may_change
from cnnviz.datasets.corrections import Correction, Part, kept_places
from cnnviz.datasets.permitted import require_usable
from cnnviz.engine.ask import Images
from cnnviz.errors import UnknownName
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.permitted import MAX_NAME
from cnnviz.runs.records import Run
from cnnviz.training.config import MOST_CORRECTIONS, load_options, make_config
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown, page
from cnnviz.ui.session.visitor import current_visitor
from cnnviz.ui.shared.answers import cached_answer
from cnnviz.ui.training.launch import start_training

BROUGHT_ALONG = "This net was not trained here, so it cannot be trained again on other images."
NOT_YOURS = "Its images are its owner's own, which only they can train on."


def why_not(run: Run) -> str:
    """Why the net of a run cannot be trained again by this visitor; "" where it can."""
    if run.origin or run.config.fold is not None:
        return BROUGHT_ALONG if run.origin else "This net was trained to look for wrong labels; train the whole one."
    if may_change(current_visitor(), run):
        return ""
    try:
        require_usable(run.config.dataset, current_visitor(), services.store().home)
    except UnknownName:
        return NOT_YOURS
    return ""


def show_retrain(run: Run, corrections: Sequence[Correction], *, label: str, ending: str, key: str) -> None:
    """Show the button that trains a run's net anew with these corrections besides those that it has; it opens Training.

    `ending` is what is added to the run's name.
    """
    reason = why_not(run) or nothing_left(run, corrections)
    if st.button(
        label, type="primary", icon=":material/replay:", key=key, disabled=bool(reason) or not corrections, help=reason
    ):
        with errors_shown():
            fields = {**run.config.model_dump(), "corrections": joined(run.config.corrections, corrections)}
            name = run.name if run.name.endswith(ending) else run.name[: MAX_NAME - len(ending)] + ending
            again = start_training(run.architecture, make_config(fields), name=name)
            st.switch_page(page("training"), query_params={"run": again.id})


def nothing_left(run: Run, corrections: Sequence[Correction]) -> str:
    """Say which part these corrections would leave without images; "" where some are left."""
    facts = run.facts
    parts = (("train", facts.num_train + facts.num_validation, "learn from"), ("test", facts.num_test, "test on"))
    for part, number, purpose in parts:
        dropped = {one.place for one in corrections if one.part == part and one.label is None}
        if 0 < number <= len(dropped):
            return f"Without these images none is left to {purpose}."
    return ""


def joined(before: Sequence[Correction], more: Sequence[Correction]) -> list[Correction]:
    """Corrections of before and more of them, of each image the last one."""
    last = {(one.part, one.place): one for one in (*before, *more)}
    return list(last.values())[-MOST_CORRECTIONS:]


def places_as_read(run: Run, part: Part, indices: np.ndarray, num_images: int) -> list[int]:
    """Places, in the set as it is read, of images of a run's part of `num_images`, from which some were dropped."""
    dropped = {one.place for one in run.config.corrections if one.part == part and one.label is None}
    return kept_places(num_images + len(dropped), run.config.corrections, part)[indices].tolist()


def training_part(run: Run, test: TestPredictions) -> Images:
    """The images that a run learned from, without a part that was held out, its classes in the order of its answers."""
    options = load_options(run.config, run.architecture.input_shape)
    return Images(run.config.dataset, {**options, "classes": test.classes})


def training_labels(run: Run, test: TestPredictions) -> np.ndarray:
    """Labels (N,) of all images that a run may have learned from."""
    return cached_answer(training_part(run, test), "train_labels", spinner="Reading the images")


def training_images(run: Run, test: TestPredictions, indices: Sequence[int]) -> np.ndarray:
    """Images (N, H, W, C) uint8 of the training part of a run."""
    chosen = [int(index) for index in indices]
    return cached_answer(training_part(run, test), "train_images", spinner="Fetching images", indices=chosen)[0]
