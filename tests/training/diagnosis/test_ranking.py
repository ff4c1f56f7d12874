"""Of what the rules find one thing comes first, and nothing said beside it speaks against it."""

from itertools import permutations

import pytest

from cnnviz.architecture.spec import (
    ActivationLayer,
    Architecture,
    BatchNorm,
    Branches,
    Conv,
    Dense,
    Dropout,
    Flatten,
    Layer,
    MaxPool,
    Residual,
)
from cnnviz.errors import InvalidConfig
from cnnviz.training.config import MOST_OFFERED, TrainingConfig
from cnnviz.training.diagnosis.finding import Finding, Remedy
from cnnviz.training.diagnosis.ranking import EXPLAINS, SYMPTOMS, rank
from cnnviz.training.diagnosis.remedies import (
    higher_rate,
    lower_rate,
    normalised,
    usual_rate,
    wider,
    with_activation,
    with_dropout,
    with_layers,
)
from cnnviz.training.diagnosis.rules import diagnose


def finding(kind: str) -> Finding:
    return Finding(kind, kind, "It is seen.", "Do something.", Remedy({"epochs": 2}))


@pytest.mark.parametrize(
    "order", list(permutations(("dead_relus", "rate_too_high", "too_few_epochs", "some_same_images")))
)
def test_the_cause_comes_first_and_takes_the_advice_from_its_symptoms(order: tuple[str, ...]) -> None:
    found = rank(map(finding, order))
    assert [one.kind for one in found] == ["rate_too_high", "dead_relus", "some_same_images"]
    assert [(bool(one.advice), bool(one.remedy)) for one in found] == [(True, True), (False, False), (True, True)]


def test_no_cause_is_explained_by_one_that_is_believed_less() -> None:
    order = list(EXPLAINS)
    for cause, explained in EXPLAINS.items():
        assert all(order.index(kind) >= order.index(cause) for kind in explained if kind != "*"), cause
    assert set(SYMPTOMS) <= set(order)


def test_beside_all_is_well_no_symptom_is_worth_a_word() -> None:
    assert [one.kind for one in rank(map(finding, ("exploding_gradients", "overfitting", "well")))] == [
        "well",
        "overfitting",
    ]
    assert rank(()) == ()


def net(*layers: Layer) -> Architecture:
    return Architecture(input_shape=(8, 12, 1), layers=(*layers, Dense(units=2, activation="softmax")))


def said(rows: list[dict], *, num_train: int = 5000, **settings: object) -> tuple[Finding, ...]:
    """Findings of epochs that are recorded as given."""
    epochs = [{"epoch": number, **row} for number, row in enumerate(rows, 1)]
    config = TrainingConfig(**{"epochs": len(rows), **settings})
    plain = net(Flatten(), Dense(units=4, activation="relu"))
    return diagnose([], epochs, config=config, classes="abcdef", num_train=num_train, architecture=plain)


def losses(*values: float, **last: float) -> list[dict]:
    rows = [{"loss": loss, "accuracy": 0.5, "val_loss": loss, "val_accuracy": 0.5} for loss in values]
    return [*rows[:-1], {**rows[-1], **last}]


def test_a_gap_of_75_to_52_percent_is_overfitting() -> None:
    rows = losses(1.2, 0.9, 0.75, 0.7, accuracy=0.75, val_accuracy=0.52)
    for row in rows:
        row["val_loss"] = 1.3
    first, *_ = said(rows)
    assert (first.kind, first.title) == ("overfitting", "It overfits")
    assert first.evidence == "75\u202f% of the images it learned from are right, but only 52\u202f% of others."


def test_a_gap_is_no_cause_while_others_are_learned_as_well() -> None:
    first, second = said(losses(1.2, 0.9, 0.75, 0.6, accuracy=0.75, val_accuracy=0.52))
    assert (first.kind, second.kind) == ("too_few_epochs", "early_gap")
    assert first.remedy == Remedy({"epochs": 16})


