"""What is said of a training that has learned: whether it ended too soon, too late, or well; by records."""

from itertools import starmap

import pytest

from cnnviz.training.config import TrainingConfig
from cnnviz.training.diagnosis.finding import Finding, Remedy
from cnnviz.training.diagnosis.rules import diagnose

Row = tuple[float, float, float, float]


def said(
    *rows: Row,
    num_train: int = 1437,
    num_validation: int | None = None,
    has_ended: bool = False,
    net_epoch: int | None = None,
    **settings: object,
) -> tuple[Finding, ...]:
    """Findings of epochs of (loss, accuracy, validation loss, validation accuracy)."""
    names = ("loss", "accuracy", "val_loss", "val_accuracy")
    epochs = [{"epoch": number, **dict(zip(names, row, strict=True))} for number, row in enumerate(rows, 1)]
    config = TrainingConfig(**{"epochs": len(rows), **settings})
    facts = {"num_train": num_train, "num_validation": num_validation, "has_ended": has_ended, "net_epoch": net_epoch}
    return diagnose([], epochs, config=config, classes="0123456789", **facts)


def kinds(*rows: Row, **facts: object) -> list[str]:
    return [one.kind for one in said(*rows, **facts)]


DIGITS = (  # digits-fast at a constant rate of 0.001
    (1.7422, 0.6569, 0.8622, 0.8833),
    (0.4506, 0.8991, 0.3541, 0.8889),
    (0.2450, 0.9241, 0.2548, 0.9361),
    (0.1964, 0.9388, 0.1860, 0.9556),
    (0.1469, 0.9555, 0.1925, 0.9528),
    (0.1358, 0.9548, 0.1459, 0.9694),
    (0.1034, 0.9729, 0.1408, 0.9639),
    (0.0974, 0.9715, 0.1294, 0.9722),
)
ONE_CYCLE = (  # the same net by its recipe, for four epochs
    (1.4527, 0.6326, 0.4920, 0.8306),
    (0.2154, 0.9297, 0.1826, 0.9528),
    (0.0865, 0.9749, 0.1025, 0.9806),
    (0.0491, 0.9854, 0.0954, 0.9806),
)


def test_one_epoch_is_not_praised_whatever_it_reached() -> None:
    (found,) = said((0.9051, 0.7293, 0.2621, 0.9333))
    assert found.title == "It was trained for one epoch only"
    assert found.evidence.startswith("73\u202f% of the training images are right, and 93\u202f% of others.")
    assert found.remedy == Remedy({"epochs": 6})
    assert kinds((0.2, 0.94, 0.05, 0.985), num_train=60000) == ["still_learning"]


def test_of_a_training_that_goes_on_nothing_is_praised_before_its_second_epoch() -> None:
    assert kinds((0.9051, 0.7293, 0.2621, 0.9333), epochs=8) == []
    assert kinds(*ONE_CYCLE[:3], epochs=8) == ["well"]


def test_curves_that_fall_clearly_at_the_end_say_how_much_the_last_epoch_brought() -> None:
    (found,) = said(*DIGITS[:4])
    assert found.title == "It was still learning when it ended"
    assert found.evidence.endswith(
        "the loss of these fell from 0.255 to 0.186, and the right ones rose from 93.6\u202f% to 95.6\u202f%."
    )
    assert (found.advice, found.remedy) == ("Train it on for 5 more epochs.", Remedy({"epochs": 9}))


@pytest.mark.parametrize(
    ("rows", "schedule"),
    [
        (DIGITS, "constant"),
        (ONE_CYCLE, "one_cycle"),
        (((0.2, 0.937, 0.0465, 0.9858), (0.055, 0.983, 0.0297, 0.9909)), "constant"),  # the tutorial on MNIST, about
        (((0.30, 0.910, 0.1350, 0.9570), (0.05, 0.986, 0.0301, 0.9910)), "one_cycle"),  # the recipe for MNIST
        (((0.28, 0.900, 0.2660, 0.9030), (0.20, 0.930, 0.2480, 0.9090)), "one_cycle"),  # the end of that for fashion
    ],
)
def test_an_epoch_more_that_would_set_few_images_right_is_not_missed(rows: tuple[Row, ...], schedule: str) -> None:
    (found,) = said(*rows, num_train=60000, schedule=schedule)
    assert (found.kind, found.title) == ("well", "All is well")


def test_a_training_as_long_as_the_form_offers_is_not_to_go_on() -> None:
    rows = [(0.5 * 0.9**epoch, 0.95, 0.5 * 0.9**epoch, 0.93) for epoch in range(200)]
    assert kinds(*rows) == ["well"]
    assert said(*rows[:197])[0].advice == "Train it on for 3 more epochs."


