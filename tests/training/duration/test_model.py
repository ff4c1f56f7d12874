"""Training time from what a net costs: hand numbers, and calibrations found again from their own runs."""

import random

import pytest
from pydantic import ValidationError

from cnnviz.architecture.analysis.analyze import Analysis, analyze
from cnnviz.architecture.presets.catalogue import PRESETS, get_preset
from cnnviz.architecture.spec import Architecture, Backbone, Dense, Flatten
from cnnviz.errors import InvalidConfig
from cnnviz.training.config import TrainingConfig
from cnnviz.training.duration.fit import fit_calibration
from cnnviz.training.duration.model import (
    Amounts,
    Calibration,
    Measurement,
    Workload,
    predict_seconds,
    total_seconds,
    workload,
)
from cnnviz.training.duration.pace import measured

LENET = analyze(get_preset("lenet5").architecture)
FAST = Calibration(
    seconds_to_begin=0.05,
    seconds_to_build=0.01,
    seconds_per_epoch=0.02,
    seconds_per_call=1e-4,
    seconds_per_gmac=0.02,
    seconds_per_gb=0.3,
    seconds_per_weight_gb=0.7,
    seconds_per_kept_gb=3.0,
    seconds_per_augmented_gb=3.0,
    spread=1.5,
)


def work(analysis: Analysis, num_images: int, epochs: int, batch_size: int, **counts: int) -> Workload:
    """What a training consists of, in short."""
    config = TrainingConfig(epochs=epochs, batch_size=batch_size)
    return workload(analysis, config, num_images=num_images, **counts)


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
        seconds = predict_seconds(work(*settings), calibration).expected * (1 + noise * rng.uniform(-1, 1))
        found.append((settings, Measurement(workload=work(*settings), seconds=seconds)))
    return found


def test_the_work_of_a_training_by_hand():
    net = Architecture(input_shape=(5, 8, 1), layers=(Flatten(), Dense(units=10)))
    once, epoch, epochs = work(analyze(net), 100, 3, 32)
    kept = pytest.approx(4 * 410 * 3 / 1e9)  # the weights, and two numbers for each that Adam keeps
    assert epochs == 3
    assert once == Amounts(trainings=1, layers=2, kept_gb=kept)
    assert epoch == Amounts(
        epochs=1,
        calls=4 * (2 + 3),  # the last batch is a small one; a batch costs as if there were three layers more
        gmacs=pytest.approx(100 * 400 / 1e9),
        map_gb=pytest.approx(100 * 4 * 50 / 1e9),
        update_gb=pytest.approx(4 * 4 * 410 / 1e9),
        kept_gb=kept,
    )


def test_each_way_of_changing_images_is_a_layer_more_and_costs_by_the_pixel():
    net = Architecture(input_shape=(5, 8, 3), layers=(Flatten(), Dense(units=10)))
    plain, changed = (
        workload(analyze(net), TrainingConfig(batch_size=32, augment=augment), num_images=100)
        for augment in (None, {"rotation": 10, "shift": 0.1, "zoom": 0})
    )
    assert (plain.epoch.augmented_gb, changed.epoch.augmented_gb) == (0, pytest.approx(2 * 100 * 4 * 120 / 1e9))
    assert (plain.once.layers, changed.once.layers) == (2, 4)
    assert (plain.epoch.calls, changed.epoch.calls) == (4 * 5, 4 * 7)
    assert changed.epoch.gmacs == plain.epoch.gmacs


def test_images_that_are_only_looked_at_cost_a_third():
    alone = work(LENET, 900, 2, 32)
    validated = work(LENET, 900, 2, 32, num_validation=300, num_test=600)  # after each epoch, and once at the end
    assert validated.epoch.gmacs == pytest.approx(alone.epoch.gmacs * (900 + 100) / 900)
    assert validated.once.gmacs == pytest.approx(alone.epoch.gmacs * 200 / 900)
    assert validated.epoch.calls == pytest.approx((8 + 3) * (29 + 2 / 3))
    assert validated.once.calls == pytest.approx((8 + 3) * 3 / 3)
    assert validated.epoch.update_gb == alone.epoch.update_gb


def test_a_frozen_backbone_costs_a_third_and_updates_nothing():
    def costs(trainable: bool) -> Amounts:
        net = Architecture(input_shape=(32, 45, 3), layers=(Backbone(trainable=trainable),))
        return work(analyze(net), 10, 1, 5).epoch

    frozen, trained = costs(False), costs(True)
    assert frozen.gmacs == pytest.approx(trained.gmacs / 3)
    assert frozen.update_gb == 0
    assert trained.update_gb > 0
    assert frozen.kept_gb == pytest.approx(trained.kept_gb / 3, rel=0.02)  # nothing of the optimizer


def test_the_prediction_is_the_sum_of_its_parts_and_a_range_around_it_that_nothing_has_proved():
    once, epoch, _ = work(LENET, 640, 2, 64)
    low, expected, high, is_measured = predict_seconds(work(LENET, 640, 2, 64), FAST)
    by_hand = 0.05 + once.layers * 0.01 + once.kept_gb * 3.0
    by_hand += 2 * (0.02 + epoch.calls * 1e-4 + epoch.gmacs * 0.02 + epoch.map_gb * 0.3)
    by_hand += 2 * (epoch.update_gb * 0.7 + epoch.kept_gb * 3.0)
    assert expected == pytest.approx(by_hand)
    assert (low, high) == (pytest.approx(expected / 1.5), pytest.approx(expected * 1.5))
    assert not is_measured


