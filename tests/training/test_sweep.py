"""Plans of sweeps: their points in order, their names, and what is refused in a sentence."""

import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.presets.tutorials import T1
from cnnviz.architecture.spec import Conv, Dropout
from cnnviz.architecture.spec.paths import walk
from cnnviz.errors import InvalidArchitecture, InvalidConfig, UnknownName
from cnnviz.training.config import USUAL_AUGMENTATION, FineTuning, TrainingConfig
from cnnviz.training.sweep import data_sweep, nets_sweep, seeds_sweep, settings_sweep
from cnnviz.training.sweep_settings import SETTINGS, read_values, usual_amounts, with_value

NET = get_preset("digits-small").architecture
CONFIG = TrainingConfig(epochs=1, limit=100, seed=7)


def test_one_setting_gives_a_point_for_each_value_in_order() -> None:
    sweep = settings_sweep(NET, CONFIG, {"learning_rate": [0.1, 0.01]})
    assert (sweep.kind, sweep.title) == ("settings", "digits-small: learning rate")
    assert [point.config.learning_rate for point in sweep.points] == [0.1, 0.01]
    assert [point.values for point in sweep.points] == [{"learning_rate": 0.1}, {"learning_rate": 0.01}]
    assert [point.name for point in sweep.points] == [
        "digits-small, learning rate 0.1",
        "digits-small, learning rate 0.01",
    ]
    assert all(point.config.seed == 7 and point.architecture == NET for point in sweep.points)


def test_two_settings_give_a_grid_and_all_cells_get_the_first_seed_before_any_gets_the_second() -> None:
    sweep = settings_sweep(NET, CONFIG, {"learning_rate": [0.1, 0.01], "batch_size": [16, 32, 64]}, num_seeds=2)
    assert len(sweep.points) == 12
    assert [point.config.seed for point in sweep.points] == [7] * 6 + [8] * 6
    assert sweep.points[4].values == {"learning_rate": 0.01, "batch_size": 32, "seed": 7}
    assert sweep.points[4].name == "digits-small, learning rate 0.01, batch size 32, seed 7"
    assert (sweep.points[4].config.learning_rate, sweep.points[4].config.batch_size) == (0.01, 32)


def test_settings_of_the_net_change_the_net_and_nothing_else() -> None:
    sweep = settings_sweep(NET, CONFIG, {"filters": [4, 8], "dropout": [0.0, 0.5]})
    filters = [
        [layer.filters for _, layer in walk(p.architecture.layers) if isinstance(layer, Conv)] for p in sweep.points
    ]
    assert filters == [[4, 8], [4, 8], [8, 16], [8, 16]], "in proportion, as the slider does"
    rates = [
        [layer.rate for _, layer in walk(p.architecture.layers) if isinstance(layer, Dropout)] for p in sweep.points
    ]
    assert rates == [[], [0.5], [], [0.5]]
    assert {point.config for point in sweep.points} == {CONFIG}


def test_augmentation_is_on_or_off() -> None:
    sweep = settings_sweep(NET, CONFIG, {"augment": read_values("augment", "off, on")})
    assert [point.config.augment for point in sweep.points] == [None, USUAL_AUGMENTATION]


@pytest.mark.parametrize("name", SETTINGS)
def test_the_usual_values_of_each_setting_can_be_read_and_make_nets_and_settings(name: str) -> None:
    values = read_values(name, SETTINGS[name].usual)
    assert len(values) > 1
    assert len(settings_sweep(NET, CONFIG, {name: values}).points) == len(values)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0.1, 0.01", (0.1, 0.01)),
        ("0.1,0.01", (0.1, 0.01)),
        ("0.1 0.01", (0.1, 0.01)),
        ("0,1; 0,01", (0.1, 0.01)),
        ("0,1 0,01", (0.1, 0.01)),
        ("1e-3, 1/100 , 1e-3,", (0.001, 0.01)),
    ],
)
def test_values_are_read_as_people_type_them_each_once(text: str, values: tuple[float, ...]) -> None:
    assert read_values("learning_rate", text) == values


def test_seeds_are_the_same_for_all_nets_and_come_in_turn() -> None:
    other = get_preset("lenet5").architecture
    sweep = seeds_sweep([(NET, CONFIG, "small"), (other, CONFIG, "small")], 2)
    assert sweep.kind == "seeds"
    assert [(point.values["net"], point.values["seed"], point.config.seed) for point in sweep.points] == [
        ("small", 0, 0),
        ("small (2)", 0, 0),
        ("small", 1, 1),
        ("small (2)", 1, 1),
    ]
    assert [point.name for point in sweep.points][:2] == ["small, seed 0", "small (2), seed 0"]