@pytest.mark.parametrize("done", [60, 200, 400])
def test_no_advice_asks_for_more_epochs_than_the_form_offers(done: int) -> None:
    rows = losses(*(3 * 0.9**epoch for epoch in range(done)), accuracy=0.5)
    first, *_ = said(rows)
    assert first.kind == "too_few_epochs"
    assert first.remedy == (Remedy({"epochs": MOST_OFFERED}) if done < MOST_OFFERED else None)
    assert first.advice.startswith("Train longer, for 200" if done < MOST_OFFERED else "Train it on for more")


def test_a_sentence_begins_with_a_capital_letter_also_where_nearly_all_is_right() -> None:
    (first,) = said(losses(0.4, 0.2, 0.15, accuracy=0.998, val_accuracy=0.99))
    assert first.text == "All is well. Over 99\u202f% of the training images are right, and 99\u202f% of others."


def test_an_epoch_of_four_batches_is_not_enough_to_judge() -> None:
    rows = losses(1.79, 1.79, 1.79, accuracy=0.17)
    assert said(rows, num_train=256, epochs=5) == ()
    assert [one.kind for one in said(rows, num_train=5000, epochs=5)] == ["plateau"]
    (first,) = said(rows, num_train=256)
    assert first.kind == "too_few_epochs"
    assert first.evidence.endswith("That is only 12 steps, too few to judge it.")


@pytest.mark.parametrize(("schedule", "kind"), [("step", "frozen_schedule"), ("constant", "underfitting")])
def test_a_loss_that_stops_when_the_rate_went_down_was_frozen_by_it(schedule: str, kind: str) -> None:
    rows = losses(1.7, 1.5, 1.3, 1.28, 1.27, 1.26, 1.26, 1.26, 1.26)
    found = said(rows, schedule=schedule)
    assert found[0].kind == kind
    if kind == "frozen_schedule":
        assert "fell by 0.2 in epoch 3; since epoch 4 the rate is below a tenth of that" in found[0].evidence


def test_a_schedule_that_ends_low_after_all_was_learned_has_frozen_nothing() -> None:
    (first,) = said(losses(1.5, 0.8, 0.3, 0.25, 0.24, 0.24, accuracy=0.96, val_accuracy=0.95), schedule="one_cycle")
    assert (first.kind, first.advice, first.remedy) == ("well", "", None)
    assert first.text == "All is well. 96\u202f% of the training images are right, and 95\u202f% of others."


def test_what_early_stopping_went_back_to_is_what_is_judged() -> None:
    rows = losses(1.5, 0.6, 0.3, 0.1, accuracy=1.0, val_accuracy=0.8, val_loss=1.5)
    rows[1] |= {"accuracy": 0.95, "val_accuracy": 0.93, "val_loss": 0.3}
    assert said(rows, epochs=50, early_stopping=2)[0].kind == "overfitting", "it has not ended"
    epochs = [{"epoch": number, **row} for number, row in enumerate(rows, 1)]
    config = TrainingConfig(epochs=50, early_stopping=2)
    (first,) = diagnose([], epochs, config=config, classes="abcdef", num_train=5000, has_ended=True, net_epoch=2)
    assert first.kind == "well"


def test_an_early_stopping_that_came_before_anything_was_learned_is_to_wait_longer() -> None:
    rows = losses(1.785, 1.79, 1.79, accuracy=0.3)
    epochs = [{"epoch": number, **row} for number, row in enumerate(rows, 1)]
    config = TrainingConfig(epochs=50, early_stopping=2)
    (first,) = diagnose([], epochs, config=config, classes="abcdef", num_train=5000, has_ended=True)
    assert (first.kind, first.remedy) == ("stopped_too_soon", Remedy({"early_stopping": 8}))


