"""How long a training will take and how much memory, said before it is started, where nets and trainings are made."""

import streamlit as st

from cnnviz.architecture.analysis.analyze import Analysis, analyze
from cnnviz.architecture.analysis.costs import check_limits, training_memory
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.registry import describe
from cnnviz.errors import CnnvizError, InvalidInput
from cnnviz.settings import read_settings
from cnnviz.text.units import count_text, duration_range_text, megabytes_text
from cnnviz.training.config import TrainingConfig, check_caps, load_options
from cnnviz.training.duration.forecast import forecast, image_counts
from cnnviz.ui.app import services

CONFIG = "training_config"
"""What the Training page was last set to, in the session."""

TIME_HELP = """From the multiply-adds, maps, weights and layers of the net, the images and the epochs, and from what
a few small nets and the runs so far took on this worker. Other trainings on it make it longer."""
HELP = f"""{TIME_HELP} The memory is the least that a step needs: weights, gradients, what the optimizer keeps, and
the maps of a batch with their gradients."""


def show_estimate(net: Architecture, config: TrainingConfig) -> None:
    """Say how long this training will take, or why this server would refuse it; nothing for an impossible net."""
    try:
        analysis = analyze(net)
    except InvalidInput:
        return
    calibrator = services.engine().calibrator
    calibrator.measure_once()
    calibration = calibrator.calibration()
    prediction = forecast(net, config, calibration)
    time = duration_range_text(prediction.low, prediction.high)
    memory = megabytes_text(training_memory(analysis, config.batch_size, config.optimizer))
    source = "on this worker" if calibration else "on a usual worker; this one has not been measured yet"
    may_end_early = config.target_accuracy or config.early_stopping
    epochs = f" for all {config.epochs} epochs" if may_end_early else ""
    st.caption(f":material/timer: About {time}{epochs}, {memory} {source}", help=HELP)
    try:
        check_allowed(analysis, config)
    except InvalidInput as error:
        st.error(str(error), icon=":material/block:")


def check_allowed(analysis: Analysis, config: TrainingConfig) -> None:
    """Raise InvalidConfig or InvalidArchitecture if the environment allows no such training here."""
    check_caps(config, read_settings())
    check_limits(analysis, batch_size=config.batch_size, optimizer=config.optimizer)


def keep_config(config: TrainingConfig) -> None:
    """Remember what a training is set to, for the other pages."""
    st.session_state[CONFIG] = config


def show_training_time(net: Architecture, batch_size: int, optimizer: str) -> None:
    """Say how long the net takes to train with the images and epochs of the Training page; asks no worker.

    Nothing for a net that cannot be trained on them: the Training page says why.
    """
    config, where = _usual_config()
    config = config.model_copy(update={"batch_size": batch_size, "optimizer": optimizer})
    try:
        info = describe(config.dataset, **load_options(config, net.input_shape))
        prediction = forecast(net, config, services.engine().calibrator.calibration())
    except CnnvizError:
        return
    images = f"{image_counts(config, info)[0]:,} images of {info.title}"
    epochs = count_text(config.epochs, "epoch")
    time = duration_range_text(prediction.low, prediction.high)
    st.markdown(f":material/timer: Training: about **{time}** for {epochs} with {images}, {where}.", help=TIME_HELP)


def _usual_config() -> tuple[TrainingConfig, str]:
    """Settings of a training, and where they are from."""
    kept = st.session_state.get(CONFIG)
    config, where = (
        (kept, "as set on the Training page")
        if kept
        else (TrainingConfig(), "unless you choose others on the Training page")
    )
    chosen = st.session_state.get("training_dataset")  # also chosen on other pages
    return (config.model_copy(update={"dataset": chosen}) if chosen in DATASETS else config), where