def test_amounts_of_data_limit_the_training_images() -> None:
    sweep = data_sweep(NET, TrainingConfig(), [100, 200], num_seeds=2)
    assert sweep.kind == "data"
    assert [(point.config.limit, point.config.seed) for point in sweep.points] == [
        (100, 0),
        (200, 0),
        (100, 1),
        (200, 1),
    ]
    with pytest.raises(InvalidConfig, match=r"There are 1,437 images to learn from.*Received: 5,000"):
        data_sweep(NET, TrainingConfig(), [100, 5000])


def test_usual_amounts_double_up_to_all_images() -> None:
    assert usual_amounts(400) == (25, 50, 100, 200, 400)
    assert usual_amounts(1437) == (89, 179, 359, 718, 1437)
    assert usual_amounts(15) == (15,)


def test_the_five_nets_of_the_first_tutorial_are_brought_into_the_form_of_other_images() -> None:
    names = [preset.name for preset in T1]
    sweep = nets_sweep(names, dataset="faces", epochs=2, limit=None)
    assert [point.values for point in sweep.points] == [{"net": name} for name in names]
    assert {point.architecture.input_shape for point in sweep.points} == {(25, 25, 1)}
    assert [point.config.loss for point in sweep.points] == ["mse"] * 5
    assert sweep.points[0].config.learning_rate == 1e-5, "by its own settings"
    assert len(nets_sweep(names, dataset="faces", num_seeds=3).points) == 15


@pytest.mark.parametrize(
    ("settings", "num_seeds", "said"),
    [
        ({"learning_rate": [0.1] * 100, "batch_size": [8] * 100}, 1, "at most 100 points.*a sweep of 10,000 points"),
        ({"learning_rate": [0.1]}, 101, "a sweep of 101 points"),
        ({"learning_rate": []}, 1, "Learning rate: a sweep needs values"),
        ({"learning_rate": [0.0]}, 1, "Learning rate: expected a number above 0. Received: 0.0"),
        ({"optimizer": ["adagrad"]}, 1, "Optimizer: expected sgd, rmsprop, adam or adamw. Received: adagrad"),
        ({}, 1, "one or two settings.*Received: 0"),
        ({"learning_rate": [1], "batch_size": [1], "epochs": [1]}, 1, "Received: 3"),
        ({"learning_rate": [0.1]}, 0, "at least one seed. Received: 0"),
        ({"seed": [1, 2]}, 2, "The seed is one of the settings already"),
        ({"dropout": [0.95]}, 1, "Dropout: expected 0.9 or less. Received: 0.95"),
        ({"limit": [100, 99_999]}, 1, "There are 1,437 images to learn from.*Received: 99,999"),
        ({"kernel": [4]}, 1, "Side of the kernels: .*must be odd. Received: 4"),
    ],
)
def test_what_cannot_be_swept_is_refused_in_a_sentence(settings: dict, num_seeds: int, said: str) -> None:
    with pytest.raises(InvalidConfig, match=said):
        settings_sweep(NET, CONFIG, settings, num_seeds=num_seeds)


def test_a_value_that_makes_no_net_is_refused_as_on_the_architecture_page() -> None:
    with pytest.raises(InvalidArchitecture):
        settings_sweep(NET, CONFIG, {"blocks": [6]})


def test_a_setting_that_the_net_has_no_place_for_is_refused() -> None:
    dense = get_preset("mlp-cats-dogs").architecture
    with pytest.raises(InvalidConfig, match="no plain convolution"):
        with_value(dense, CONFIG, "filters", 8)


def test_a_net_that_begins_with_weights_is_not_swept() -> None:
    tuned = CONFIG.model_copy(update={"fine_tuning": FineTuning(name="mine")})
    with pytest.raises(InvalidConfig, match="trains nets from scratch"):
        seeds_sweep([(NET, tuned, "tuned")], 2)


@pytest.mark.parametrize("text", ["", "  ", ",;", "fast", "0.1, x"])
def test_values_that_cannot_be_read_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidConfig, match=r"as in 0\.01, 0\.003"):
        read_values("learning_rate", text)


def test_an_unknown_setting_names_those_there_are() -> None:
    with pytest.raises(UnknownName, match=r"no setting for a sweep named 'colour'.*batch_size"):
        read_values("colour", "1")


@pytest.mark.parametrize("nets", [[], ["digits-small"]])
def test_nothing_to_train_is_refused(nets: list[str]) -> None:
    runs = [(NET, CONFIG, name) for name in nets]
    with pytest.raises(InvalidConfig, match="at least one seed"):
        seeds_sweep(runs, 0 if nets else 3)
