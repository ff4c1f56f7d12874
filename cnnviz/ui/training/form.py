"""Net, data and settings of a training."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import describe
from cnnviz.runs.records import Run
from cnnviz.text.units import shape_text
from cnnviz.training.config import LEAST_RATE, MOST_OFFERED, MOST_RATE, OPTIMIZERS, TrainingConfig, make_config
from cnnviz.training.duration.forecast import fit_net, image_shape
from cnnviz.training.recipes import RECIPES
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.inputs.dataset_picker import choose_dataset, summary
from cnnviz.ui.inputs.number_field import begin_numbers, forget_refused, number_field
from cnnviz.ui.inputs.run_picker import distinct_labels, title
from cnnviz.ui.session.current_net import current_net
from cnnviz.ui.session.kept_settings import NOT_KEPT, SHOWN_ONLY
from cnnviz.ui.session.starting_net import NET, keep_start_in_link, offered_nets
from cnnviz.ui.session.training_settings import keep_config, keep_load_options
from cnnviz.ui.shared.elements import KEPT, show_preset_results, tell_words
from cnnviz.ui.training.fine_tuning import choose_fine_tuning
from cnnviz.ui.training.form_link import take_links
from cnnviz.ui.training.form_values import (
    BATCH_SIZES,
    FAST,
    MINE,
    WAYS,
    WAYS_HELP,
    chosen_images,
    follow_images,
    has_own_images,
    has_recipe_settings,
    offered_ways,
    present_way,
    take_net,
    take_way,
)
from cnnviz.ui.training.options import choose_options

HIGH_RATE = 1
FORM = "form_kept"
TUTORIALS = "The nets of five tutorials, with what they printed"
SWEEP = "Try several values of a setting: a sweep"
FIELDS = ("training_", "augment_", "images_")
"""What the keys of the form's fields begin with; of no button, whose value nobody may set."""
OWN_STAY = "Your own images stay; the net is brought into their form. Its tutorial's are in the list of images."


def choose_training() -> tuple[Architecture, TrainingConfig]:
    """The net, in the form that suits the images, and what it is trained with.

    Raises InvalidArchitecture, InvalidConfig, InvalidDataset, or InputWanted until there are images.
    """
    _bring_back_form()
    begin_numbers()
    try:
        with st.container():  # what is said of a net comes and goes: see `choose_options`
            net, begun = _choose_net()
        below_net = st.container()  # what is frozen depends on the images
        config = _choose_config(net)
    finally:
        _keep_form()
    keep_config(config, net if begun is None else None)
    st.page_link(page("sweeps"), label=SWEEP, icon=":material/grid_on:")
    st.page_link(page("tutorials"), label=TUTORIALS, icon=":material/school:")
    if begun is not None:
        with below_net:
            config = choose_fine_tuning(begun, config)
    return _fit_to_data(net, config), config


def _bring_back_form() -> None:
    """What stood in the form when it was last drawn: Streamlit forgets it where a page is shown without it."""
    for key, value in st.session_state.get(FORM, {}).items():
        st.session_state.setdefault(key, value)


def _keep_form() -> None:
    st.session_state[FORM] = {
        key: value
        for key, value in st.session_state.items()
        if str(key).startswith(FIELDS) and key not in NOT_KEPT and not str(key).endswith(SHOWN_ONLY)
    }


def _choose_net() -> tuple[Architecture, Run | None]:
    """The recipe's net, the one from the Architecture page, a preset, or that of a run to begin with: that run, too."""
    own = offered_nets()
    take_links()
    follow_images()
    recipe = RECIPES.get(chosen_images())
    titles = {
        **({FAST: f"Fast recipe: {recipe.architecture.name}"} if recipe else {}),
        MINE: f"My net: {current_net().name}",
        **distinct_labels(own, lambda run: f"Fine-tune: {title(run)}"),
        **{name: preset.title for name, preset in PRESETS.items()},
    }
    tell_words(NET, titles.values())
    name = st.selectbox(
        "Net",
        list(titles),
        format_func=titles.__getitem__,
        key=NET,
        on_change=_fill_anew,
        args=(take_net,),
        help="The fast recipe's net belongs to the images. My net is that of the Architecture page. Nets that you "
        "brought along learn on from their weights. The others bring their images and settings along",
        **KEPT,
    )
    keep_start_in_link(own.get(name))
    if name in own:
        return own[name].architecture, own[name]
    _choose_way(name)
    if name in PRESETS:
        show_preset_results(PRESETS[name])
        return PRESETS[name].architecture, None
    return (recipe.architecture if recipe and name == FAST else current_net()), None


def _fill_anew(fill: Callable[..., None], *chosen: str) -> None:
    """Fill the form as was chosen, also a field with a number that was refused."""
    forget_refused()
    fill(*chosen)


def _choose_way(net: str) -> None:
    """The fast recipe, a tutorial's own or plain settings, each one click away; and what is chosen now."""
    present = present_way()
    with st.container(horizontal=True, gap="xsmall", key="training_ways"):
        for way in offered_ways():
            icon = ":material/check:" if way == present else None
            st.button(
                WAYS[way],
                key=f"fill_with_{way}",
                icon=icon,
                on_click=_fill_anew,
                args=(take_way, way),
                help=WAYS_HELP[way],
            )
    recipe = RECIPES.get(chosen_images())
    if net in PRESETS:
        st.caption(PRESETS[net].summary)
        if has_own_images():
            st.caption(f":material/photo_library: {OWN_STAY}")
    elif recipe and has_recipe_settings():
        st.caption(
            f"**Fast recipe:** {recipe.reaches}" if net == FAST else "Your net, with the settings of the fast recipe."
        )


def _choose_config(net: Architecture) -> TrainingConfig:
    """Data set and settings."""
    with st.container():
        dataset, info = _choose_images()
    left, right = st.columns(2)
    fields = {
        "dataset": dataset,
        "epochs": left.slider(
            "Epochs", 1, MOST_OFFERED, key="training_epochs", help="How often it sees all images", **KEPT
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
            "Seed", 0, 2**31 - 1, key="training_seed", help="The same seed starts the same way", **KEPT
        ),
    }
    config = make_config({**fields, **choose_options(net, info, make_config(fields))})
    keep_load_options(net, config, info)
    return config


def _learning_rate(place: DeltaGenerator) -> float:
    with place:
        rate = number_field(
            "Learning rate", "training_learning_rate", least=LEAST_RATE, most=MOST_RATE, help="How far each step goes"
        )
        if rate > HIGH_RATE:
            st.caption(f"Above {HIGH_RATE} most trainings fail: the steps are longer than the way.")
    return rate


def _fit_to_data(net: Architecture, config: TrainingConfig) -> Architecture:
    """The net for the chosen data, saying what had to change."""
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
    """A data set, and how many images there are to learn from."""
    name, info = choose_dataset()
    aside = f"{info.num_validation:,} to validate on, " if info.num_validation else ""
    download = " It is downloaded at its first use." if info.needs_download else ""
    st.caption(f"{summary(info)} {info.num_train:,} to learn from, {aside}{info.num_test:,} to test on.{download}")
    return name, info
