"""What the form of a training is filled with: the fast recipe of the images, a tutorial's own settings, or plain ones.

On a page that nobody has touched, net and settings are the fast recipe of the chosen images, and follow them. `FILLED`
holds what the page itself has put into the form: whatever differs from that was chosen by the visitor, and stays.
"""

from typing import Any

import streamlit as st

from cnnviz.architecture.presets.base import Preset
from cnnviz.architecture.presets.catalogue import DEFAULT_PRESET, PRESETS
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.training.config import MOST_OFFERED, MOST_RATE, TEST_SHARE, TrainingConfig, make_config
from cnnviz.training.recipes import RECIPES
from cnnviz.ui.inputs.dataset_picker import KEY as OWN_FOLDER
from cnnviz.ui.inputs.dataset_picker import OWN_IMAGES
from cnnviz.ui.session.current_net import current_net
from cnnviz.ui.session.starting_net import NET
from cnnviz.ui.session.training_settings import keep_roles
from cnnviz.ui.training.options import NETS_SIDE, SIDES

IMAGES = "training_dataset"
"""Key of the session: the chosen images."""
FAST, MINE = "fast", "mine"
"""Choices of a net beside the presets and those of runs: the recipe's, and that of the Architecture page."""
FILLED = "training_filled"
BATCH_SIZES = (8, 15, 16, 32, 64, 128, 256, 512)  # 15 is what a tutorial takes

RECIPE, TUTORIAL, PLAIN = "recipe", "tutorial", "plain"
WAYS = {RECIPE: "Fast recipe", TUTORIAL: "The tutorial's own", PLAIN: "Plain settings"}
WAYS_HELP = {
    RECIPE: "A net and settings that reach much in little time",
    TUTORIAL: "The net and the settings of a tutorial on these images",
    PLAIN: "Adam with 0.001 for 5 epochs, whichever net is chosen",
}
TUTORIALS = {
    "mnist": "conv32-64-128-mnist",
    "fashion_mnist": "conv64x2-fashion",
    "cifar10": "conv32-64-cifar10",
    "cats_vs_dogs": "conv64x2-cats-dogs",
}
"""Of each data set that tutorials use, the net that does best among theirs."""

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
    "images_side": NETS_SIDE,
    "images_colour": "colour",
    "images_test_share": TEST_SHARE,
    "images_limit": 200,
    "training_frozen": "all-but-the-head",
    "training_head": "new",
}
"""What numbers behind a switch begin with: a widget that is set from here must have no default of its own."""


def follow_images() -> None:
    """Fill the form before it is drawn: net and settings follow the images until the visitor has chosen others."""
    for key, value in START_VALUES.items():
        if st.session_state.get(key) is None:  # as which the size of the net was kept before
            st.session_state[key] = value
    filled = st.session_state.setdefault(FILLED, {})
    dataset = chosen_images()
    if _is_net_untouched(filled):
        filled[NET] = FAST if dataset in RECIPES else MINE
        _put({NET: filled[NET]})
    if st.session_state[NET] not in PRESETS and _is_as_filled(filled):
        _fill(_usual_settings(st.session_state[NET], dataset), remember=True)


def _is_net_untouched(filled: dict[str, Any]) -> bool:
    net = st.session_state.get(NET)
    if net == FAST:
        return True
    is_own = current_net() != PRESETS[DEFAULT_PRESET].architecture
    if net is None and is_own:
        st.session_state[NET] = MINE
    return net in (None, filled.get(NET)) and not is_own


def chosen_images() -> str:
    """Name of the chosen images, as the form will show it."""
    return st.session_state.get(IMAGES, next(iter(DATASETS)))


def take_net() -> None:
    """Bring along what belongs to a net that was just chosen: a preset's images and settings, the recipe's settings."""
    net = st.session_state[NET]
    if net in PRESETS:
        _take_preset(PRESETS[net])
    elif net == FAST and chosen_images() in RECIPES:  # a browser may not yet know of images that have none
        _take_recipe()


def take_way(way: str) -> None:
    """Fill the form as one of `WAYS` says."""
    if way == RECIPE:
        _take_recipe()
    elif way == TUTORIAL:
        st.session_state[NET] = TUTORIALS[chosen_images()]
        take_net()
    else:
        _fill(TrainingConfig(), remember=False)


def offered_ways() -> list[str]:
    """Those of `WAYS` that there are for the chosen images."""
    offered = {RECIPE: chosen_images() in RECIPES, TUTORIAL: chosen_images() in TUTORIALS, PLAIN: True}
    return [way for way, is_offered in offered.items() if is_offered]


