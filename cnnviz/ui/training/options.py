"""Advanced settings of a training: reading of images, schedule, loss, stopping, augmentation."""

from functools import lru_cache
from typing import Any

import streamlit as st

from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.registry import describe
from cnnviz.datasets.sources.layout import Roles
from cnnviz.plots.style import Figure
from cnnviz.plots.training import describe_schedule, schedule_curve
from cnnviz.text.units import percent_text, shape_text
from cnnviz.training.config import MOST_OFFERED, Augmentation, ImageSettings, TrainingConfig, make_config
from cnnviz.training.loop.schedule import planned_rates
from cnnviz.ui.app.page_frame import errors_shown
from cnnviz.ui.inputs.number_field import number_field
from cnnviz.ui.session.training_settings import kept_roles
from cnnviz.ui.shared.answers import variations
from cnnviz.ui.shared.elements import KEPT, show_figure, show_image, tell_words

SCHEDULES = {"constant": "constant", "cosine": "cosine", "one_cycle": "one cycle", "step": "step"}
LOSSES = {"crossentropy": "cross-entropy", "mse": "mean squared error"}
PREVIEWS = 8
NETS_SIDE = 0
"""Choice of a size that is the net's."""
SIDES = (NETS_SIDE, 28, 32, 48, 64, 96, 128, 160, 224)


def choose_options(net: Architecture, info: DatasetInfo, config: TrainingConfig) -> dict[str, Any]:
    """Fields of a TrainingConfig beyond the basic ones of `config`.

    A block that comes to another place of the page is made anew by the browser, and what is just being typed in it is
    lost: whatever is not always there stands in a container that is.
    """
    options: dict[str, Any] = {}
    reading = st.container()
    if info.free_size:
        with reading, st.expander("How the images are read", icon=":material/photo_size_select_large:", key="reading"):
            options["images"] = _image_settings(net, kept_roles(config.dataset))
    with st.expander("Learning rate schedule and loss", icon=":material/show_chart:", key="schedule"):
        options |= _schedule(info, config)
    with st.expander("When to stop, and what to validate on", icon=":material/flag:", key="stopping"):
        options |= _stopping(info)
    with st.expander("Change the images a little (augmentation)", icon=":material/rotate_right:", key="changes"):
        options["augment"] = _augmentation(net, make_config({**config.model_dump(), **options}))
    _say_what_is_set(options)
    return options


def _say_what_is_set(options: dict[str, Any]) -> None:
    """Presets and recipes set what closed expanders hide."""
    said = [
        f"schedule {SCHEDULES[options['schedule']]}" if options["schedule"] != "constant" else "",
        f"loss {LOSSES[options['loss']]}" if options["loss"] != "crossentropy" else "",
        "rare classes weighed more" if options["class_weights"] else "",
        f"stops at {percent_text(options['target_accuracy'], digits=1)}" if "target_accuracy" in options else "",
        f"stops when validation gets no better (patience {options['early_stopping']})"
        if "early_stopping" in options
        else "",
        f"{percent_text(options['validation_share'])} for validation" if options["validation_share"] else "",
        f"at most {options['limit']:,} images" if "limit" in options else "",
        "augmented" if options["augment"] else "",
    ]
    if any(said):
        st.caption(f":material/tune: Set above: {', '.join(filter(None, said))}.")


def _image_settings(net: Architecture, roles: Roles) -> ImageSettings:
    height, width = net.input_shape[:2]
    sizes = {side: shape_text((side, side) if side else (height, width)) for side in SIDES}
    sizes[NETS_SIDE] += ", the net's"
    tell_words("images_side", sizes.values())
    left, right = st.columns(2)
    side = left.selectbox(
        "Size",
        SIDES,
        format_func=sizes.__getitem__,
        key="images_side",
        help="The largest part in the middle of each picture that has this shape is scaled to it; its borders are lost",
        **KEPT,
    )
    colour = right.segmented_control("Colours", ("colour", "grey"), required=True, key="images_colour", **KEPT)
    share = st.slider(
        "Share of each class for testing",
        0.05,
        0.5,
        step=0.05,
        key="images_test_share",
        help="Of no effect where the images have a test part of their own",
        **KEPT,
    )
    limit = None
    if st.toggle("Use fewer of each class", key="images_has_limit", **KEPT):
        limit = st.number_input("At most of each class", 1, 100_000, step=50, key="images_limit", **KEPT)
    size = (side, side) if side else None
    channels = 1 if colour == "grey" else 3
    return ImageSettings(size=size, channels=channels, test_share=share, limit_per_class=limit, roles=roles)


