"""Puts a whole training configuration into the widgets of the form, as presets and recipes do."""

from typing import Any

import streamlit as st

from cnnviz.training.config import Augmentation, TrainingConfig

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


def fill_form(config: TrainingConfig) -> None:
    """Set every widget but the seed, and switch off what the configuration does not use."""
    for name, value in form_values(config).items():
        st.session_state[f"training_{name}"] = value
    for name, value in (config.augment or Augmentation()).model_dump().items():
        if config.augment:
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
