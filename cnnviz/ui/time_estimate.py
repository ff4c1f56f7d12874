"""How long a training will take and how much memory, said before it is started."""

import streamlit as st

from cnnviz.architecture.analysis import analyze
from cnnviz.architecture.costs import training_memory
from cnnviz.architecture.limits import check_limits
from cnnviz.architecture.spec import Architecture
from cnnviz.errors import InvalidInput
from cnnviz.runs.timing import range_text
from cnnviz.training.config import TrainingConfig
from cnnviz.training.forecast import forecast
from cnnviz.ui import services

MEGA = 1_000_000
HELP = """From the multiply-adds, maps, weights and layers of the net, the images and the epochs, and from what a few
small nets and the runs so far took on this worker. Other trainings on it make it longer. The memory is the least that
a step needs: weights, gradients, what the optimizer keeps, and the maps of a batch with their gradients."""


def show_estimate(net: Architecture, config: TrainingConfig) -> None:
    """Say how long this training will take, or why this server would refuse it; nothing for an impossible net."""
    try:
        analysis = analyze(net)
    except InvalidInput:
        return
    calibrator = services.engine().calibrator
    calibrator.measure_once()
    calibration = calibrator.calibration()
    time = range_text(forecast(net, config, calibration))
    memory = _memory_text(training_memory(analysis, config.batch_size, config.optimizer))
    source = "on this worker" if calibration else "on a usual worker; this one has not been measured yet"
    may_end_early = config.target_accuracy or config.early_stopping
    epochs = f" for all {config.epochs} epochs" if may_end_early else ""
    st.caption(f":material/timer: About {time}{epochs}, {memory} {source}", help=HELP)
    try:
        check_limits(analysis, batch_size=config.batch_size, optimizer=config.optimizer)
    except InvalidInput as error:
        st.error(str(error), icon=":material/block:")


def _memory_text(count: int) -> str:
    megabytes = count / MEGA
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{max(1, round(megabytes))} MB"
