import numpy as np

from cnnviz.plots.training import MAX_POINTS, describe_schedule, schedule_curve


def test_the_planned_rates_are_spread_over_the_epochs() -> None:
    (planned,) = schedule_curve(np.array([0.1, 0.2, 0.05]), 4).data
    assert list(planned.x) == [0, 2, 4]
    assert list(planned.y) == [0.1, 0.2, 0.05]


def test_a_long_run_is_thinned_out_with_its_ends() -> None:
    planned = schedule_curve(np.linspace(1, 2, 40_000), 20).data[0]
    assert len(planned.x) == MAX_POINTS
    assert (planned.x[0], planned.x[-1], planned.y[-1]) == (0, 20, 2)


def test_the_curve_is_said_in_words() -> None:
    assert describe_schedule(np.full(9, 1e-3), 1) == "The learning rate is 0.001 in all of the 1 epoch."
    risen = describe_schedule(np.array([0.01, 0.1, 0.05, 0.001]), 8)
    assert risen == "The learning rate begins at 0.01, rises to 0.1 at epoch 4.0 and ends at 0.001 after 8 epochs."
    fallen = describe_schedule(np.array([0.1, 0.05]), 2)
    assert fallen == "The learning rate begins at 0.1, ends at 0.05 after 2 epochs."
