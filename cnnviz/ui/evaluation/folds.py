"""Answers for training images by nets that have not learned from them: the same net trained on the other parts."""

import numpy as np
import streamlit as st

from cnnviz.datasets.corrections import Fold, fold_places
from cnnviz.errors import CnnvizError, InputWanted
from cnnviz.evaluation.scores import TestPredictions
from cnnviz.runs.records import Run
from cnnviz.runs.sweep_records import SweepStatus
from cnnviz.runs.sweeps import sweep_state
from cnnviz.runs.timing import prediction_text
from cnnviz.text.units import count_text
from cnnviz.training.duration.forecast import forecast
from cnnviz.training.folds import NUM_FOLDS, folds_sweep
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.evaluation.retrain import training_labels, why_not
from cnnviz.ui.session.visitor import current_visitor, runs_of_folds
from cnnviz.ui.shared.answers import require_images, test_predictions
from cnnviz.ui.shared.elements import as_part

LOOK_SECONDS = 2.0
LEAD = (
    f"A net knows the images that it has learned from. So the training images are put into {NUM_FOLDS} parts, and "
    "each part is answered by the same net trained on the others."
)
FINE_TUNED = (
    "This net began with the weights of another one, which knows these images already. Use one that began anew."
)
CHANGED = "The training images have changed since those nets were trained. Train them again."


def held_out_answers(run: Run, test: TestPredictions) -> TestPredictions | None:
    """Give what nets that have not learned from them answer to all training images of a run, in their order.

    Until there are such nets, the visitor is offered to train them, or sees how far they are, and None is returned.
    """
    st.caption(LEAD)
    require_images(run)
    if run.config.fine_tuning is not None:
        st.info(FINE_TUNED, icon=":material/info:")
        return None
    runs = fold_runs(run)
    if len(runs) == NUM_FOLDS and all(one.status.has_model and one.metrics for one in runs.values()):
        return _joined(run, test, runs)
    if any(one.status.is_active for one in runs.values()) or _is_planned(run):
        as_part(_wait, seconds=LOOK_SECONDS)(run)
    else:
        _offer(run)
    return None


def fold_runs(run: Run) -> dict[int, Run]:
    """The newest run of each fold of this one, by the fold's number; those that failed count as none."""
    found: dict[int, Run] = {}
    for one in runs_of_folds():
        fold = one.config.fold
        if fold is None or fold.num_folds != NUM_FOLDS or fold.number in found:
            continue
        if one.architecture == run.architecture and one.config.model_copy(update={"fold": None}) == run.config:
            found[fold.number] = one
    return {index: one for index, one in found.items() if one.status.is_active or one.status.has_model}


def _offer(run: Run) -> None:
    reason = why_not(run)
    calibration = services.engine().calibrator.calibration()
    time = "not measured yet"
    if calibration is not None:
        fold = run.config.model_copy(update={"fold": Fold(0, NUM_FOLDS)})
        one = forecast(run.architecture, fold, calibration)
        time = f"each about {prediction_text(one)}"
    if st.button(
        f"Train {count_text(NUM_FOLDS, 'net')} ({time})",
        type="primary",
        icon=":material/play_arrow:",
        key=f"train-folds-{run.id}",
        disabled=bool(reason),
        help=reason,
    ):
        sweep = folds_sweep(run.architecture, run.config, run.name)
        st.session_state[_key(run)] = services.engine().sweeps.start(sweep, by=current_visitor())
        st.rerun()


def _key(run: Run) -> str:
    return f"folds-of-{run.id}"


def _is_planned(run: Run) -> bool:
    """Whether this visitor's sweep over the folds of a run goes on, even between two of its trainings."""
    sweep_id = st.session_state.get(_key(run))
    if sweep_id is None:
        return False
    try:
        return sweep_state(services.store(), sweep_id, current_visitor()).status is SweepStatus.RUNNING
    except CnnvizError:  # removed meanwhile
        return False


def _wait(run: Run) -> None:
    runs = fold_runs(run)
    done = sum(one.status.has_model for one in runs.values())
    at_work = next((one for one in runs.values() if one.status.is_active), None)
    st.progress(done / NUM_FOLDS, text=f"{done} of {NUM_FOLDS} nets are trained")
    with st.container(horizontal=True, vertical_alignment="center"):
        if at_work is not None:
            st.page_link(page("training"), label="Watch it on the Training page", query_params={"run": at_work.id})
        sweep_id = st.session_state.get(_key(run))
        if sweep_id is not None and st.button("Stop", icon=":material/stop:", key=f"stop-folds-{run.id}"):
            services.engine().sweeps.stop(sweep_id, by=current_visitor())
            st.rerun()
    if done == NUM_FOLDS or not (at_work or _is_planned(run)):
        st.rerun()  # ends the looking: a part of a page cannot do that by itself


def _joined(run: Run, test: TestPredictions, runs: dict[int, Run]) -> TestPredictions:
    """The answers of all folds, each at the place of its image. Raises InputWanted where the images are others now."""
    labels = training_labels(run, test)
    places = fold_places(labels, NUM_FOLDS)
    probabilities = np.zeros((len(labels), len(test.classes)), np.float32)
    for index, one in runs.items():
        answers = test_predictions(one)
        if answers.classes != test.classes or not np.array_equal(answers.labels, labels[places == index]):
            raise InputWanted(CHANGED)
        probabilities[places == index] = answers.probabilities
    return TestPredictions(probabilities, labels, test.classes)