@pytest.mark.parametrize(
    "row",
    [
        {"loss": 1.8},  # an old record
        {"loss": 1.8, "val_loss": 1.8},
        {"loss": 1.8, "mse": 0.2, "correlation": 0.1, "val_loss": 1.8},  # a net with one output
        {"accuracy": 0.5},
        {"loss": 1.8, "norms": {"conv_1": {"dead": 1.0}}, "top_class": {"class": 1, "predicted": 1.0, "true": 0.2}},
    ],
)
def test_records_that_lack_something_are_diagnosed_by_what_they_have(row: dict) -> None:
    for count in (1, 3):
        for net_of_run in (None, net(Flatten(), Dense(units=4, activation="relu"), Dense(units=4))):
            epochs = [{"epoch": number, **row} for number in range(1, count + 1)]
            facts: dict = {"config": TrainingConfig(epochs=count), "classes": "abcdef", "num_train": 5000}
            found = diagnose([{"epoch": 0.1}], epochs, **facts, architecture=net_of_run)
            assert all(isinstance(one.as_dict(), dict) for one in found)


@pytest.mark.parametrize(
    ("settings", "rate"),
    [({"optimizer": "adam"}, 1e-3), ({"optimizer": "sgd"}, 0.01), ({"optimizer": "sgd", "momentum": 0.0}, 0.1)],
)
def test_the_usual_rate_is_tried_where_the_rate_is_far_from_it_and_a_tenth_or_ten_times_else(
    settings: dict, rate: float
) -> None:
    config = TrainingConfig(**settings)
    assert usual_rate(config) == pytest.approx(rate)
    assert lower_rate(config, 1000 * rate) == higher_rate(config, rate / 1000) == usual_rate(config)
    assert lower_rate(config, rate) == pytest.approx(rate / 10)
    assert higher_rate(config, rate) == pytest.approx(10 * rate)


CONV = Conv(filters=3, padding="same", activation="sigmoid")


def test_another_activation_reaches_into_blocks_and_leaves_what_answers() -> None:
    branches = Branches(branches=((CONV,), ()), merge="concat")
    deep = net(Residual(layers=(CONV.model_copy(update={"filters": 1}),)), branches, Flatten(), Dense(units=3))
    remedy = with_activation(deep, "relu", instead_of=("sigmoid", "softmax"))
    assert remedy is not None
    assert remedy.architecture is not None
    residual, branched, _, _, answer = remedy.architecture.layers
    assert residual.layers[0].activation == branched.branches[0][0].activation == "relu"
    assert answer.activation == "softmax"
    assert with_activation(deep, "relu", instead_of=("tanh",)) is None, "nothing changes"


def test_nets_are_normalised_and_widened_where_that_fits() -> None:
    plain = net(CONV, MaxPool(), Flatten(), Dense(units=3))
    kinds = [layer.kind for layer in normalised(plain).architecture.layers]
    assert kinds == ["conv", "batch_norm", "max_pool", "flatten", "dense", "batch_norm", "dense"]
    large = wider(plain).architecture.layers
    assert (large[0].filters, large[3].units, large[4].units) == (12, 12, 2)
    assert wider(net(Flatten())).architecture.layers[1] == Dense(units=64, activation="relu")
    assert with_dropout(plain).architecture.layers[-2] == Dropout(rate=0.5)
    assert with_layers(plain, (Conv(filters=1, kernel=31), *plain.layers)) is None, "no such net can be"


def test_a_remedy_gives_the_next_net_and_settings() -> None:
    config = TrainingConfig(epochs=3)
    other = net(ActivationLayer(), Flatten(), BatchNorm())
    assert Remedy({"augment": {"flip": True}, "epochs": 9}, other).applied(net(Flatten()), config) == (
        other,
        TrainingConfig(epochs=9, augment={"flip": True}),
    )
    assert Remedy({"epochs": 9}).applied(other, config)[0] is other
    with pytest.raises(InvalidConfig):
        Remedy({"epochs": 0}).applied(other, config)
