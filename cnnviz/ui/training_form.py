"""Net, data and settings of a training."""

import streamlit as st

from cnnviz.architecture.adapt import adapt
from cnnviz.architecture.presets import PRESETS
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.registry import DATASETS
from cnnviz.training.config import TrainingConfig
from cnnviz.ui.current_net import current_net

MINE = "mine"
OPTIMIZERS = ("adam", "rmsprop", "adamw", "sgd")
MAX_EPOCHS = 50
BATCH_SIZES = (16, 32, 64, 128, 256)


def choose_net() -> Architecture:
    """The net from the Architecture page, or a preset."""
    name = st.selectbox(
        "Net",
        [MINE, *PRESETS],
        format_func=lambda name: PRESETS[name].title if name in PRESETS else f"My net: {current_net().name}",
        key="training_net",
        persist_state="session",
        on_change=_take_preset_settings,
    )
    if name in PRESETS:
        st.caption(PRESETS[name].summary)
        return PRESETS[name].architecture
    return current_net()


def choose_config() -> TrainingConfig:
    """Data set and settings."""
    listed = {name: info for name, info in DATASETS.items() if info.listed}
    dataset = st.selectbox(
        "Images",
        list(listed),
        format_func=lambda name: listed[name].title,
        key="training_dataset",
        persist_state="session",
    )
    info = listed[dataset]
    download = " It is downloaded at its first use." if info.needs_download else ""
    st.caption(f"{info.summary} {info.num_train:,} to learn from, {info.num_test:,} to test on.{download}")
    left, right = st.columns(2)
    epochs = left.slider(
        "Epochs", 1, MAX_EPOCHS, 5, key="training_epochs", persist_state="session", help="How often it sees all images"
    )
    batch_size = right.select_slider(
        "Batch size", BATCH_SIZES, 64, key="training_batch_size", persist_state="session", help="Images for each step"
    )
    optimizer = left.selectbox("Optimizer", OPTIMIZERS, key="training_optimizer", persist_state="session")
    learning_rate = right.number_input(
        "Learning rate",
        min_value=1e-7,
        value=1e-3,
        step=1e-4,
        format="%g",
        key="training_learning_rate",
        persist_state="session",
        help="How far each step goes",
    )
    seed = left.number_input(
        "Seed", 0, 2**31 - 1, 0, key="training_seed", persist_state="session", help="The same seed starts the same way"
    )
    augment = right.toggle(
        "Augment",
        key="training_augment",
        persist_state="session",
        help="Shift, turn and zoom each training image a little",
    )
    return TrainingConfig(
        dataset=dataset,
        epochs=epochs,
        batch_size=batch_size,
        optimizer=optimizer,
        learning_rate=learning_rate,
        seed=seed,
        augment=augment,
    )


def fit_to_data(net: Architecture, config: TrainingConfig) -> Architecture:
    """The net for the chosen data, saying what had to change; raises InvalidArchitecture."""
    info = DATASETS[config.dataset]
    fitted = adapt(net, info.image_shape, len(info.classes))
    if fitted.layers != net.layers or fitted.input_shape != net.input_shape:
        shape = " x ".join(map(str, info.image_shape))
        st.caption(f"The net takes {shape} images and tells {len(info.classes)} classes apart here.")
    return fitted


def _take_preset_settings() -> None:
    """A preset brings its data and settings along."""
    name = st.session_state.training_net
    if name not in PRESETS:
        return
    preset = PRESETS[name]
    if preset.dataset in DATASETS:
        st.session_state.training_dataset = preset.dataset
    for field in ("epochs", "batch_size", "optimizer", "learning_rate"):
        if field in preset.config:
            st.session_state[f"training_{field}"] = preset.config[field]
