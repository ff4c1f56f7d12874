"""Net, data and settings of a training, and how presets and recipes fill them in."""

from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import describe
from cnnviz.runs.records import Run
from cnnviz.text.units import shape_text
from cnnviz.training.config import TrainingConfig, make_config
from cnnviz.training.duration.forecast import fit_net, image_shape
from cnnviz.training.recipes import RECIPES
from cnnviz.ui.inputs.dataset_picker import choose_dataset, summary
from cnnviz.ui.inputs.number_field import number_field
from cnnviz.ui.inputs.run_picker import distinct_labels, title
from cnnviz.ui.session.current_net import current_net, set_net
from cnnviz.ui.session.starting_net import keep_start_in_link, offered_nets
from cnnviz.ui.session.training_settings import keep_load_options
from cnnviz.ui.shared.elements import KEPT, show_preset_results
from cnnviz.ui.training.options import choose_options

MINE = "mine"
OPTIMIZERS = {"adam": "Adam", "rmsprop": "RMSprop", "adamw": "AdamW", "sgd": "SGD"}
MAX_EPOCHS = 50
HIGH_RATE = 1
BATCH_SIZES = (8, 15, 16, 32, 64, 128, 256, 512)  # 15 is what a tutorial takes

SAME_VALUE = (
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

START_VALUES: dict[str, Any] = {
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


def choose_net() -> tuple[Architecture, Run | None]:
    """The net from the Architecture page, a preset, or the net of a run to begin with: that run, too."""
    own = offered_nets()
    titles = {
        MINE: f"My net: {current_net().name}",
        **distinct_labels(own, lambda run: f"Fine-tune: {title(run)}"),
        **{name: preset.title for name, preset in PRESETS.items()},
    }
    name = st.selectbox(
        "Net",
        list(titles),
        format_func=titles.__getitem__,
        key="training_net",
        on_change=_take_preset_settings,
        help="My net is that of the Architecture page. Nets that you brought along learn on from their weights. The "
        "others bring their images and settings along",
        **KEPT,
    )
    keep_start_in_link(own.get(name))
    if name in own:
        return own[name].architecture, own[name]
    if name in PRESETS:
        st.caption(PRESETS[name].summary)
        show_preset_results(PRESETS[name])
        return PRESETS[name].architecture, None
    return current_net(), None


def choose_config(net: Architecture) -> TrainingConfig:
    """Data set and settings; raises InvalidConfig, InvalidDataset or InputWanted."""
    dataset, info = _choose_images()
    _start_form()
    left, right = st.columns(2)
    fields = {
        "dataset": dataset,
        "epochs": left.slider(
            "Epochs", 1, MAX_EPOCHS, key="training_epochs", help="How often it sees all images", **KEPT
        ),
        "batch_size": right.select_slider(
            "Batch size", BATCH_SIZES, key="training_batch_size", help="Images for each step", **KEPT
        ),
        "optimizer": left.selectbox(
            "Optimizer",
            list(OPTIMIZERS),
            format_func=OPTIMIZERS.__getitem__,
            key="training_optimizer",
            help="How the gradient becomes a step",
            **KEPT,
        ),
        "learning_rate": _learning_rate(right),
        "seed": left.number_input(
            "Seed", 0, 2**31 - 1, 0, key="training_seed", help="The same seed starts the same way", **KEPT
        ),
    }
    config = make_config({**fields, **choose_options(net, info, make_config(fields))})
    keep_load_options(net, config, info)
    return config


def _learning_rate(place: DeltaGenerator) -> float:
    with place:
        rate = number_field("Learning rate", "training_learning_rate", least=1e-7, help="How far each step goes")
        if rate > HIGH_RATE:
            st.caption(f"Above {HIGH_RATE} most trainings fail: the steps are longer than the way.")
    return rate


def fit_to_data(net: Architecture, config: TrainingConfig) -> Architecture:
    """The net for the chosen data, saying what had to change; raises InvalidArchitecture."""
    info = describe(config.dataset, roles=config.images.roles)
    shape = image_shape(net, config, info)
    fitted = fit_net(net, config, info)
    if config.fine_tuning is not None:
        return fitted
    if fitted.layers != net.layers or fitted.input_shape != net.input_shape:
        size = shape_text(shape)
        st.caption(f"The net takes {size} images and tells {len(info.classes)} classes apart here.")
    return fitted


def _choose_images() -> tuple[str, DatasetInfo]:
    """A data set, and its fast recipe if there is one: not where a net learns on, which a recipe would replace."""
    name, info = choose_dataset()
    aside = f"{info.num_validation:,} to validate on, " if info.num_validation else ""
    download = " It is downloaded at its first use." if info.needs_download else ""
    st.caption(f"{summary(info)} {info.num_train:,} to learn from, {aside}{info.num_test:,} to test on.{download}")
    if name in RECIPES and st.session_state.training_net in (MINE, *PRESETS):
        reaches = RECIPES[name].reaches or None
        st.button("Take the fast recipe", icon=":material/bolt:", on_click=_take_recipe, args=(name,), help=reaches)
    return name, info


def _take_preset_settings() -> None:
    """Set the data and settings that belong to the chosen preset."""
    name = st.session_state.training_net
    if name not in PRESETS:
        return
    preset = PRESETS[name]
    if preset.dataset in DATASETS:
        st.session_state.training_dataset = preset.dataset
    _fill_form(make_config({**preset.config, "dataset": preset.dataset}))


def _take_recipe(dataset: str) -> None:
    """Set the net and the settings of a data set's fast recipe."""
    recipe = RECIPES[dataset]
    set_net(recipe.architecture)
    st.session_state.training_net = MINE
    _fill_form(recipe.config)


def _start_form() -> None:
    """Set the start value of every number, once in a session."""
    for key, value in START_VALUES.items():
        st.session_state.setdefault(key, value)


def _fill_form(config: TrainingConfig) -> None:
    """Set every widget but the seed, and switch off what the configuration does not use."""
    for name, value in _form_values(config).items():
        st.session_state[f"training_{name}"] = value
    for name, value in (config.augment.model_dump() if config.augment else {}).items():
        st.session_state[f"augment_{name}"] = value


def _form_values(config: TrainingConfig) -> dict[str, Any]:
    """Values of the widgets by name; a number behind a switch is only given where the switch is on."""
    values = {name: getattr(config, name) for name in SAME_VALUE}
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
