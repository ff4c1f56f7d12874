"""A training that begins with a net of the visitor's own: what of it is frozen, and what that means."""

import streamlit as st

from cnnviz.datasets.registry import describe
from cnnviz.engine.fine_tuning import net_for_images, tuned_from
from cnnviz.evaluation.class_match import match_classes, match_note
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import classes_text, shape_text
from cnnviz.training.config import Frozen, Head, TrainingConfig
from cnnviz.training.fine_tuning import learning_text
from cnnviz.ui.shared.answers import dataset_facts
from cnnviz.ui.shared.elements import KEPT
from cnnviz.ui.shared.scalings import scaling_text

FROZEN: dict[Frozen, str] = {
    "all-but-the-head": "all but the head",
    "all-but-the-last-part": "all but the last part",
    "nothing": "nothing",
}
HEADS: dict[Head, str] = {"new": "new", "kept": "as it is"}
FROZEN_HELP = (
    "Frozen layers keep their weights. The head is the layer with a unit for each class; the last part is a third of "
    "the layers before it. First train the head alone, then more of it with a smaller learning rate."
)
GENTLE_RATE = 1e-4
BE_GENTLE = "With a learning rate of 0.0001 or less, what it has learned changes only little by little."


def choose_fine_tuning(run: Run, config: TrainingConfig) -> TrainingConfig:
    """Let the visitor choose what is frozen, and say what that means.

    Parameters
    ----------
    run : Run
        Of the net that the training begins with.
    config : TrainingConfig
        Images and settings.

    Returns
    -------
    TrainingConfig
        The same, with what was chosen.

    Raises
    ------
    InvalidArchitecture, InvalidConfig
        The net has no head, or the images take too much memory in its size.
    """
    frozen = st.segmented_control(
        "Frozen",
        list(FROZEN),
        format_func=FROZEN.__getitem__,
        required=True,
        key="training_frozen",
        help=FROZEN_HELP,
        **KEPT,
    )
    classes = dataset_facts(run).classes
    config = tuned_from(config, run.name, run_id=run.id, frozen=frozen, head=_choose_head(classes, config))
    net = net_for_images(run.architecture, classes, config)
    st.caption(f"**{learning_text(net, config)}**")
    pixels = scaling_text(net.scaling)
    st.caption(
        f"Its size and its scaling of pixels are kept: the images are brought to {shape_text(net.input_shape)}, and "
        f"pixels are given to it as {pixels}."
    )
    if frozen != "all-but-the-head" and config.learning_rate > GENTLE_RATE:
        st.caption(BE_GENTLE)
    return config


def _choose_head(classes: tuple[str, ...], config: TrainingConfig) -> Head:
    """A new one, unless the net tells as many classes apart as there are: then the visitor chooses."""
    wanted = describe(config.dataset, roles=config.images.roles).classes
    if len(wanted) != len(classes):
        st.caption(f"It gets a new head: it tells {classes_text(len(classes))} apart, these images have {len(wanted)}.")
        return "new"
    chosen = st.segmented_control(
        "Head", list(HEADS), format_func=HEADS.__getitem__, required=True, key="training_head", **KEPT
    )
    head: Head = chosen or "new"
    if head == "kept":
        for note in match_note(match_classes(classes, wanted), classes, wanted):
            st.caption(as_markdown(note))
    return head
