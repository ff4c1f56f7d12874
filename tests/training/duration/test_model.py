"""Training time from what a net costs: hand numbers, and calibrations found again from their own runs."""

import random

import pytest
from pydantic import ValidationError

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import Architecture, Backbone, Dense, Flatten
from cnnviz.errors import InvalidConfig
from cnnviz.training.duration.model import (
    Calibration,
    Measurement,
    fit_calibration,
    predict_seconds,
    workload,
)

LENET = analyze(get_preset("lenet5").architecture)
FAST = Calibration(
    seconds_to_build=0.01,
    seconds_per_call=1e-4,
    seconds_per_gmac=0.02,
    seconds_per_gb=0.3,
    seconds_per_weight_gb=0.7,
    seconds_per_epoch=0.002,
    spread=1.5,
)


def runs(calibration: Calibration, *, noise: float = 0.0, number: int = 12) -> list[tuple[tuple, Measurement]]:
    """Trainings of presets as a worker with that calibration would measure them."""
    rng = random.Random(1)
    found = []
    for name in rng.sample(sorted(PRESETS), number):
        settings = (
            analyze(PRESETS[name].architecture),
            rng.randint(500, 5000),
            rng.randint(1, 5),
            rng.choice([16, 64]),
        )
        seconds = predict_seconds(workload(*settings), calibration).expected * (1 + noise * rng.uniform(-1, 1))
        found.append((settings, Measurement(workload=workload(*settings), seconds=seconds)))
    return found


def test_the_work_of_a_training_by_hand():
    net = Architecture(input_shape=(5, 8, 1), layers=(Flatten(), Dense(units=10)))
    layers, calls, macs, maps, weights, epochs = workload(analyze(net), 100, 3, 32)
    assert layers == 2 + 5  # as if there were five more
    assert calls == 3 * 4 * (2 + 3)  # the last batch is a small one
    assert macs == pytest.approx(3 * 100 * 400 / 1e9)
    assert maps == pytest.approx(3 * 100 * 4 * 50 / 1e9)
    assert weights == pytest.approx(3 * 4 * 4 * 410 / 1e9)
    assert epochs == 3 * (2 + 5)


def test_images_that_are_only_looked_at_cost_a_third():
    alone = workload(LENET, 900, 2, 32)
    validated = workload(LENET, 900, 2, 32, num_validation=300, num_test=600)  # twice, and once at the end
    assert validated[2] == pytest.approx(alone[2] * (2 * 900 + 2 * 100 + 200) / (2 * 900))
    assert validated[1] == pytest.approx((8 + 3) * (2 * 29 + (2 * 2 + 3) / 3))
    assert validated[4] == alone[4]


def test_a_frozen_backbone_costs_a_third_and_updates_nothing():
    def costs(trainable: bool) -> tuple[float, ...]:
        net = Architecture(input_shape=(32, 45, 3), layers=(Backbone(trainable=trainable),))
        return workload(analyze(net), 10, 1, 5)

    frozen, trained = costs(False), costs(True)
    assert frozen[2] == pytest.approx(trained[2] / 3)
    assert frozen[4] == 0
    assert trained[4] > 0


def test_the_prediction_is_the_sum_of_its_parts_and_a_range_around_it():
    low, expected, high = predict_seconds(workload(LENET, 640, 2, 64), FAST)
    work = workload(LENET, 640, 2, 64)
    by_hand = work[0] * 0.01 + work[1] * 1e-4 + work[2] * 0.02 + work[3] * 0.3 + work[4] * 0.7 + work[5] * 0.002
    assert expected == pytest.approx(by_hand)
    assert (low, high) == (pytest.approx(expected / 1.5), pytest.approx(expected * 1.5))


@pytest.mark.parametrize("name", PRESETS)
def test_more_of_anything_takes_longer(name: str):
    analysis = analyze(PRESETS[name].architecture)
    base = predict_seconds(workload(analysis, 1000, 2, 32)).expected
    assert 0 < base < predict_seconds(workload(analysis, 2000, 2, 32)).expected
    assert base < predict_seconds(workload(analysis, 1000, 3, 32)).expected
    assert base < predict_seconds(workload(analysis, 1000, 2, 8)).expected
    assert base < predict_seconds(workload(analysis, 1000, 2, 32, num_validation=500)).expected


def test_a_calibration_is_found_again_from_its_runs():
    found = fit_calibration([measurement for _, measurement in runs(FAST)])
    for settings, measurement in runs(FAST, number=15):
        assert predict_seconds(workload(*settings), found).expected == pytest.approx(measurement.seconds, rel=0.1)
    assert found.spread == 1.3


def test_noisy_runs_are_met_within_the_range():
    noisy = runs(FAST, noise=0.3)
    found = fit_calibration([measurement for _, measurement in noisy])
    for settings, measurement in noisy:
        low, _, high = predict_seconds(workload(*settings), found)
        assert low * 0.999 <= measurement.seconds <= high * 1.001
    assert 1.3 <= found.spread < 1.6


@pytest.mark.parametrize("factor", [0.05, 1.0, 30.0])
def test_one_run_tells_how_fast_the_worker_is(factor: float):
    usual = Calibration()
    seconds = factor * predict_seconds(workload(LENET, 1000, 2, 32), usual).expected
    found = fit_calibration([Measurement(workload=workload(LENET, 1000, 2, 32), seconds=seconds)])
    assert predict_seconds(workload(LENET, 1000, 2, 32), found).expected == pytest.approx(seconds, rel=1e-3)
    other = analyze(get_preset("vgg-like").architecture)
    expected = factor * predict_seconds(workload(other, 500, 1, 64), usual).expected
    assert predict_seconds(workload(other, 500, 1, 64), found).expected == pytest.approx(expected, rel=1e-3)
    assert found.spread == 1.6


def test_what_is_usual_is_the_start():
    usual = Calibration()
    found = fit_calibration([measurement for _, measurement in runs(usual, number=2)])
    assert found.seconds_per_gmac == pytest.approx(usual.seconds_per_gmac, rel=1e-3)


def test_runs_that_fit_nothing_leave_a_wide_range_but_a_limited_one():
    settings = (LENET, 1000, 2, 32)
    contradicting = [Measurement(workload=workload(*settings), seconds=seconds) for seconds in (0.1, 1000.0)]
    assert fit_calibration(contradicting).spread == 4.0


def test_a_calibration_survives_as_json_and_cannot_be_changed():
    assert Calibration.model_validate_json(FAST.model_dump_json()) == FAST
    with pytest.raises(ValidationError):
        FAST.spread = 9
    with pytest.raises(ValidationError):
        Calibration(seconds_per_gmac=-1)
    with pytest.raises(ValidationError):
        Measurement(workload=(1, 1, 1, 1, 1, 1), seconds=float("nan"))


@pytest.mark.parametrize("settings", [(0, 1, 1), (1, 0, 1), (1, 1, 0), (-5, 1, 1)])
def test_an_empty_training_is_refused(settings: tuple):
    with pytest.raises(InvalidConfig, match=r"at least one image.*Received: num_images="):
        predict_seconds(workload(LENET, *settings))


def test_no_runs_are_no_calibration():
    with pytest.raises(InvalidConfig, match=r"at least one measured run.*Received: none"):
        fit_calibration([])
