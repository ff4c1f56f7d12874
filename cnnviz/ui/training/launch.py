"""Launch of a training, and what is known before: its time, its memory, and whether this server allows it."""

import streamlit as st

from cnnviz.architecture.analysis.analyze import Analysis
from cnnviz.architecture.analysis.costs import check_limits, training_memory
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.registry import describe
from cnnviz.engine.fine_tuning import fine_tune, start_of_run
from cnnviz.errors import CnnvizError, InvalidInput
from cnnviz.runs.records import Run
from cnnviz.runs.timing import NOT_MEASURED, prediction_text, short_prediction_text
from cnnviz.settings import LIMITS, read_settings
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import all_text, count_text, megabytes_text
from cnnviz.training.config import TrainingConfig, check_caps, load_options
from cnnviz.training.duration.forecast import forecast, image_counts
from cnnviz.training.fine_tuning import training_analysis
from cnnviz.ui.app import services
from cnnviz.ui.app.messages import show_message
from cnnviz.ui.app.page_frame import link_trainings
from cnnviz.ui.inputs.number_field import check_numbers
from cnnviz.ui.inputs.run_picker import forget_in_link
from cnnviz.ui.session.training_settings import kept_config
from cnnviz.ui.session.visitor import current_visitor, own_trainings
from cnnviz.ui.shared.elements import as_part
from cnnviz.ui.training.form_link import OF_THE_FORM

LOOK_SECONDS = 2.0
MAX_LINKED = 3  # only the operator may have more than one

TIME_HELP = """By the pace at which this net has trained here before, with this batch size and images of this size. Of
a net that has not, a rough figure from its multiply-adds, maps, weights and layers, and from what other nets took on
this worker. Other trainings on it make it longer."""
HELP = f"""{TIME_HELP} The memory is the least that a step needs: weights, gradients, what the optimizer keeps, and
the maps of a batch with their gradients."""


def launch(net: Architecture, config: TrainingConfig) -> None:
    """Start a training and follow it on this page.

    Raises InvalidConfig while a field of the form shows a number that was refused, or another training of this visitor
    still runs, and for what is more than this server allows.
    """
    check_numbers()
    _follow(start_training(net, config))


def start_training(net: Architecture, config: TrainingConfig, *, name: str = "") -> Run:
    """Start a training, named by its net unless it is given a name; raises as `launch`."""
    engine, visitor = services.engine(), current_visitor()
    _check_allowed(training_analysis(net, config), config)
    if config.fine_tuning is None:
        return engine.train(net, config, by=visitor, name=name)
    return fine_tune(engine, start_of_run(engine, config.fine_tuning.run, by=visitor), config, by=visitor)


def launch_copy(run: Run, epoch: int) -> None:
    """Train on from the end of an epoch of somebody else's run, in a copy, and follow that on this page.

    Raises as `launch` does, and NotAllowed for a run on images of its owner's own.
    """
    _check_allowed(training_analysis(run.architecture, run.config), run.config)
    _follow(services.engine().train_copy(run.id, epoch, by=current_visitor()))


def _follow(run: Run) -> None:
    forget_in_link(*OF_THE_FORM)
    st.query_params["run"] = run.id
    st.rerun()


def show_own_trainings() -> None:
    """Link to the visitor's own trainings that go on: they may have been started in another tab."""
    link_trainings(dict(list(own_trainings().items())[:MAX_LINKED]))


def show_estimate(net: Architecture, config: TrainingConfig, *, looks_again: bool) -> None:
    """Say how long this training will take, or why this server would refuse it; nothing for an impossible net.

    While the worker is new, and how fast it is not known, it looks again every few seconds if it `looks_again`: not
    beside a training, during which no worker is measured.
    """
    is_known = services.engine().calibrator.calibration() is not None
    as_part(_estimate, seconds=LOOK_SECONDS if looks_again and not is_known else None)(net, config, is_known)


def _estimate(net: Architecture, config: TrainingConfig, was_known: bool) -> None:
    try:
        analysis = training_analysis(net, config)
    except InvalidInput:
        return
    calibrator = services.engine().calibrator
    calibrator.measure_once()
    calibration = calibrator.calibration()
    memory = megabytes_text(training_memory(analysis, config.batch_size, config.optimizer))
    if calibration:
        prediction = forecast(net, config, calibration)
        may_end_early = config.target_accuracy or config.early_stopping
        epochs = f" for {all_text(config.epochs, 'epoch')}" if may_end_early else ""
        words = "At most about" if may_end_early else "About"
        time = f"{words} {prediction_text(prediction)}{epochs}, {memory} on this worker"
    else:
        time = f"How long it takes is not measured yet: this worker is new, and is tried out first. {memory} on it"
    st.caption(f":material/timer: {time}", help=HELP)
    try:
        _check_allowed(analysis, config)
    except InvalidInput as error:
        show_message(error, icon=":material/block:")
    if calibration and not was_known:
        st.rerun()  # ends the looking: a part of a page cannot do that by itself


def _check_allowed(analysis: Analysis, config: TrainingConfig) -> None:
    """Raise InvalidConfig or InvalidArchitecture if the environment allows no such training here."""
    check_caps(config, read_settings(*LIMITS))
    check_limits(analysis, batch_size=config.batch_size, optimizer=config.optimizer)


def training_time(net: Architecture, batch_size: int, optimizer: str) -> tuple[str, str, str] | None:
    """Say how long the net takes to train with the images and epochs of the Training page; asks no worker.

    Returns
    -------
    (range, sentence, note) or None
        "2 to 5 min", of what that is the time, and that it is a rough figure where it is one. None for a net that
        cannot be trained on them: the Training page says why.
    """
    config, where = kept_config(net)
    config = config.model_copy(update={"batch_size": batch_size, "optimizer": optimizer})
    try:
        info = describe(config.dataset, **load_options(config, net.input_shape))
        calibration = services.engine().calibrator.calibration()
        prediction = forecast(net, config, calibration)
    except CnnvizError:
        return None
    usual = "" if calibration else "; reckoned for a usual computer"
    images = f"{count_text(image_counts(config, info)[0], 'image')} of {as_markdown(info.title)}"
    epochs = count_text(config.epochs, "epoch")
    about = f"About **{prediction_text(prediction)}** for {epochs} with {images}, {where}{usual}.\n\n{TIME_HELP}"
    return short_prediction_text(prediction), about, "" if prediction.is_measured else NOT_MEASURED
