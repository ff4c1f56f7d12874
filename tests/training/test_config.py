"""Settings of a training: old ones stay readable, impossible ones are refused by name."""

import json
import re

import pytest

from cnnviz.cli.named_nets import config_of
from cnnviz.cli.parser import make_parser
from cnnviz.cli.training_options import parse_augmentation
from cnnviz.errors import InvalidConfig
from cnnviz.settings import Settings, read_settings
from cnnviz.training.config import (
    USUAL_AUGMENTATION,
    Augmentation,
    ImageSettings,
    TrainingConfig,
    check_caps,
    make_config,
)

OLD = {
    "dataset": "digits",
    "epochs": 5,
    "batch_size": 64,
    "optimizer": "adam",
    "learning_rate": 1e-3,
    "loss": "crossentropy",
    "seed": 0,
    "limit": None,
    "target_accuracy": None,
}


@pytest.mark.parametrize(("augment", "expected"), [(True, USUAL_AUGMENTATION), (False, None)])
def test_the_settings_of_an_old_run_are_read_as_they_were_meant(augment: bool, expected: Augmentation | None) -> None:
    config = TrainingConfig(**json.loads(json.dumps({**OLD, "augment": augment})))
    assert config == TrainingConfig(augment=expected)
    assert config.momentum == 0.9
    assert config.schedule == "constant"
    assert config.validation_share == 0
    assert not config.class_weights
    assert config.early_stopping is None
    assert config.images == ImageSettings(size=None, channels=3, test_share=0.25, limit_per_class=None)


def test_settings_make_a_round_trip_through_json() -> None:
    config = TrainingConfig(
        optimizer="sgd",
        momentum=0.5,
        schedule="one_cycle",
        validation_share=0.2,
        class_weights=True,
        early_stopping=3,
        mixed_precision=True,
        augment=Augmentation(flip=True, rotation=15),
        images=ImageSettings(size=(48, 64), channels=1, test_share=0.3, limit_per_class=50),
    )
    again = TrainingConfig(**json.loads(config.model_dump_json()))
    assert again == config
    assert hash(again) == hash(config)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"momentum": 1.0}, "Momentum: expected a number below 1. Received: 1.0"),
        ({"schedule": "cyclic"}, "Schedule of the learning rate: expected constant, cosine, one_cycle or step."),
        ({"validation_share": 0.6}, "Validation share: expected 0.5 or less."),
        ({"early_stopping": 0}, "Early stopping: expected 1 or more."),
        ({"epochs": 1.5}, "Epochs: expected a whole number. Received: 1.5"),
        ({"epochs": "many"}, "Epochs: expected a whole number. Received: many"),
        ({"class_weights": "x"}, "Class weights: expected on or off."),
        ({"limit": 3}, "Training images: expected 10 or more. Received: 3"),
        ({"augment": {"rotation": 400}}, "Augmentation, rotation: expected 180 or less."),
        ({"augment": {"wobble": 1}}, "Augmentation, wobble: there is no such setting."),
        ({"images": {"channels": 2}}, "Images, channels: expected 1 or 3."),
        ({"images": {"size": (0, 5)}}, "Images, size: expected 1 or more."),
        ({"learning_rate": float("inf")}, "Learning rate: expected a number that is not infinite."),
        ({"learning_rate": 0}, "Learning rate: expected a number above 0."),
        ({"learning_rate": 10.01}, "Learning rate: expected 10 or less. Received: 10.01"),
    ],
)
def test_an_impossible_setting_is_refused_in_words(fields: dict, said: str) -> None:
    with pytest.raises(InvalidConfig, match=f"^{re.escape(said)}") as refused:
        make_config(fields)
    assert "Received: " in str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("usual", USUAL_AUGMENTATION),
        ("", USUAL_AUGMENTATION),
        ("none", None),
        ("flip", Augmentation(flip=True)),
        ("flip, rotation=15,zoom=0.2", Augmentation(flip=True, rotation=15, zoom=0.2)),
        ("flip=false,noise=.1", Augmentation(noise=0.1)),
    ],
)
def test_augmentation_is_read_as_it_is_typed(text: str, expected: Augmentation | None) -> None:
    assert parse_augmentation(text) == expected


@pytest.mark.parametrize("text", ["turn=3", "rotation", "rotation=much", "zoom=2", "flip rotation=3", "none,flip"])
def test_augmentation_that_is_mistyped_is_refused(text: str) -> None:
    with pytest.raises(InvalidConfig, match=r"(?i)^augment.*Received: "):
        parse_augmentation(text)


def test_the_command_line_takes_every_setting() -> None:
    typed = (
        "train --preset digits-small --momentum 0.5 --schedule cosine --augment flip,rotation=15 --validation-share 0.2"
        " --class-weights --early-stopping 4 --mixed-precision --image-size 48x64 --grey --test-share 0.3"
        " --limit-per-class 70"
    )
    options = make_parser().parse_args(typed.split())
    config = config_of(options)
    assert config.model_dump(exclude_defaults=True, exclude={"dataset", "batch_size", "epochs"}) == {
        "momentum": 0.5,
        "schedule": "cosine",
        "augment": {"flip": True, "rotation": 15},
        "validation_share": 0.2,
        "class_weights": True,
        "early_stopping": 4,
        "mixed_precision": True,
        "images": {"size": (48, 64), "channels": 1, "test_share": 0.3, "limit_per_class": 70},
    }


@pytest.mark.parametrize("size", ["48", "48x", "ax3", "1x2x3"])
def test_an_image_size_that_is_mistyped_is_refused(size: str) -> None:
    with pytest.raises(InvalidConfig, match=r"image-size: expected height x width.*Received: "):
        config_of(make_parser().parse_args(["train", "--preset", "digits-small", "--image-size", size]))


def test_without_a_cap_any_number_of_epochs_may_run() -> None:
    check_caps(TrainingConfig(epochs=500), Settings())


def test_more_epochs_than_allowed_are_refused_with_both_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNVIZ_MAX_EPOCHS", "10")
    with pytest.raises(InvalidConfig, match=r"allows 10 epochs.*Received: 11 epochs"):
        check_caps(TrainingConfig(epochs=11), read_settings())
    check_caps(TrainingConfig(epochs=10), read_settings())
