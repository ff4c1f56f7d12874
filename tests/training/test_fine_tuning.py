"""What learns when a net learns on, counted by hand."""

import pytest

from cnnviz.architecture.editing.adapt import head_name, with_probabilities
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    Flatten,
    GlobalAvgPool,
    Layer,
    MaxPool,
    Residual,
)
from cnnviz.architecture.spec.input_scaling import InputScaling
from cnnviz.errors import InvalidArchitecture, InvalidConfig
from cnnviz.training.config import Frozen, TrainingConfig, make_config
from cnnviz.training.duration.forecast import training_work
from cnnviz.training.fine_tuning import (
    MAX_IMAGE_BYTES,
    check_room,
    fitted_net,
    frozen_layers,
    learning,
    learning_text,
    training_analysis,
)

NET = Architecture(
    input_shape=(8, 8, 1),
    layers=(
        Conv(filters=2),  # 3*3*1*2 + 2 = 20
        BatchNorm(),  # 4*2 = 8, of which 4 are statistics
        Conv(filters=3),  # 3*3*2*3 + 3 = 57
        MaxPool(),
        Flatten(),  # 2*2*3 = 12
        Dense(units=4, activation="relu"),  # 12*4 + 4 = 52
        Dense(units=5, activation="softmax"),  # 4*5 + 5 = 25
    ),
)
KERNELS = 20 + 57 + 52


def tuned(frozen: Frozen, head: str = "new") -> TrainingConfig:
    return make_config({"dataset": "digits", "fine_tuning": {"name": "a", "frozen": frozen, "head": head}})


@pytest.mark.parametrize(
    ("frozen", "names", "counts"),
    [
        ("all-but-the-head", {"conv_1", "batch_norm_1", "conv_2", "dense_1"}, (25, 8 + KERNELS, 0, 3)),
        ("all-but-the-last-part", {"conv_1", "batch_norm_1", "conv_2"}, (25 + 52, 20 + 8 + 57, 1, 3)),
        ("nothing", {"batch_norm_1"}, (25 + KERNELS, 8, 3, 3)),
    ],
)
def test_what_is_frozen_and_how_many_parameters_learn(frozen: Frozen, names: set[str], counts: tuple[int, ...]) -> None:
    assert frozen_layers(NET, frozen) == names
    assert learning(NET, frozen) == counts


def test_it_is_said_in_words() -> None:
    assert learning_text(NET, tuned("all-but-the-head")) == (
        "Only the new head learns: 25 parameters learn, 137 are frozen. Batch normalisation stays as it is."
    )
    assert learning_text(NET, tuned("all-but-the-last-part", "kept")) == (
        "The last 1 of 3 convolutional and dense layers and the head that it has learn: 77 parameters learn, "
        "85 are frozen. Batch normalisation stays as it is."
    )
    assert learning_text(NET, tuned("nothing")).startswith("All layers and the new head learn: 154 parameters")
    assert learning_text(NET, TrainingConfig()) == ""


def test_a_block_learns_as_a_whole() -> None:
    inside = (Conv(filters=1, padding="same"), Conv(filters=1, padding="same"))
    blocks: tuple[Layer, ...] = (
        Residual(layers=inside),
        Branches(branches=(inside, (Conv(filters=1, padding="same"),))),
    )
    net = Architecture(input_shape=(8, 8, 1), layers=(*blocks, Flatten(), Dense(units=2, activation="softmax")))
    assert learning(net, "all-but-the-last-part").layers == 3
    assert frozen_layers(net, "all-but-the-last-part") == {"residual_1.conv_1", "residual_1.conv_2"}


def test_the_head_fits_the_classes_and_size_and_scaling_stay() -> None:
    net = Architecture.from_fields({**NET.model_dump(), "scaling": InputScaling(scale=2 / 255, shift=-1)})
    fitted = fitted_net(net, 10)
    assert fitted.layers[:-1] == net.layers[:-1]
    assert fitted.layers[-1] == Dense(units=10, activation="softmax")
    assert (fitted.input_shape, fitted.scaling) == (net.input_shape, net.scaling)
    assert head_name(fitted) == "dense_2"


def head(*last: Layer) -> Architecture:
    return Architecture(input_shape=(4, 4, 1), layers=(Conv(filters=2), *last))


@pytest.mark.parametrize(
    ("net", "last"),
    [
        (head(Flatten(), Dense(units=3)), Dense(units=3, activation="softmax")),
        (head(Flatten(), Dense(units=1)), Dense(units=1, activation="sigmoid")),
        (head(Flatten(), Dense(units=3), ActivationLayer(function="linear")), ActivationLayer(function="softmax")),
        (head(GlobalAvgPool()), ActivationLayer(function="softmax")),
        (head(Flatten(), Dense(units=3), ActivationLayer(function="softmax")), ActivationLayer(function="softmax")),
        (head(Flatten(), Dense(units=1, activation="sigmoid")), Dense(units=1, activation="sigmoid")),
    ],
)
def test_a_net_that_ends_in_plain_numbers_gets_probabilities(net: Architecture, last: Layer) -> None:
    assert with_probabilities(net).layers[-1] == last
    assert with_probabilities(with_probabilities(net)) == with_probabilities(net)


def test_a_single_number_gets_as_many_outputs_as_there_are_classes() -> None:
    net = head(Flatten(), Dense(units=1))
    assert fitted_net(net, 2).layers[-1] == Dense(units=1, activation="sigmoid")
    assert fitted_net(net, 3).layers[-1] == Dense(units=3, activation="softmax")


def test_a_net_without_a_head_is_refused() -> None:
    with pytest.raises(InvalidArchitecture, match="expected a dense layer at its end"):
        fitted_net(head(Flatten()), 3)


def test_what_is_frozen_costs_no_way_back() -> None:
    only_head, all_of_it = (training_analysis(NET, tuned(frozen)) for frozen in ("all-but-the-head", "nothing"))
    assert [report.is_passed for report in only_head.layers] == [True] * 6 + [False]
    assert only_head.totals.trainable_params == 25
    assert all_of_it.totals.trainable_params == 25 + KERNELS
    assert not any(report.is_passed for report in all_of_it.layers)
    few, work = (training_work(NET, tuned(frozen)).epoch for frozen in ("all-but-the-head", "nothing"))
    assert few.update_gb < work.update_gb
    assert work.gmacs / 3 < few.gmacs < work.gmacs / 2
    assert few.map_gb < work.map_gb / 2


def test_more_images_than_there_is_room_for_are_refused() -> None:
    size = (224, 224, 3)
    most = MAX_IMAGE_BYTES // (224 * 224 * 3)
    check_room(most, (28, 28, 1), size)
    check_room(most + 1, size, size)  # they are held in this size anyway
    with pytest.raises(InvalidConfig, match=f"at most 2 GiB are accepted.*{most:,} images fit"):
        check_room(most + 1, (28, 28, 1), size)
