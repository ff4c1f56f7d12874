"""The settings of a training that not everybody needs at once."""

from typing import Any

import streamlit as st

from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.plots.schedule import describe_schedule, schedule_curve
from cnnviz.training.config import Augmentation, TrainingConfig, make_config
from cnnviz.training.schedule import learning_rates
from cnnviz.ui.figures import show_figure
from cnnviz.ui.inspection import variations
from cnnviz.ui.pixels import enlarged

SCHEDULES = {"constant": "constant", "cosine": "cosine", "one_cycle": "one cycle", "step": "step"}
LOSSES = {"crossentropy": "cross-entropy", "mse": "mean squared error"}
KEPT = {"persist_state": "session"}
PREVIEWS = 8


def choose_options(info: DatasetInfo, config: TrainingConfig) -> dict[str, Any]:
    """Fields of a TrainingConfig beyond the basic ones of `config`."""
    options: dict[str, Any] = {}
    with st.expander("Learning rate schedule and loss", icon=":material/show_chart:"):
        options |= _schedule(info, config)
    with st.expander("When to stop, and what to validate on", icon=":material/flag:"):
        options |= _stopping()
    with st.expander("Change the images a little (augmentation)", icon=":material/rotate_right:"):
        options["augment"] = _augmentation(config)
    return options


def _schedule(info: DatasetInfo, config: TrainingConfig) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "schedule": st.selectbox(
            "Schedule",
            list(SCHEDULES),
            format_func=SCHEDULES.get,
            key="training_schedule",
            help="How the learning rate changes over the run",
            **KEPT,
        )
    }
    if config.optimizer == "sgd":
        fields["momentum"] = st.slider(
            "Momentum", 0.0, 0.99, key="training_momentum", help="Share of the last step that goes on", **KEPT
        )
    steps = -(-info.num_train // config.batch_size)
    rates = learning_rates(make_config({**config.model_dump(), **fields}), steps)
    show_figure(schedule_curve(rates, config.epochs), describe_schedule(rates, config.epochs), key="schedule-preview")
    fields["loss"] = st.selectbox(
        "Loss",
        list(LOSSES),
        format_func=LOSSES.get,
        key="training_loss",
        help="What is made small: -ln(p of the true class), or the mean of (p - truth) squared",
        **KEPT,
    )
    fields["class_weights"] = st.toggle(
        "Weigh rare classes more", key="training_class_weights", help="Each class then counts alike", **KEPT
    )
    fields["mixed_precision"] = st.toggle(
        "16-bit numbers on a GPU", key="training_mixed", help="Faster on a GPU; of no effect on a CPU", **KEPT
    )
    return fields


def _stopping() -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if st.toggle("Stop at a training accuracy", key="training_has_target", **KEPT):
        fields["target_accuracy"] = (
            st.number_input("Training accuracy, per cent", 1.0, 100.0, step=0.1, key="training_target", **KEPT) / 100
        )
    if st.toggle("Stop when validation gets no better", key="training_has_patience", **KEPT):
        fields["early_stopping"] = st.number_input(
            "Epochs to wait", 1, 50, key="training_patience", help="Epochs without a lower validation loss", **KEPT
        )
    fields["validation_share"] = st.slider(
        "Share of the training images for validation",
        0.0,
        0.5,
        step=0.05,
        key="training_validation_share",
        help="0: validate on the test images, as the tutorials do",
        **KEPT,
    )
    if st.toggle("Use fewer training images", key="training_has_limit", **KEPT):
        fields["limit"] = st.number_input("At most", 10, 100_000, step=100, key="training_limit", **KEPT)
    return fields


def _augmentation(config: TrainingConfig) -> Augmentation | None:
    if not st.toggle("Augment", key="training_augment", help="Each epoch sees the images a little changed", **KEPT):
        return None
    augmentation = Augmentation(
        flip=st.toggle(
            "Mirror left and right", key="augment_flip", help="Not for digits: a mirrored 3 is none", **KEPT
        ),
        rotation=st.slider("Turn, degrees each way", 0.0, 90.0, key="augment_rotation", **KEPT),
        zoom=st.slider("Zoom, share of the size", 0.0, 0.5, key="augment_zoom", **KEPT),
        shear=st.slider("Shear, share of the side", 0.0, 0.5, key="augment_shear", **KEPT),
        shift=st.slider("Shift, share of the side", 0.0, 0.5, key="augment_shift", **KEPT),
        brightness=st.slider("Brightness", 0.0, 0.5, key="augment_brightness", **KEPT),
        noise=st.slider("Noise", 0.0, 0.5, key="augment_noise", **KEPT),
    )
    st.caption("One image, as the next eight epochs might see it:")
    with st.container(horizontal=True, gap="small"):
        for image in variations(config.dataset, augmentation, seed=config.seed, count=PREVIEWS):
            st.image(enlarged(image, 128), width=64)
    return augmentation