def _schedule(info: DatasetInfo, config: TrainingConfig) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "schedule": st.selectbox(
            "Schedule",
            list(SCHEDULES),
            format_func=SCHEDULES.__getitem__,
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
    figure, words = _plan(make_config({**config.model_dump(), **fields}), steps)
    show_figure(figure, words, key="schedule-preview")
    st.caption(words)
    fields["loss"] = st.selectbox(
        "Loss",
        list(LOSSES),
        format_func=LOSSES.__getitem__,
        key="training_loss",
        help="What is made small: -ln(p of the true class), or the mean of (p - truth) squared",
        **KEPT,
    )
    fields["class_weights"] = st.toggle(
        "Weigh rare classes more", key="training_class_weights", help="Each class then counts alike", **KEPT
    )
    fields["mixed_precision"] = st.toggle(
        "16-bit numbers on a GPU",
        key="training_mixed",
        help="On a GPU large nets train faster, small ones do not, and every net starts later. No effect on a CPU",
        **KEPT,
    )
    return fields


@lru_cache(maxsize=32)
def _plan(config: TrainingConfig, steps_per_epoch: int) -> tuple[Figure, str]:
    """The planned learning rates as a figure and in words; kept, because a class looks at the same ones."""
    rates = planned_rates(config, steps_per_epoch)
    return schedule_curve(rates, config.epochs), describe_schedule(rates, config.epochs)


def _stopping(info: DatasetInfo) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if st.toggle("Stop at a training accuracy", key="training_has_target", **KEPT):
        percent = number_field("Training accuracy, per cent", "training_target", least=1, most=100)
        fields["target_accuracy"] = percent / 100
    if st.toggle("Stop when validation gets no better", key="training_has_patience", **KEPT):
        fields["early_stopping"] = st.number_input(
            "Epochs to wait",
            1,
            MOST_OFFERED,
            key="training_patience",
            help="Epochs without a lower validation loss; then the best net is taken",
            **KEPT,
        )
    if info.num_validation:
        st.caption(f"These images bring a part for validation: {info.num_validation:,} of them are validated on.")
    fields["validation_share"] = (
        0.0
        if info.num_validation
        else st.slider(
            "Share of the training images for validation",
            0.0,
            0.5,
            step=0.05,
            key="training_validation_share",
            help="0: validate on the test images, as the tutorials do",
            **KEPT,
        )
    )
    if st.toggle("Use fewer training images", key="training_has_limit", **KEPT):
        fields["limit"] = st.number_input("At most", 10, 100_000, step=100, key="training_limit", **KEPT)
    return fields


def _augmentation(net: Architecture, config: TrainingConfig) -> Augmentation | None:
    if not st.toggle("Augment", key="training_augment", help="Each epoch sees the images a little changed", **KEPT):
        return None
    preview = st.container()
    augmentation = Augmentation(
        flip=st.toggle(
            "Mirror left and right", key="augment_flip", help="Not for digits: a mirrored 3 is none", **KEPT
        ),
        rotation=st.slider(
            "Turn, degrees each way", 0.0, 90.0, step=1.0, format="%.0f", key="augment_rotation", **KEPT
        ),
        zoom=_share("Zoom, share of the size", "zoom"),
        shear=_share("Shear, share of the side", "shear"),
        shift=_share("Shift, share of the side", "shift"),
        brightness=_share("Brightness, share of the range", "brightness"),
        noise=_share("Noise, share of the range", "noise"),
    )
    with preview, errors_shown():
        _show_variations(net, config, augmentation)
    return augmentation


def _show_variations(net: Architecture, config: TrainingConfig, augmentation: Augmentation) -> None:
    if describe(config.dataset, roles=config.images.roles).needs_download and not st.toggle(
        "Preview", key="training_preview", help="The images are downloaded for it, unless they are here", **KEPT
    ):
        return  # hundreds of megabytes are not fetched because a net was chosen
    with st.container(horizontal=True, gap="small"):
        for number, image in enumerate(variations(net, config, augmentation, count=PREVIEWS), 1):
            show_image(image, width=64, alt=f"Variation {number} of one image")
    st.caption("One image, as the next eight epochs might see it.")


def _share(label: str, name: str) -> float:
    return st.slider(label, 0.0, 0.5, key=f"augment_{name}", **KEPT)
