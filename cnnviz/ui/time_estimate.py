"""How long a training will take and how much memory, said before it is started."""

import threading

import streamlit as st

from cnnviz.architecture.analysis import analyze
from cnnviz.architecture.costs import training_memory
from cnnviz.architecture.estimate import Prediction, predict_seconds
from cnnviz.architecture.limits import check_limits
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.registry import DATASETS
from cnnviz.engine.calibrate import Calibrator
from cnnviz.engine.engine import Engine
from cnnviz.errors import InvalidInput
from cnnviz.training.config import TEST_SHARE, TrainingConfig
from cnnviz.ui import services

MEGA = 1_000_000
HELP = """From the multiply-adds, maps, weights and layers of the net, the images and the epochs, and from what a few
small nets took on this worker. Other trainings on it make it longer. The memory is the least that a step needs:
weights, gradients, what the optimizer keeps, and the maps of a batch with their gradients."""

_lock = threading.Lock()
_calibrators: dict[int, Calibrator] = {}


def show_estimate(net: Architecture, config: TrainingConfig, num_train: int) -> Prediction | None:
    """Say how long this training will take, or why this server would refuse it.

    Parameters
    ----------
    num_train
        Images to learn from, before `config.limit` and `config.validation_share`.

    Returns
    -------
    Prediction or None
        None if the net is impossible.
    """
    try:
        analysis = analyze(net)
    except InvalidInput:
        return None
    num_images, num_validation = _split(config, num_train)
    calibration = calibrator().calibration()
    prediction = predict_seconds(
        analysis, num_images, config.epochs, config.batch_size, calibration, num_validation=num_validation
    )
    memory = training_memory(analysis, config.batch_size, config.optimizer)
    source = "on this worker" if calibration else "on a usual worker; this one has not been measured yet"
    st.caption(f":material/timer: About {range_text(prediction)}, {_memory_text(memory)} {source}", help=HELP)
    try:
        check_limits(analysis, batch_size=config.batch_size, optimizer=config.optimizer)
    except InvalidInput as error:
        st.error(str(error), icon=":material/block:")
    return prediction


def calibrator() -> Calibrator:
    """The one of this server's engine."""
    engine: Engine = services.engine()
    with _lock:
        if id(engine) not in _calibrators:
            _calibrators.clear()
            _calibrators[id(engine)] = Calibrator(engine)
        return _calibrators[id(engine)]


def range_text(prediction: Prediction) -> str:
    """Write a range as people say it: 20 to 45 s, 2 to 5 min, 1.5 to 4 h."""
    unit, seconds = next(
        (unit, seconds)
        for unit, seconds, most in (("s", 1, 120), ("min", 60, 7200), ("h", 3600, float("inf")))
        if prediction.high < most
    )
    low, high = (_rounded(value / seconds) for value in (prediction.low, prediction.high))
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def _split(config: TrainingConfig, num_train: int) -> tuple[int, int]:
    """Images to learn from, and to validate on after each epoch."""
    num_train = max(1, min(num_train, config.limit or num_train))
    if config.validation_share:
        num_validation = round(num_train * config.validation_share)
        return max(1, num_train - num_validation), num_validation
    if config.dataset in DATASETS:
        return num_train, DATASETS[config.dataset].num_test
    return num_train, round(num_train * TEST_SHARE / (1 - TEST_SHARE))


def _rounded(value: float) -> str:
    """One digit below 10, else to fives."""
    if value < 1:
        return f"{max(value, 0.1):.1f}"
    return f"{value:.0f}" if value < 10 else f"{5 * round(value / 5)}"


def _memory_text(count: int) -> str:
    megabytes = count / MEGA
    return f"{megabytes / 1000:.1f} GB" if megabytes >= 1000 else f"{max(1, round(megabytes))} MB"
