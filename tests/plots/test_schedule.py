import numpy as np

from cnnviz.plots.schedule import MAX_POINTS, describe_schedule, schedule_curve


def test_the_planned_rates_are_spread_over_the_epochs() -> None:
    planned, used = schedule_curve(np.array([0.1, 0.2, 0.05]), 4).data
    assert list(planned.x) == [0, 2, 4]
    assert list(planned.y) == [0.1, 0.2, 0.05]
    assert len(used.x) == 0


def test_the_rates_that_were_used_are_drawn_beside_the_plan() -> None:
    points = [{"epoch": 0.5, "learning_rate": 0.1}, {"epoch": 1.0, "loss": 2.0}, {"epoch": 1.5, "learning_rate": 0.3}]
    fig = schedule_curve(np.full(30, 0.1), 3, points=points, log=True)
    assert list(fig.data[1].x) == [0.5, 1.5]
    assert list(fig.data[1].y) == [0.1, 0.3]
    assert fig.layout.yaxis.type == "log"
    assert fig.layout.showlegend


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
