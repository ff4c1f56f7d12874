"""The worker is measured once, real runs refine that, and what was found is kept."""

import os
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.engine import calibration
from cnnviz.engine.calibration import Calibrator
from cnnviz.engine.engine import Engine
from cnnviz.engine.trainings.queue import TrainingQueue
from cnnviz.engine.workers.worker_connection import EngineStatus
from cnnviz.runs.records import Run, Status
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.calibration import (
    FILE,
    MAX_OF_NET,
    MAX_RUNS,
    NUM_CLASSES,
    PROBES,
    KeptMeasurements,
    measure_net,
)
from cnnviz.training.duration.forecast import fingerprint, forecast, training_work
from cnnviz.training.duration.model import Calibration, model_seconds, predict_seconds
from cnnviz.training.duration.pace import measured
from tests.helpers import ENDLESS, SECONDS, OtherThread

CPU = "CPU, 2 cores"
RUN = Run(
    id="a",
    name="net",
    status=Status.FINISHED,
    created=datetime(2026, 1, 1, tzinfo=UTC),
    architecture=get_preset("digits-small").architecture,
    config=TrainingConfig(epochs=4),
    device=CPU,
    seconds=12.0,
)
ENDS = [6.0, 7.5, 9.0, 10.5]
"""Of the epochs of that run: an epoch takes 1.5 s, and 6 s come once."""
OTHER = RUN.config.model_copy(update={"batch_size": 16})
"""Settings with which the net is another one."""
SLOW = Calibration(
    seconds_to_begin=0.6,
    seconds_to_build=0.5,
    seconds_per_epoch=0.3,
    seconds_per_call=2e-3,
    seconds_per_gmac=0.4,
    seconds_per_gb=3.0,
    seconds_per_weight_gb=9.0,
    seconds_per_kept_gb=30,
    seconds_per_augmented_gb=40,
)


class Worker:
    """The connection to a worker that takes for each probe what a calibration says, and the trainings that it has."""

    def __init__(self, device: str = CPU, num_running: int = 0) -> None:
        self.status = EngineStatus("ready", device=device)
        self.trainings = TrainingQueue()
        for number in range(num_running):
            self.trainings.add(str(number))
        self.calls = 0

    def call(self, function: object, number: int, timeout: float, is_training: bool) -> tuple[list[float], float]:
        assert function is measure_net
        assert is_training, "no run goes on beside it"
        self.calls += 1
        work = PROBES[number].work
        once, epoch = model_seconds(work, SLOW)
        start = once if self.calls > 1 else once + 10  # the first one of a worker warms it up
        ends = [start + epoch * number for number in range(1, work.epochs + 1)]
        return ends, ends[-1]


def _calibrator(home: Path, worker: Worker | None = None, ends: list[float] | None = None) -> Calibrator:
    worker = worker or Worker()
    return Calibrator(home, worker, worker.trainings, lambda _: ends or [])


def _measured(home: Path, worker: Worker | None = None) -> Calibrator:
    calibrator = _calibrator(home, worker)
    calibrator.measure_once()
    calibrator.wait(SECONDS)
    return calibrator


def _file(home: Path) -> KeptMeasurements:
    return KeptMeasurements.model_validate_json((home / FILE).read_bytes())


@pytest.mark.parametrize("probe", PROBES)
def test_every_probe_is_a_net_with_ten_answers(probe) -> None:
    assert analyze(probe.architecture).layers[-1].output_shape == (NUM_CLASSES,)


def test_a_real_worker_is_measured(engine: Engine) -> None:
    (engine.store.home / FILE).unlink(missing_ok=True)
    engine.call(os.getpid, timeout=120)  # it answers from here on
    calibrator = Calibrator(engine.store.home, engine.connection, TrainingQueue(), engine.store.epoch_ends)
    while engine.status().state != "ready":
        time.sleep(0.02)
    calibrator.measure_once()
    calibrator.wait(240)
    kept = _file(engine.store.home)
    assert kept.device == engine.status().device
    assert len(kept.probes) == len(PROBES)
    assert all(probe.epoch_seconds for probe in kept.probes), "once and by the epoch are told apart"
    assert calibrator.calibration() == kept.calibration


def test_a_run_that_ended_by_itself_before_its_last_epoch_tells_its_pace_too(engine: Engine) -> None:
    net = get_preset("digits-small").architecture
    config = TrainingConfig(epochs=50, limit=200, learning_rate=1e-7, target_accuracy=0.01)
    (engine.store.home / FILE).unlink(missing_ok=True)
    run = engine.wait(engine.train(net, config, by=OPERATOR).id)
    assert (run.status, engine.store.last_epoch(run.id)) == (Status.STOPPED, 1)
    one = _file(engine.store.home).runs[-1]
    assert (one.workload.epochs, one.seconds) == (1, run.seconds)


def test_a_run_that_went_straight_through_refines_the_file_and_others_do_not(engine: Engine) -> None:
    (engine.store.home / FILE).unlink(missing_ok=True)
    net = get_preset("digits-small").architecture
    run = engine.wait(engine.train(net, TrainingConfig(epochs=12), by=OPERATOR).id)
    kept = _file(engine.store.home)
    ends = engine.store.epoch_ends(run.id)
    assert len(ends) == 12
    took = measured(training_work(net, run.config), ends, run.seconds, fingerprint(net, run.config))
    assert kept.runs[-1] == took
    assert forecast(net, run.config, kept.calibration).is_measured
    stopped = engine.train(net, ENDLESS, by=OPERATOR)
    assert stopped.prediction is not None  # from what the first run has taken, if nothing else
    engine.command(stopped.id, "stop", by=OPERATOR)
    assert engine.wait(stopped.id).status is Status.STOPPED
    assert _file(engine.store.home) == kept


