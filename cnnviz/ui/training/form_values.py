"""Puts a whole training configuration into the widgets of the form, as presets and recipes do."""

from typing import Any

import streamlit as st

from cnnviz.training.config import TrainingConfig

SAME = (
    "epochs",
    "batch_size",
    "optimizer",
    "learning_rate",
    "schedule",
    "momentum",
    "loss",
    "class_weights",
    "validation_share",
)
"""Settings whose widget holds their value as it is."""

START: dict[str, Any] = {
    "training_epochs": 5,
    "training_batch_size": 64,
    "training_learning_rate": 1e-3,
    "training_momentum": 0.9,
    "training_target": 99.8,
    "training_patience": 3,
    "training_validation_share": 0.0,
    "training_limit": 500,
    "augment_rotation": 15.0,
    "augment_zoom": 0.1,
    "augment_shear": 0.0,
    "augment_shift": 0.1,
    "augment_brightness": 0.0,
    "augment_noise": 0.0,
}
"""What the widgets begin with: here, because a widget that a preset sets must have no default of its own."""


def start_form() -> None:
    """Let every number begin with its usual value, once in a session."""
    for key, value in START.items():
        st.session_state.setdefault(key, value)


def fill_form(config: TrainingConfig) -> None:
    """Set every widget but the seed, and switch off what the configuration does not use."""
    for name, value in form_values(config).items():
        st.session_state[f"training_{name}"] = value
    for name, value in (config.augment.model_dump() if config.augment else {}).items():
        st.session_state[f"augment_{name}"] = value


def form_values(config: TrainingConfig) -> dict[str, Any]:
    """Values of the widgets by name; a number behind a switch is only given where the switch is on."""
    values = {name: getattr(config, name) for name in SAME}
    values |= {"mixed": config.mixed_precision, "augment": config.augment is not None}
    for switch, number, value in (
        ("has_target", "target", config.target_accuracy and round(100 * config.target_accuracy, 4)),
        ("has_patience", "patience", config.early_stopping),
        ("has_limit", "limit", config.limit),
    ):
        values[switch] = value is not None
        if value is not None:
            values[number] = value
    return values