def test_very_short_epochs_cost_by_their_number():
    few, many = (predict_seconds(work(LENET, 60, epochs, 64), FAST).expected for epochs in (1, 21))
    assert many - few > 20 * 0.02


@pytest.mark.parametrize("name", PRESETS)
def test_more_of_anything_takes_longer(name: str):
    analysis = analyze(PRESETS[name].architecture)
    base = predict_seconds(work(analysis, 1000, 2, 32)).expected
    assert 0 < base < predict_seconds(work(analysis, 2000, 2, 32)).expected
    assert base < predict_seconds(work(analysis, 1000, 3, 32)).expected
    assert base < predict_seconds(work(analysis, 1000, 2, 8)).expected
    assert base < predict_seconds(work(analysis, 1000, 2, 32, num_validation=500)).expected


def test_a_calibration_is_found_again_from_its_runs():
    found = fit_calibration([measurement for _, measurement in runs(FAST, number=len(PRESETS))])
    for settings, measurement in runs(FAST, number=len(PRESETS)):
        assert predict_seconds(work(*settings), found).expected == pytest.approx(measurement.seconds, rel=0.25)
    assert found.spread == 1.3


def test_what_comes_once_and_what_an_epoch_takes_are_told_apart():
    both = [("lenet5", 3), ("digits-small", 3), ("too-deep", 3)]
    parts = [measured_by(FAST, work(analyze(get_preset(name).architecture), 400, epochs, 32)) for name, epochs in both]
    found = fit_calibration(parts)
    for name, _ in both:
        for epochs in (1, 40):  # neither is a part of what was measured
            other = work(analyze(get_preset(name).architecture), 400, epochs, 32)
            assert predict_seconds(other, found).expected == pytest.approx(
                predict_seconds(other, FAST).expected, rel=0.15
            )


def measured_by(calibration: Calibration, one: Workload) -> Measurement:
    """What a worker with that calibration tells of a training, 0.02 s of which come after its last epoch."""
    known = [getattr(calibration, name) for name in Calibration.model_fields if name.startswith("seconds_")]
    seconds = [total_seconds(one._replace(epochs=number), known) for number in range(1, one.epochs + 1)]
    return measured(one, [end - 0.02 for end in seconds], seconds[-1])


def test_noisy_runs_are_met_within_the_range():
    noisy = runs(FAST, noise=0.3)
    found = fit_calibration([measurement for _, measurement in noisy])
    ranges = [(predict_seconds(work(*settings), found), measurement.seconds) for settings, measurement in noisy]
    assert sum(one.low <= seconds <= one.high for one, seconds in ranges) >= 0.9 * len(noisy)
    assert 1.3 <= found.spread < 1.6


@pytest.mark.parametrize("factor", [0.05, 1.0, 30.0])
def test_one_run_tells_how_fast_the_worker_is(factor: float):
    usual = Calibration()
    seconds = factor * predict_seconds(work(LENET, 1000, 2, 32), usual).expected
    found = fit_calibration([Measurement(workload=work(LENET, 1000, 2, 32), seconds=seconds)])
    assert predict_seconds(work(LENET, 1000, 2, 32), found).expected == pytest.approx(seconds, rel=1e-3)
    other = analyze(get_preset("vgg-like").architecture)
    expected = factor * predict_seconds(work(other, 500, 1, 64), usual).expected
    assert predict_seconds(work(other, 500, 1, 64), found).expected == pytest.approx(expected, rel=1e-3)
    assert found.spread == 1.6


def test_what_is_usual_is_the_start():
    usual = Calibration()
    found = fit_calibration([measurement for _, measurement in runs(usual, number=2)])
    assert found.seconds_per_gmac == pytest.approx(usual.seconds_per_gmac, rel=1e-3)


def test_runs_that_fit_nothing_leave_a_wide_range_but_a_limited_one():
    settings = (LENET, 1000, 2, 32)
    contradicting = [Measurement(workload=work(*settings), seconds=seconds) for seconds in (0.1, 1000.0)]
    assert fit_calibration(contradicting).spread == 4.0


def test_a_calibration_survives_as_json_and_cannot_be_changed():
    kept = FAST.model_copy(update={"runs": (measured(work(LENET, 10, 2, 5), [1.0, 1.5], 2.0, "net"),)})
    assert Calibration.model_validate_json(kept.model_dump_json()) == kept
    with pytest.raises(ValidationError):
        FAST.spread = 9
    with pytest.raises(ValidationError):
        Calibration(seconds_per_gmac=-1)
    with pytest.raises(ValidationError):
        Measurement(workload=work(LENET, 10, 1, 5), seconds=float("nan"))


@pytest.mark.parametrize("counts", [{"num_images": 0}, {"num_images": -5}, {"num_images": 1, "num_test": -1}])
def test_an_empty_training_is_refused(counts: dict[str, int]):
    with pytest.raises(InvalidConfig, match=r"at least one image.*Received: num_images="):
        workload(LENET, TrainingConfig(), **counts)


def test_no_runs_are_no_calibration():
    with pytest.raises(InvalidConfig, match=r"at least one measured run.*Received: none"):
        fit_calibration([])