def long(count: int, *, rise: float, right: float = 0.983) -> list[Row]:
    """DIGITS to their best epoch, then so many more in which the validation loss goes from 0.129 to `rise` of that."""
    more = [(0.05 * 0.9**i, 1.0, 0.1294 * (1 + (rise - 1) * i / count), right) for i in range(1, count + 1)]
    return [*DIGITS[:7], (0.0974, 0.9715, 0.1294, 0.983), *more]


def test_epochs_that_brought_only_a_higher_validation_loss_were_too_many() -> None:
    (found,) = said(*long(100, rise=1.5))
    assert found.title == "It was trained for more epochs than it needed: its best was epoch 8"
    assert found.evidence == (
        "The validation loss was 0.129 then and is 0.194 now, while that of the training images went on falling: it "
        "overfits. Of other images 98.3\u202f% were right then, and 98.3\u202f% are now."
    )
    assert found.advice.startswith("Stop after epoch 8: early stopping does so by itself")
    assert found.remedy == Remedy({"early_stopping": 5})
    assert said(*long(100, rise=1.5), epochs=200)[0].title.startswith("More epochs bring nothing")


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        (long(30, rise=1.02), "too_many_epochs"),  # it does not rise, but no epoch of the longer part was any better
        (long(9, rise=1.5), "well"),  # not for long
        (long(30, rise=1.5, right=0.995), "well"),  # more images are right than at the lowest loss
    ],
)
def test_epochs_are_too_many_only_where_many_have_brought_nothing(rows: list[Row], kind: str) -> None:
    assert kinds(*rows)[0] == kind


def test_early_stopping_that_went_back_to_the_best_epoch_is_well_and_one_with_too_much_patience_is_given_less() -> None:
    rows = long(20, rise=1.5)
    assert kinds(*rows, epochs=100, early_stopping=20, has_ended=True, net_epoch=8) == ["well"]
    (found,) = said(*rows, early_stopping=50)
    assert "early stopping with less patience does so" in found.advice
    assert found.remedy == Remedy({"early_stopping": 5})


def test_a_training_that_its_target_ended_is_judged_by_its_last_epoch_whatever_early_stopping_it_had() -> None:
    """That does not go back where it did not end the training."""
    rows = [*DIGITS[:7], (0.01, 1.0, 0.2, 0.989)]
    (found,) = said(*rows, epochs=60, early_stopping=50, target_accuracy=0.999, has_ended=True)
    assert (found.kind, found.evidence[:5], found.evidence[-15:]) == ("well", "100\u202f%", "99\u202f% of others.")
    (found,) = said(*rows, epochs=60, early_stopping=50, has_ended=True, net_epoch=4)
    assert found.evidence.startswith("94\u202f% of the training images are right, and 96\u202f% of others")


def test_a_training_that_was_stopped_by_hand_is_told_of_its_last_epochs_also_with_early_stopping() -> None:
    settings = {"epochs": 60, "early_stopping": 50, "has_ended": True}
    assert kinds(*DIGITS[:4], **settings) == ["still_learning"]
    assert kinds(*long(30, rise=1.02), **settings)[0] == "too_many_epochs"
    untrained = [(2.3, 0.1, 2.3, 0.1)] * 2
    assert "stopped_too_soon" not in kinds(*untrained, **settings), "early stopping was not it"


@pytest.mark.parametrize("rows", [DIGITS[:1], DIGITS[:2], DIGITS[:4]])
def test_a_training_that_its_target_ended_is_not_to_go_on(rows: tuple[Row, ...]) -> None:
    """More epochs would end it again at once."""
    settings = {"epochs": 60, "has_ended": True}
    longer = {"too_few_epochs", "still_learning"}
    assert longer & set(kinds(*rows, **settings))
    assert not longer & set(kinds(*rows, target_accuracy=rows[-1][1], **settings))


def test_where_the_test_images_would_choose_the_epoch_that_is_said() -> None:
    unfair = "The test images would choose it, so the accuracy would be a little too good"
    assert unfair in said(*long(100, rise=1.5), num_validation=0)[0].advice
    assert unfair not in said(*long(100, rise=1.5), num_validation=360)[0].advice


def test_a_validation_loss_that_was_not_recorded_is_no_trouble() -> None:
    rows = list(starmap(lambda loss, right, _loss, _right: {"loss": loss, "accuracy": right}, DIGITS))
    epochs = [{"epoch": number, **row} for number, row in enumerate(rows, 1)]
    config = TrainingConfig(epochs=len(rows))
    assert diagnose([], epochs, config=config, classes="0123456789", num_train=1437) == ()
