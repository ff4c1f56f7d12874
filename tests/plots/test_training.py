import numpy as np

from cnnviz.plots.training import MAX_POINTS, describe_norms, describe_schedule, norms_figure, schedule_curve

EPOCHS = [
    {"epoch": 1, "norms": {"conv_1": {"weights": 2.0, "gradients": 0.5, "dead": 0.1}, "relu_1": {"dead": 0.0}}},
    {"epoch": 2, "norms": {"conv_1": {"weights": 3.0, "gradients": 0.25}}},
]


def test_each_layer_with_weights_has_a_line_of_weights_and_one_of_gradients() -> None:
    weights, gradients = norms_figure(EPOCHS).data
    assert (list(weights.x), list(weights.y)) == ([1, 2], [2.0, 3.0])
    assert (list(gradients.x), list(gradients.y)) == ([1, 2], [0.5, 0.25])


def test_epochs_without_norms_are_passed_over() -> None:
    assert list(norms_figure([{"epoch": 1}, {**EPOCHS[1]}]).data[0].x) == [2]
    assert "no epoch" in describe_norms([])


def test_the_words_name_the_newest_numbers() -> None:
    assert describe_norms(EPOCHS) == "Norms of weights and gradients over 2 epochs; last: conv_1 weights 3."


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
