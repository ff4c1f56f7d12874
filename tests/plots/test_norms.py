from cnnviz.plots.norms import describe_norms, norms_figure

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
