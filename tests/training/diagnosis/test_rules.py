"""What each rule finds, by small trainings that really have a fault, and by records of what they leave."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from cnnviz.architecture.presets.catalogue import get_preset
from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    Dropout,
    Flatten,
    GlobalAvgPool,
    Layer,
    Residual,
)
from cnnviz.bench.diagnosis import run_situation
from cnnviz.bench.situations import Situation
from cnnviz.datasets.dataset import Dataset
from cnnviz.datasets.registry import load_dataset
from cnnviz.training.config import TrainingConfig
from cnnviz.training.diagnosis.finding import Finding, Remedy
from cnnviz.training.diagnosis.rules import diagnose

SMALL = get_preset("digits-small").architecture
SOFTMAX = Dense(units=10, activation="softmax")


def dense(*layers: Layer) -> Architecture:
    return Architecture(input_shape=(28, 28, 1), layers=(Flatten(), *layers, SOFTMAX))


def trained(net: Architecture, data: Dataset, **config: object) -> dict[str, Finding]:
    """Train and give the findings after the last epoch by their kind, the cause first."""
    settings = TrainingConfig(**{"epochs": 3, **config})
    found = run_situation(Situation("", "", net, settings, lambda _: data)).findings
    assert all(finding.evidence.endswith(".") for finding in found)
    return {finding.kind: finding for finding in found}


def few(data: Dataset, count: int) -> Dataset:
    return replace(data, x_train=data.x_train[:count], y_train=data.y_train[:count])


@pytest.fixture(scope="module")
def digits() -> Dataset:
    return load_dataset("digits")


@pytest.mark.parametrize(("net", "optimizer", "rate"), [(SMALL, "adam", 1e-3), (SMALL, "sgd", 1e-2)])
def test_a_training_that_goes_well_is_said_to_be_well(
    net: Architecture, optimizer: str, rate: float, digits: Dataset
) -> None:
    assert trained(net, digits, optimizer=optimizer, learning_rate=rate, epochs=10).keys() == {"well"}


def test_a_deep_net_that_learns_well_is_to_be_trained_longer_only(digits: Dataset) -> None:
    deep = dense(*[Dense(units=32, activation="relu")] * 6)
    assert list(trained(deep, digits, epochs=4)) == ["too_few_epochs"]


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_gradients_that_explode_are_said_with_the_layer_where_they_are_largest(optimizer: str, digits: Dataset) -> None:
    found = trained(dense(*[Dense(units=32)] * 3), digits, optimizer=optimizer, learning_rate=0.1, epochs=1)
    title = found["exploding_gradients"].title
    assert title.startswith("The gradients explode in Dense ")
    assert " ".join(title.split()[-2:]) in found["exploding_gradients"].evidence


def test_a_learning_rate_that_kills_the_relus_is_too_high(digits: Dataset) -> None:
    found = trained(SMALL, digits, learning_rate=1.0, optimizer="sgd")
    assert {"rate_too_high", "dead_relus", "one_class"} <= set(found)
    assert next(iter(found)) == "rate_too_high"
    assert "100\u202f% of Convolution 1, 100\u202f% of Convolution 2" in found["dead_relus"].evidence
    assert "100\u202f% of the images looked at" in found["one_class"].evidence


def test_relus_that_died_without_a_spike_in_the_loss_tell_of_too_high_a_rate_as_well() -> None:
    epoch = {"epoch": 1, "loss": 2.31, "accuracy": 0.1, "norms": {"conv_1": {"weights": 26.0, "dead": 1.0}}}
    found = diagnose([], [epoch], config=TrainingConfig(), classes=list("0123456789"), num_train=5000)
    assert [finding.kind for finding in found] == ["rate_too_high", "dead_relus"]
    assert "the ReLUs of conv_1 answer 0 to every image" in found[0].evidence


@pytest.mark.parametrize(
    ("settings", "rate"),
    [
        ({"optimizer": "adam", "learning_rate": 1e-6}, 1e-3),
        ({"optimizer": "sgd", "learning_rate": 1e-6}, 1e-2),  # momentum 0.9: ten steps of one gradient
        ({"optimizer": "sgd", "learning_rate": 1e-6, "momentum": 0.0}, 0.1),
        ({"optimizer": "adam", "learning_rate": 2e-4}, None),  # below the usual, and it learns
    ],
)
def test_a_rate_that_is_far_too_low_is_not_mended_by_ten_times_as_much(settings: dict, rate: float | None) -> None:
    losses = (2.3, 2.2997, 2.2995) if rate else (2.3, 2.0, 1.7)
    found = told(dense(RELU), {"accuracy": 0.15}, losses=losses, classes="0123456789", **settings)
    if rate is None:
        assert "rate_too_low" not in found
    else:
        assert next(iter(found)) == "rate_too_low"
        assert found["rate_too_low"].remedy == Remedy({"learning_rate": rate})


def grey(digits: Dataset, *, noise: int) -> Dataset:
    """The set with images of which nothing can be learned."""
    random = np.random.default_rng(0)
    made = [128 + random.integers(0, noise + 1, x.shape).astype(np.uint8) for x in (digits.x_train, digits.x_test)]
    return replace(digits, x_train=made[0], x_test=made[1])


def test_labels_that_have_nothing_to_do_with_the_images_give_a_plateau(digits: Dataset) -> None:
    found = trained(SMALL, grey(digits, noise=1), epochs=4)
    assert "guessing gives 2.3" in found["plateau"].evidence
    assert "same_images" not in found


def test_blank_images_are_said_and_not_only_what_comes_of_them(digits: Dataset) -> None:
    found = trained(SMALL, grey(digits, noise=0))
    assert found["same_images"].evidence.startswith("100\u202f% of the images looked at are alike in every pixel")
    assert list(found) == ["same_images"]


@pytest.fixture(scope="module")
def lopsided(digits: Dataset) -> Dataset:
    """Noise of which 92 of 100 images are called a, and 8 b."""
    random = np.random.default_rng(1)
    sizes = {"train": 300, "test": 100}
    x = {part: random.integers(0, 256, (size, 28, 28, 1), np.uint8) for part, size in sizes.items()}
    y = {part: (np.arange(size) % 25 >= 23).astype(int) for part, size in sizes.items()}
    info = replace(digits.info, classes=("a", "b"))
    return replace(digits, info=info, x_train=x["train"], y_train=y["train"], x_test=x["test"], y_test=y["test"])


def test_the_weighted_losses_of_a_rare_class_are_not_taken_for_too_high_a_learning_rate(lopsided: Dataset) -> None:
    found = trained(SMALL, lopsided, learning_rate=1e-5, class_weights=True, batch_size=4)
    assert "rate_too_high" not in found


@pytest.mark.parametrize(("before", "bound"), [("softmax", 1.46), ("sigmoid", 1.46), ("tanh", 0.80)])
def test_a_softmax_of_bounded_values_says_what_the_loss_stays_above(before: str, bound: float) -> None:
    """ln(1 + 9 / e) = 1.461 for values from 0 to 1 and ten classes, ln(1 + 9 / e^2) = 0.797 for -1 to 1."""
    found = told(head(before, "softmax", units=10), {}, classes="0123456789")["squashed_answer"]
    assert f"the loss stays above {bound:.2f}" in found.evidence
    assert found.remedy == Remedy(architecture=head("linear", "softmax", units=10))


def test_advice_does_not_name_what_the_net_has_already() -> None:
    epoch = {"epoch": 1, "loss": 2.0, "accuracy": 0.5, "norms": {"dense_1": {"weights": 1.0, "gradients": 50.0}}}
    facts: dict = {"config": TrainingConfig(), "classes": list("ab"), "num_train": 5000}
    (plain,) = diagnose([], [epoch], **facts, architecture=dense(Dense(units=4)))
    (normalised,) = diagnose([], [epoch], **facts, architecture=dense(Dense(units=4), BatchNorm()))
    assert "batch normalisation" in plain.advice
    assert "batch normalisation" not in normalised.advice


def told(
    net: Architecture, row: dict, *, losses: Sequence[float] = (2.0,), classes: str = "ab", **config: object
) -> dict:
    """Findings by kind of recorded epochs that are alike but for their losses."""
    epochs = [{"epoch": 1 + i, "accuracy": 0.5, **row, "loss": loss} for i, loss in enumerate(losses)]
    settings = TrainingConfig(**config)
    found = diagnose([], epochs, config=settings, classes=classes, num_train=5000, architecture=net)
    return {finding.kind: finding for finding in found}


def own(*layers: Layer, units: int = 2) -> Architecture:
    return Architecture(input_shape=(8, 12, 1), layers=(*layers, Dense(units=units, activation="softmax")))


@pytest.mark.parametrize(
    ("layers", "name"),
    [
        ((Conv(filters=4), BatchNorm(), Flatten()), None),
        (
            (Conv(filters=4), BatchNorm(), GlobalAvgPool(), Dense(units=3), BatchNorm(), Dense(units=3)),
            "Batch normalisation 2",
        ),
        ((Conv(filters=4), GlobalAvgPool(keep_sides=True), BatchNorm(name="one"), Flatten()), "Batch normalisation"),
    ],
)
def test_a_batch_of_one_is_a_cause_only_where_a_unit_has_one_value(layers: tuple[Layer, ...], name: str | None) -> None:
    found = told(own(*layers), {"accuracy": 0.97}, batch_size=1)
    assert ("single_batch_norm" in found) == (name is not None)
    if name:
        assert f"each value that {name} gets" in found["single_batch_norm"].evidence
    assert "single_batch_norm" not in told(own(*layers), {}, batch_size=2)


def test_a_softmax_twice_is_found_through_dropout_and_for_squared_errors() -> None:
    """With three classes e / (e + 2) = 0.576, and (1 - 0.576)^2 / 2 = 0.0898 for squared errors."""
    last = (Dropout(rate=0.5), ActivationLayer(function="softmax"))
    net = Architecture(
        input_shape=(8, 12, 1), layers=(Flatten(), Dense(units=3), ActivationLayer(function="softmax"), *last)
    )
    assert (
        "more than 58\u202f%, and the validation loss stays above 0.55"
        in told(net, {}, classes="abc")["squashed_answer"].evidence
    )
    assert "loss stays above 0.09" in told(net, {}, classes="abc", loss="mse")["squashed_answer"].evidence


@pytest.mark.parametrize("between", [(), (Dropout(),), (BatchNorm(),), (Dense(units=7), Dropout())])
def test_a_softmax_before_the_layers_that_answer_is_found_where_little_is_learned(between: tuple[Layer, ...]) -> None:
    net = own(Flatten(), Dense(units=2, activation="softmax"), *between)
    assert "activation 'relu'" in told(net, {})["squashed_answer"].advice
    assert "squashed_answer" not in told(net, {"accuracy": 0.95})
    usual = own(Flatten(), Dense(units=2, activation="sigmoid"), *between)
    assert "squashed_answer" not in told(usual, {})


def head(before: str, answer: str, *, units: int = 2) -> Architecture:
    last = (Dense(units=units, activation=before), ActivationLayer(function=answer))
    return Architecture(input_shape=(8, 12, 1), layers=(Flatten(), *last))


@pytest.mark.parametrize(
    ("before", "answer", "classes", "evidence"),
    [
        # sigmoid(0) = 0.5, sigmoid(1) = 0.731: of three classes 0.731 / 1.731 = 42%, of ten 0.731 / 5.231 = 14%
        (
            "sigmoid",
            "sigmoid",
            "abc",
            "between 0 and 1, so no class can get more than 42\u202f%, and the loss stays above 0.86.",
        ),
        ("sigmoid", "sigmoid", "abcdefghij", "no class can get more than 14\u202f%, and the loss stays above 1.97."),
        # sigmoid(-1) = 0.269: 0.731 / 1 of two
        (
            "tanh",
            "sigmoid",
            "ab",
            "between -1 and 1, so no class can get more than 73\u202f%, and the loss stays above 0.31.",
        ),
        # 1 of 1 + 9 / 2
        ("relu", "sigmoid", "abcdefghij", "is never below 0, so no class can get more than 18\u202f%"),
        ("hard_sigmoid", "softmax", "ab", "no class can get more than 73\u202f%, and the loss stays above 0.31."),
    ],
)
def test_an_answer_of_what_was_squeezed_before_says_what_it_can_be_at_best(
    before: str, answer: str, classes: str, evidence: str
) -> None:
    found = told(head(before, answer, units=len(classes)), {"accuracy": 0.99}, classes=classes)["squashed_answer"]
    assert found.title == f"{answer.capitalize()} comes after {before}"
    assert evidence in found.evidence
    assert found.advice == f"Take the {before} before the {answer} away (activation 'linear')."


@pytest.mark.parametrize(
    ("before", "loss", "evidence"),
    [
        (
            "sigmoid",
            "crossentropy",
            "so 'a' can get no more than 50\u202f%, and the loss of its images stays above 0.69.",
        ),
        (
            "relu",
            "mse",
            "never below 0, so 'a' can get no more than 50\u202f%, and the loss of its images stays above 0.25.",
        ),
        ("tanh", "crossentropy", "so 'a' can get no more than 73\u202f%, and the loss of its images stays above 0.31."),
    ],
)
def test_a_single_sigmoid_of_what_was_squeezed_names_the_class_that_it_cannot_give(
    before: str, loss: str, evidence: str
) -> None:
    assert told(head(before, "sigmoid", units=1), {}, loss=loss)["squashed_answer"].evidence.endswith(evidence)


@pytest.mark.parametrize("before", ["relu", "relu6", "softplus"])
def test_a_softmax_of_what_was_cut_off_at_0_is_found_where_little_is_learned(before: str) -> None:
    found = told(head(before, "softmax"), {"accuracy": 0.5, "norms": {"dense_1": {"dead": 0.6, "weights": 1.0}}})
    assert list(found) == ["squashed_answer", "dead_relus"]
    assert found["dead_relus"].advice == "", "it comes of the former"
    assert f"{before} gives nothing below 0" in found["squashed_answer"].evidence
    assert "50\u202f% of the training images are right" in found["squashed_answer"].evidence
    assert not told(head(before, "softmax"), {"accuracy": 0.95})


def test_what_a_bad_head_explains_is_not_laid_to_the_learning_rate_or_the_data() -> None:
    one = {"top_class": {"class": 1, "predicted": 1.0, "true": 0.33}}
    assert list(told(head("sigmoid", "sigmoid", units=3), one, classes="abc")) == ["squashed_answer", "one_class"]
    most = {"top_class": {"class": 1, "predicted": 1.0, "true": 0.92}, "accuracy": 0.92, "recall": 0.5}
    assert list(told(head("sigmoid", "softmax"), most)) == ["squashed_answer", "class_imbalance"]
    worse = {"accuracy": 0.95, "val_accuracy": 0.75}
    rows = [{**worse, "epoch": 1, "loss": 0.4, "val_loss": 1.5}, {**worse, "epoch": 2, "loss": 0.2, "val_loss": 2.5}]
    rows.append({**worse, "epoch": 3, "loss": 0.1, "val_loss": 6.0})
    facts = {"config": TrainingConfig(batch_size=1), "classes": "ab", "num_train": 70}
    normed = own(Flatten(), Dense(units=16), BatchNorm())
    assert [one.kind for one in diagnose([], rows, **facts, architecture=normed)] == ["single_batch_norm"]
    assert [one.kind for one in diagnose([], rows, **facts, architecture=own(Flatten()))] == ["too_little_data"]


@pytest.mark.parametrize(("before", "answer"), [("linear", "sigmoid"), ("gelu", "softmax"), ("leaky_relu", "sigmoid")])
def test_other_ends_of_a_net_are_usual_ones(before: str, answer: str) -> None:
    assert "squashed_answer" not in told(head(before, answer), {})


@pytest.mark.parametrize(
    ("share", "kinds"), [(0.92, ["class_imbalance"]), (0.8, ["class_imbalance"]), (0.5, ["plateau", "one_class"])]
)
def test_a_flat_loss_has_one_cause(share: float, kinds: list[str]) -> None:
    top = {"class": 0, "predicted": 1.0, "true": share}
    row = {"accuracy": share, "recall": 0.5, "top_class": top}
    found = told(own(Flatten()), row, losses=(0.5, 0.5, 0.5))
    assert list(found) == kinds
    assert all(one.advice == "" for one in list(found.values())[1:])


EXPLODED = {"norms": {"dense_1": {"weights": 1.0, "gradients": 50.0}}}
VANISHED = {"norms": {name: {"weights": 1.0, "gradients": g} for name, g in (("conv_1", 1e-6), ("dense_1", 1.0))}}
RELU = Dense(units=5, activation="relu")


@pytest.mark.parametrize(
    ("net", "advice"),
    [
        (own(Conv(filters=2), Flatten(), RELU), "or put a batch normalisation after each convolution."),
        (own(Flatten(), RELU), "or put a batch normalisation after each hidden dense layer."),
        (own(Flatten()), "Use a smaller learning rate (0.0001)."),
    ],
)
def test_a_batch_normalisation_is_advised_where_the_net_has_a_place_for_it(net: Architecture, advice: str) -> None:
    assert told(net, EXPLODED)["exploding_gradients"].advice.endswith(advice)
    assert told(net, EXPLODED, batch_size=1)["exploding_gradients"].advice == "Use a smaller learning rate (0.0001)."


@pytest.mark.parametrize(
    "block",
    [
        Residual(layers=(Conv(filters=1, padding="same"),)),
        Branches(branches=((Conv(filters=1, padding="same"),), ()), merge="add"),
    ],
)
def test_skip_connections_are_not_advised_to_a_net_that_has_them(block: Layer) -> None:
    assert "skip" not in told(own(block, Flatten(), RELU), VANISHED)["vanishing_gradients"].advice
    assert "skip" in told(own(Conv(filters=1), Flatten(), RELU), VANISHED)["vanishing_gradients"].advice


@pytest.mark.parametrize(
    ("hidden", "advice"),
    [
        (RELU, "try a tenth or ten times the learning rate, or another seed."),
        (
            Dense(units=5, activation="tanh"),
            "try ReLU in place of tanh, a tenth or ten times the learning rate, or another seed.",
        ),
        (Dense(units=5), "try ReLU as activation, a tenth or ten times the learning rate, or another seed."),
    ],
)
def test_relu_is_advised_where_there_is_none(hidden: Layer, advice: str) -> None:
    found = told(own(Flatten(), hidden), {}, losses=(0.69, 0.69, 0.69))
    assert found["plateau"].advice.endswith(advice)


@pytest.mark.parametrize(
    ("patience", "layers", "advice"),
    [
        (None, (RELU,), "Augment the images, add dropout, stop after epoch 1 (early stopping), or use a smaller net."),
        (3, (RELU, Dropout()), "Augment the images, or use a smaller net."),
    ],
)
def test_what_is_on_already_is_not_advised_against_overfitting(
    patience: int | None, layers: tuple[Layer, ...], advice: str
) -> None:
    epochs = [
        {"epoch": i, "loss": 1 / i, "accuracy": 0.5, "val_loss": 0.5 + i, "val_accuracy": 0.5} for i in (1, 2, 3, 4)
    ]
    settings = TrainingConfig(early_stopping=patience)
    net = own(Flatten(), *layers)
    (found,) = diagnose([], epochs, config=settings, classes="ab", num_train=5000, architecture=net)
    assert (found.kind, found.advice) == ("overfitting", advice)


def test_one_rare_class_is_all_that_is_answered_as_long_as_little_is_learned() -> None:
    row = {"accuracy": 0.3, "top_class": {"class": 7, "predicted": 1.0, "true": 0.1}}
    found = told(own(Flatten()), row, classes="0123456789", epochs=5)
    assert list(found) == ["one_class"]
    assert found["one_class"].title == "Everything is taken for '7'"
    assert "10\u202f% are" in found["one_class"].evidence
    assert found["one_class"].remedy is None, "the learning rate is the usual one"


@pytest.mark.parametrize(("num_train", "kinds"), [(60, ["too_little_data"]), (0, [])])
def test_where_the_number_of_images_is_not_known_none_are_called_too_few(num_train: int, kinds: list[str]) -> None:
    epoch = {"epoch": 40, "loss": 0.01, "accuracy": 1.0, "val_loss": 1.0, "val_accuracy": 0.7}
    found = diagnose([], [epoch], config=TrainingConfig(epochs=50), classes=list("ab"), num_train=num_train)
    assert [finding.kind for finding in found] == kinds


def test_before_the_first_epoch_has_ended_nothing_is_said_unless_it_is_lost() -> None:
    start = [{"epoch": 0.1, "loss": 2.3, "accuracy": 0.1}]
    settings: dict = {"config": TrainingConfig(), "classes": list("ab"), "num_train": 100}
    assert diagnose(start, [], **settings) == ()
    lost: Sequence[Finding] = diagnose([*start, {"epoch": 0.2, "loss": float("nan"), "accuracy": 0}], [], **settings)
    assert [finding.kind for finding in lost] == ["diverged"]