def present_way() -> str | None:
    """Which of `WAYS` net and settings are now; None for a mixture, and for settings of the visitor's own."""
    net, dataset = st.session_state[NET], chosen_images()
    if net == FAST and has_recipe_settings():
        return RECIPE
    preset = PRESETS.get(net)
    if preset is not None and preset.tutorial and preset.dataset == dataset and _is_set_to(_own_settings(preset)):
        return TUTORIAL
    return PLAIN if _is_set_to(TrainingConfig()) else None


def has_recipe_settings() -> bool:
    """Whether the settings are those of the fast recipe of the chosen images."""
    dataset = chosen_images()
    return dataset in RECIPES and _is_set_to(RECIPES[dataset].config)


def _usual_settings(net: str, dataset: str) -> TrainingConfig:
    """Of a net that learns anew, those of the recipe; one that learns on has learned most of it before."""
    return RECIPES[dataset].config if net in (FAST, MINE) and dataset in RECIPES else TrainingConfig()


def _own_settings(preset: Preset) -> TrainingConfig:
    return make_config({**preset.config, "dataset": preset.dataset})


def has_own_images() -> bool:
    """Whether images of the visitor's own are chosen, and there are some."""
    return chosen_images() == OWN_IMAGES and OWN_FOLDER in st.session_state


def fill_as(config: TrainingConfig) -> None:
    """Fill all of the form as a run was set, with its images, their reading and the seed; it follows nothing then."""
    _fill(config, remember=False)
    dataset, images = config.dataset, config.images
    is_listed = dataset in DATASETS and DATASETS[dataset].listed
    if not is_listed:
        st.session_state[OWN_FOLDER] = dataset
        keep_roles(dataset, images.roles)
    values = {
        IMAGES: dataset if is_listed else OWN_IMAGES,
        "training_seed": config.seed,
        "training_epochs": min(config.epochs, MOST_OFFERED),
        "training_learning_rate": min(config.learning_rate, MOST_RATE),
        "training_batch_size": min(BATCH_SIZES, key=lambda size: abs(size - config.batch_size)),
        "images_side": images.size[0] if images.size and images.size[0] in SIDES else NETS_SIDE,
        "images_colour": "grey" if images.channels == 1 else "colour",
        "images_test_share": images.test_share,
        "images_has_limit": images.limit_per_class is not None,
        "images_limit": images.limit_per_class or START_VALUES["images_limit"],
    }
    st.session_state.update(values)
    st.session_state[FILLED] = {"training_epochs": None}  # as which it is not: nothing replaces what was filled in


def _take_preset(preset: Preset) -> None:
    if preset.dataset in DATASETS and not has_own_images():
        st.session_state[IMAGES] = preset.dataset
    _fill(_own_settings(preset), remember=False)


def _take_recipe() -> None:
    st.session_state[NET] = FAST
    _fill(RECIPES[chosen_images()].config, remember=True)


def _fill(config: TrainingConfig, *, remember: bool) -> None:
    """Set every widget but the seed, and switch off what the configuration does not use."""
    values = _form_values(config)
    _put(values)
    if remember:
        st.session_state[FILLED] = {NET: st.session_state.get(FILLED, {}).get(NET), **values}


def _put(values: dict[str, Any]) -> None:
    """Set what differs: whatever is set is sent to the browser, and would undo what is being moved there meanwhile."""
    for key, value in values.items():
        if key not in st.session_state or st.session_state[key] != value:
            st.session_state[key] = value


def _is_as_filled(filled: dict[str, Any]) -> bool:
    return all(st.session_state.get(key, value) == value for key, value in filled.items() if key != NET)


def _is_set_to(config: TrainingConfig) -> bool:
    return all(st.session_state.get(key, value) == value for key, value in _form_values(config).items())


def _form_values(config: TrainingConfig) -> dict[str, Any]:
    """Values of the widgets by key; a number behind a switch is only given where the switch is on."""
    values = {f"training_{name}": getattr(config, name) for name in SAME_VALUE}
    values |= {"training_mixed": config.mixed_precision, "training_augment": config.augment is not None}
    for switch, number, value in (
        ("training_has_target", "training_target", config.target_accuracy and round(100 * config.target_accuracy, 4)),
        ("training_has_patience", "training_patience", config.early_stopping),
        ("training_has_limit", "training_limit", config.limit),
    ):
        values[switch] = value is not None
        if value is not None:
            values[number] = value
    for name, value in (config.augment.model_dump() if config.augment else {}).items():
        values[f"augment_{name}"] = value
    return values
