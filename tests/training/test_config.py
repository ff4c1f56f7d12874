"""Settings of a training: old ones stay readable, impossible ones are refused by name."""

import json

import pytest

from cnnviz.errors import InvalidConfig
from cnnviz.training.config import USUAL_AUGMENTATION, Augmentation, ImageSettings, TrainingConfig, make_config

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
    ("fields", "name"),
    [
        ({"momentum": 1.0}, "momentum"),
        ({"schedule": "cyclic"}, "schedule"),
        ({"validation_share": 0.6}, "validation_share"),
        ({"early_stopping": 0}, "early_stopping"),
        ({"augment": {"rotation": 400}}, r"augment\.rotation"),
        ({"augment": {"wobble": 1}}, r"augment\.wobble"),
        ({"images": {"channels": 2}}, r"images\.channels"),
        ({"images": {"size": (0, 5)}}, r"images\.size\.0"),
        ({"learning_rate": float("inf")}, "learning_rate"),
        ({"learning_rate": 0}, "learning_rate"),
    ],
)
def test_an_impossible_setting_is_refused_by_name(fields: dict, name: str) -> None:
    with pytest.raises(InvalidConfig, match=rf"^{name}: .*Received: "):
        make_config(fields)