def test_the_nets_are_measured_once_for_all_that_start_later(tmp_path: Path) -> None:
    worker = Worker()
    first = _measured(tmp_path, worker)
    assert worker.calls == 1 + len(PROBES)  # and one to warm up
    again = _measured(tmp_path, worker)
    assert worker.calls == 1 + len(PROBES)
    assert again.calibration() == first.calibration()
    for number in range(len(PROBES)):
        expected = predict_seconds(PROBES[number].work, SLOW).expected
        assert predict_seconds(PROBES[number].work, first.calibration()).expected == pytest.approx(expected, rel=0.15)


def test_asking_for_the_calibration_starts_nothing(tmp_path: Path) -> None:
    worker = Worker()
    assert _calibrator(tmp_path, worker).calibration() is None
    assert worker.calls == 0


def test_a_busy_worker_is_not_measured(tmp_path: Path) -> None:
    worker = Worker(num_running=1)
    assert _measured(tmp_path, worker).calibration() is None
    assert worker.calls == 0


def test_a_net_that_ran_here_is_predicted_by_its_pace_and_others_are_pulled_that_way(tmp_path: Path) -> None:
    _measured(tmp_path)
    calibrator = _calibrator(tmp_path)
    before, other = (forecast(RUN.architecture, config, calibrator.calibration()) for config in (RUN.config, OTHER))
    assert (before.is_measured, other.is_measured) == (False, False)
    for _ in range(6):
        calibrator.learn(replace(RUN, seconds=2 * before.expected))
    after, others = (forecast(RUN.architecture, config, calibrator.calibration()) for config in (RUN.config, OTHER))
    assert (after.is_measured, others.is_measured) == (True, False)
    assert after.expected == pytest.approx(2 * before.expected)
    assert 1.05 * other.expected < others.expected < 2.1 * other.expected
    assert _calibrator(tmp_path).calibration() == calibrator.calibration(), "it is kept"


def test_a_run_is_worth_something_where_nothing_was_measured(tmp_path: Path) -> None:
    calibrator = _calibrator(tmp_path, Worker(num_running=1), ENDS)
    calibrator.learn(RUN)
    expected = {epochs: 6.0 + 1.5 * epochs for epochs in (4, 20)}
    for epochs, seconds in expected.items():
        config = RUN.config.model_copy(update={"epochs": epochs})
        assert forecast(RUN.architecture, config, calibrator.calibration()).expected == pytest.approx(seconds)
    assert forecast(RUN.architecture, OTHER, calibrator.calibration()).expected > 10
    measured = _measured(tmp_path)
    assert len(_file(tmp_path).probes) == len(PROBES)
    assert len(_file(tmp_path).runs) == 1
    assert measured.calibration() is not None


def test_only_the_newest_runs_are_remembered_and_few_of_the_same_net(tmp_path: Path) -> None:
    calibrator = _calibrator(tmp_path)
    for size in range(1, MAX_RUNS + 3):
        for number in range(MAX_OF_NET + 1 if size == 10 else 1):
            config = RUN.config.model_copy(update={"batch_size": size})
            calibrator.learn(replace(RUN, config=config, seconds=10.0 + size + number / 10))
    kept = [run.seconds for run in _file(tmp_path).runs]
    assert len(kept) == MAX_RUNS
    assert [seconds for seconds in kept if 20 <= seconds < 21] == [20.1, 20.2, 20.3]
    assert kept[-1] == 12.0 + MAX_RUNS


def test_a_run_too_short_to_tell_anything_is_passed_over(tmp_path: Path) -> None:
    calibrator = _calibrator(tmp_path)
    calibrator.learn(replace(RUN, seconds=0.1))
    calibrator.learn(replace(RUN, config=TrainingConfig(dataset="/gone")))
    assert calibrator.calibration() is None


def test_what_another_process_has_learned_is_not_lost(tmp_path: Path) -> None:
    first, second = _calibrator(tmp_path), _calibrator(tmp_path)
    first.learn(replace(RUN, seconds=11.0))
    second.learn(replace(RUN, seconds=12.0))
    assert [run.seconds for run in _file(tmp_path).runs] == [11.0, 12.0]


def test_a_run_that_ends_just_when_a_measurement_is_kept_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calibrator, write = _calibrator(tmp_path), calibration.write_measurements
    learning = OtherThread(lambda: calibrator.learn(RUN))

    def learned_meanwhile(home: Path, kept: KeptMeasurements) -> None:
        if not kept.runs:
            learning.go_as_far_as_it_can()
        write(home, kept)

    monkeypatch.setattr(calibration, "write_measurements", learned_meanwhile)
    calibrator.measure_once()
    calibrator.wait(SECONDS)
    learning.end()
    kept = _file(tmp_path)
    assert (len(kept.probes), len(kept.runs)) == (len(PROBES), 1)


def test_another_device_begins_anew(tmp_path: Path) -> None:
    _measured(tmp_path)
    _calibrator(tmp_path).learn(replace(RUN, seconds=1.1, device="a GPU"))
    assert _file(tmp_path).probes == ()
    assert _file(tmp_path).device == "a GPU"
    assert _calibrator(tmp_path).calibration() is None
    assert _calibrator(tmp_path, Worker(device="")).calibration() is not None, "a worker that has not answered yet"


@pytest.mark.parametrize("text", ["", "no json", '{"device": "x"}', '{"device": "x", "calibration": {"spread": -1}}'])
def test_a_damaged_file_counts_as_none(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    assert _calibrator(tmp_path).calibration() is None
