"""Learning rates over a run, against hand numbers and Keras's own schedule."""

import keras
import numpy as np
import pytest

from cnnviz.training.config import TrainingConfig
from cnnviz.training.loop.schedule import MAX_PLANNED, factor, learning_rates, planned_rates

NAMES = ("constant", "cosine", "one_cycle", "step")


@pytest.mark.parametrize("name", NAMES)
def test_every_schedule_stays_within_the_base_rate_and_above_nothing(name: str) -> None:
    config = TrainingConfig(schedule=name, learning_rate=0.02, epochs=3)
    rates = learning_rates(config, 40)
    assert rates.shape == (120,)
    assert rates.max() == pytest.approx(0.02, rel=1e-3)
    assert rates.min() > 0
    assert rates == pytest.approx([0.02 * factor(config, step, 120) for step in range(120)])


def test_a_constant_rate_does_not_change() -> None:
    assert set(learning_rates(TrainingConfig(epochs=2), 7)) == {1e-3}


def test_cosine_falls_as_keras_has_it() -> None:
    rates = learning_rates(TrainingConfig(schedule="cosine", learning_rate=0.1, epochs=1), 101)
    oracle = keras.optimizers.schedules.CosineDecay(0.1, 100, alpha=1e-4)
    np.testing.assert_allclose(rates, [float(oracle(step)) for step in range(101)], rtol=1e-4, atol=1e-8)
    assert rates[50] == pytest.approx(0.1 * (1 + 1e-4) / 2)


def test_one_cycle_rises_for_three_tenths_and_then_falls_to_almost_nothing() -> None:
    rates = learning_rates(TrainingConfig(schedule="one_cycle", learning_rate=1.0, epochs=1), 101)
    assert rates[0] == pytest.approx(1 / 25)
    assert rates.argmax() == 30
    assert rates[30] == pytest.approx(1.0)
    assert rates[15] == pytest.approx((1 / 25 + 1) / 2)
    assert (np.diff(rates[:31]) > 0).all()
    assert (np.diff(rates[30:]) < 0).all()
    assert rates[-1] == pytest.approx(1e-4)


def test_step_divides_by_ten_after_each_third() -> None:
    rates = learning_rates(TrainingConfig(schedule="step", learning_rate=1.0, epochs=3), 31)
    assert rates[[0, 30, 31, 61, 62, 92]] == pytest.approx([1, 1, 0.1, 0.1, 0.01, 0.01])


@pytest.mark.parametrize("name", NAMES)
def test_a_step_outside_of_the_run_has_the_rate_of_its_nearest_end(name: str) -> None:
    config = TrainingConfig(schedule=name)
    assert factor(config, 500, 10) == factor(config, 9, 10)
    assert factor(config, -1, 10) == factor(config, 0, 10)
    assert 0 < factor(config, 0, 1) <= 1


def test_a_long_plan_is_drawn_from_about_a_thousand_steps_and_begins_and_ends_alike() -> None:
    config = TrainingConfig(epochs=50, schedule="one_cycle")
    drawn, whole = planned_rates(config, 3750), learning_rates(config, 3750)
    assert len(drawn) == MAX_PLANNED
    assert (drawn[0], drawn[-1]) == (whole[0], whole[-1])
    assert drawn.max() == pytest.approx(whole.max(), rel=1e-3)
    assert np.array_equal(planned_rates(config, 7), learning_rates(config, 7))
